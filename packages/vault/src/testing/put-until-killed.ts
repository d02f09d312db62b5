// Puts objects one after another until it is killed, and says each digest once it is stored.
// Arguments: the folder, the recipient's public key and a seed. For faults.test.ts.
import { writeSync } from 'node:fs';
import { fromHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { openFolderStorage } from '../folder-storage.ts';
import { openVault } from '../vault.ts';
import { inParts, patternBytes } from './vault-fixture.ts';

const STDOUT = 1;
const [directory = '', publicKeyHex = '', seed = '1'] = process.argv.slice(2);
const publicKey = fromHex(publicKeyHex) ?? new Uint8Array(0);
const vault = await openVault({
  storage: await openFolderStorage({ directory }),
  hashName: 'sha256',
  recipient: { algorithm: 'x25519', publicKey, keyId: hash('sha256', publicKey) },
  decryptionKey: () => undefined,
  now: () => 0,
});
for (let i = 0; ; i++) {
  const content = patternBytes(1 + ((i * 37_813) % 400_000), Number(seed) * 1_000_003 + i);
  const put = await vault.put(inParts(content, 9_999));
  if (!put.ok) throw new Error(put.code);
  // Every third is erased again, so that kills fall into erasures too.
  if (i % 3 === 2) {
    const erased = await vault.erase(put.digest);
    if (!erased.ok) throw new Error(erased.code);
    writeSync(STDOUT, `erased ${put.digest}\n`);
  } else {
    writeSync(STDOUT, `stored ${put.digest}\n`);
  }
}
