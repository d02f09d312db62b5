// Follows deposits, and proves what each event tells before it is believed.
import { depositCall } from '@hefu/sdk';
import { client, signer } from './setup.ts';

const own = await client();
const { height } = await own.chainInfo();

// Something to hear of.
const sha256 = crypto.getRandomValues(new Uint8Array(32));
const { id } = await own.call(await signer(own), depositCall({ kind: 'digest', sha256 }, 'public'));

// From the height before it on; a broken stream goes on behind the last event.
const since = String(height);
for await (const { name, event } of own.events({ contract: 'evidence', since })) {
  const { ledgertx } = event;
  if (ledgertx !== id) continue;
  const statement = await own.statement(id);
  console.log(
    `${name}: ${statement?.code}, entry ${statement?.index}, proven: ${statement?.proven}`,
  );
  break;
}
