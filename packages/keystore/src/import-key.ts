import { createPrivateKey } from 'node:crypto';
import { fromBase64Url } from '@hefu/bytes';
import { privateKeyFromPkcs8 } from '@hefu/crypto/keys';
import { rawPublicKeyOf } from './key-algorithm.ts';
import type { KeyAlgorithm, RawKeyPair } from './key-algorithm.ts';

/**
 * A private key from elsewhere: PEM (PrivateKeyInfo, RFC 5958, not encrypted), or the 32 raw bytes
 * of an algorithm.
 */
export type KeyToImport =
  | { readonly pem: string }
  | { readonly raw: Uint8Array; readonly algorithm: KeyAlgorithm };

/** PEM files of one private key are a few hundred characters. */
const PEM_LENGTH_MAX = 4096;

/** The key pair in what is to be imported; undefined when it is none of a known algorithm. */
export function parsePrivateKey(
  from: KeyToImport,
): (RawKeyPair & { readonly algorithm: KeyAlgorithm }) | undefined {
  if ('raw' in from) return pairOf(from.algorithm, from.raw);
  if (from.pem.length > PEM_LENGTH_MAX) return undefined;
  const read = privateKeyFromPkcs8(from.pem);
  if (read.ok) return pairOf(read.algorithm, read.privateKey);
  const agreementKey = x25519OfPem(from.pem);
  return agreementKey === undefined ? undefined : pairOf('x25519', agreementKey);
}

function pairOf(
  algorithm: KeyAlgorithm,
  privateKey: Uint8Array,
): (RawKeyPair & { readonly algorithm: KeyAlgorithm }) | undefined {
  const publicKey = rawPublicKeyOf(algorithm, privateKey);
  return publicKey === undefined ? undefined : { algorithm, publicKey, privateKey };
}

/** X25519 keys (RFC 8410) are no signature keys, so the runtime reads them. */
function x25519OfPem(pem: string): Uint8Array | undefined {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'x25519') return undefined;
    return fromBase64Url(key.export({ format: 'jwk' }).d ?? '');
  } catch {
    return undefined;
  }
}
