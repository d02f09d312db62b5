import { utf8Encode } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { publicKeyOf } from '@hefu/crypto/keys';
import type { KeyPair } from '@hefu/crypto/keys';

/** A key pair that follows from its name, for tests and vectors alone: anyone can make it. */
export function sampleKey(algorithm: SignatureAlgorithm, name: string): KeyPair {
  const privateKey = hash('sha256', utf8Encode(`hefu sample key ${algorithm} ${name}`));
  return { algorithm, publicKey: publicKeyOf(algorithm, privateKey), privateKey };
}
