import { fromHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { Suite } from '@hefu/crypto/algorithm';
import { randomBytes } from '@hefu/crypto/random';
import { openKeystore } from '@hefu/keystore';
import type { KeystoreSigner } from '@hefu/keystore';
import { prepareStatement } from '@hefu/protocol';

/** Somebody whose statements a test can sign. */
export interface Depositor {
  /** A deposit of a random digest. */
  deposit(): { readonly bytes: Uint8Array; readonly id: Uint8Array };
}

/** Opens the key of a member in a data folder's keystore. */
export function openDepositor(options: {
  readonly keys: string;
  readonly masterKeyFile: string;
  readonly dataDirectory: string;
  readonly chain: string;
  readonly suite: Suite;
  readonly member: string;
}): Depositor {
  const { chain, suite, member } = options;
  const opened = openKeystore({
    directory: options.keys,
    masterKey: { path: options.masterKeyFile, dataDirectory: options.dataDirectory },
  });
  if (!opened.ok) throw new Error(opened.code);
  const { keystore } = opened;
  const info = keystore.list().keys.find((key) => key.member === member && key.purpose === 'sign');
  if (info === undefined) throw new Error(`no key of ${member}`);
  const found = keystore.signer(info.id);
  if (!found.ok) throw new Error(found.code);
  const signer: KeystoreSigner = found.signer;
  const keyId = fromHex(info.id);
  if (keyId === undefined) throw new Error('a key id is not hex');
  return {
    deposit() {
      const unsigned = prepareStatement({
        hash: suiteHash(suite),
        chain,
        member,
        algorithm: signer.algorithm,
        keyId,
        contract: 'evidence',
        method: 'deposit',
        args: { item: { kind: 'digest', sha256: randomBytes(32) }, readers: 'public' },
        expires: Date.now() + 3_600_000,
      });
      return { bytes: unsigned.finish(signer.sign(unsigned.toBeSigned)), id: unsigned.id };
    },
  };
}
