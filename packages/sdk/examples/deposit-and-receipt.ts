// Deposits the digests of a text and writes its receipt, with which anyone can verify it offline.
import { createContentDigester } from '@hefu/sdk';
import { client, signer } from './setup.ts';

const own = await client();

const content = new TextEncoder().encode('Delivered whole, at four degrees.');
const digester = createContentDigester();
digester.update(content);
const { sha256, sm3 } = digester.digest();

// Signed once; sent until the log has it, whatever becomes of the connection meanwhile.
const { id, height, code } = await own.evidence.deposit(
  await signer(own),
  { kind: 'text', sha256, sm3, name: 'delivery.txt' },
  'public',
);
console.log(`statement ${id} at height ${height}: ${code}`);

// Verified before it is returned.
const receipt = await own.receipt(id);
console.log(`receipt of ${receipt.chain}, entry ${receipt.index}`);

const record = await own.evidence.record(id);
console.log(`kept for ${record?.depositor}: ${record?.item?.name}`);
