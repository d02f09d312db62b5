import type { HashName } from '@hefu/crypto/algorithm';
import { keyId } from '@hefu/crypto/keys';
import type { Signer } from '../signer.ts';

type Subtle = typeof globalThis.crypto.subtle;

/** A private key that the runtime holds: it signs, and nobody reads it. */
export type HeldKey = Awaited<ReturnType<Subtle['importKey']>>;

/** Algorithms that WebCrypto has; SM2 is not among them. */
export type WebAlgorithm = 'ed25519' | 'es256';

/** A key pair of WebCrypto. A browser can keep it in IndexedDB as it is. */
export interface WebKey {
  readonly algorithm: WebAlgorithm;
  /** Raw: 32 bytes, or 65 of an uncompressed point. */
  readonly publicKey: Uint8Array;
  readonly privateKey: HeldKey;
}

const GENERATE = {
  ed25519: { name: 'Ed25519' },
  es256: { name: 'ECDSA', namedCurve: 'P-256' },
} as const;
const SIGN = {
  ed25519: { name: 'Ed25519' },
  es256: { name: 'ECDSA', hash: 'SHA-256' },
} as const;

/**
 * Makes a key that never leaves the runtime. Undefined where there is no WebCrypto (a page that came without TLS) or it
 * lacks the algorithm: then `generateKeyPair` and `createSigner` do it in JavaScript.
 */
export async function generateWebKey(algorithm: WebAlgorithm): Promise<WebKey | undefined> {
  const subtle = subtleOf();
  if (subtle === undefined) return undefined;
  try {
    const pair = await subtle.generateKey(GENERATE[algorithm], false, ['sign', 'verify']);
    if (!('privateKey' in pair)) return undefined;
    const publicKey = new Uint8Array(await subtle.exportKey('raw', pair.publicKey));
    return { algorithm, publicKey, privateKey: pair.privateKey };
  } catch {
    // NotSupportedError, in words that differ from browser to browser.
    return undefined;
  }
}

/** A signer that signs with such a key. */
export function createWebSigner(options: {
  readonly member: string;
  readonly key: WebKey;
  /** The chain's hash. */
  readonly hashName: HashName;
}): Signer {
  const { member, key, hashName } = options;
  const { algorithm, publicKey, privateKey } = key;
  return {
    member,
    algorithm,
    keyId: keyId(hashName, algorithm, publicKey),
    async sign(bytes) {
      const subtle = subtleOf();
      if (subtle === undefined) throw new TypeError('this runtime has no WebCrypto');
      // A copy: the bytes may be a part of a larger buffer.
      return new Uint8Array(await subtle.sign(SIGN[algorithm], privateKey, bytes.slice()));
    },
  };
}

function subtleOf(): Subtle | undefined {
  // Absent outside secure contexts, whatever the types say.
  const { crypto } = globalThis as { readonly crypto?: { readonly subtle?: Subtle } };
  return crypto?.subtle;
}
