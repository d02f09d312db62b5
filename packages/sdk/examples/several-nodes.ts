// Asks several nodes of one chain: the first that answers; one that fails rests for a while.
import { HefuClient } from '@hefu/sdk';
import { client, NODE_URL } from './setup.ts';

const { log } = await client();
if (log === undefined) throw new Error('this client verifies nothing');

// Nobody listens at the first address.
const own = new HefuClient({ url: ['http://127.0.0.1:9', NODE_URL], trust: log.trust });
const { height } = await own.chainInfo();
console.log(`height ${height}`);
for (const { url, failures } of own.http.health()) {
  console.log(`${url === NODE_URL ? 'the node' : 'the other'}: ${failures} failures`);
}
