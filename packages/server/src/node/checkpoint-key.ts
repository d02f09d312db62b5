import { equalBytes } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { Suite } from '@hefu/crypto/algorithm';
import type { Keystore } from '@hefu/keystore';
import { keystoreError } from './start-fault.ts';

/**
 * The private half of a checkpoint key, read from the keystore at every call: one that was made while the node runs is found too. Undefined when the
 * keystore has none. Throws StartError when its file is damaged.
 */
export function checkpointKeyOf(
  keystore: Keystore,
  suite: Suite,
  wanted: Uint8Array,
): Uint8Array | undefined {
  const info = keystore
    .list()
    .keys.find(
      ({ purpose, publicKey, hash }) =>
        purpose === 'checkpoint' && hash === suiteHash(suite) && equalBytes(publicKey, wanted),
    );
  if (info === undefined) return undefined;
  const found = keystore.checkpointKey(info.id);
  if (!found.ok) throw keystoreError(found);
  return found.key.privateKey;
}
