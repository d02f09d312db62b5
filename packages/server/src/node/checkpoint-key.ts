import { equalBytes } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { Suite } from '@hefu/crypto/algorithm';
import type { KeyInfo, Keystore, Pkcs11Access, TokenSecret } from '@hefu/keystore';
import { keystoreError } from './start-fault.ts';

/** How the ledger's thread can sign with a checkpoint key: by its private half, or on the token that has it. */
export type HeldKey = { readonly privateKey: Uint8Array } | { readonly token: TokenSecret };

/**
 * The private half of a checkpoint key, read from the keystore at every call: one that was made while the node runs is found too. Undefined when the
 * keystore has none. Throws StartError when its file is damaged.
 */
export function checkpointKeyOf(
  keystore: Keystore,
  suite: Suite,
  wanted: Uint8Array,
): Uint8Array | undefined {
  const info = findKey(keystore, suite, wanted);
  if (info === undefined) return undefined;
  const found = keystore.checkpointKey(info.id);
  if (!found.ok) throw keystoreError(found);
  return found.key.privateKey;
}

/** The same for a key that may lie on a token; undefined also when no token can be reached. */
export function heldKeyOf(
  keystore: Keystore,
  suite: Suite,
  wanted: Uint8Array,
  pkcs11: Pkcs11Access | undefined,
): HeldKey | undefined {
  const info = findKey(keystore, suite, wanted);
  if (info === undefined) return undefined;
  if (info.token === undefined || info.algorithm === 'x25519') {
    const found = keystore.checkpointKey(info.id);
    if (!found.ok) throw keystoreError(found);
    return { privateKey: found.key.privateKey };
  }
  // The reference is authenticated like a key: a changed file is damaged.
  const reference = keystore.info(info.id);
  if (!reference.ok) throw keystoreError(reference);
  if (pkcs11 === undefined) return undefined;
  const { algorithm, publicKey, token } = info;
  const { modulePath } = pkcs11;
  const secret = { modulePath, token: token.label, pin: pkcs11.pin(), id: token.id };
  return { token: { ...secret, algorithm, publicKey } };
}

function findKey(keystore: Keystore, suite: Suite, wanted: Uint8Array): KeyInfo | undefined {
  return keystore
    .list()
    .keys.find(
      ({ purpose, publicKey, hash }) =>
        purpose === 'checkpoint' && hash === suiteHash(suite) && equalBytes(publicKey, wanted),
    );
}
