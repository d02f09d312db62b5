import { p256 } from '@noble/curves/nist.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '@hefu/bytes';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { bigintOfLittleEndian, EdPoint, Sm2Point } from '../curves.ts';
import { sm2VerifyDigest } from '../sm2-signature.ts';
import { sm2ZInput } from '../sm2-z.ts';
import type { PreparedVerifier } from './backend.ts';
import { webHash, webHashParts } from './web-hash.ts';

/** WebCrypto, where the page has a secure context. */
export type Subtle = typeof globalThis.crypto.subtle;

type CryptoKey = Awaited<ReturnType<Subtle['importKey']>>;
type Verify = (message: Uint8Array, signature: Uint8Array) => boolean;

/**
 * Verifying in JavaScript, and by WebCrypto for the asynchronous form of Ed25519 and ES256 where
 * there is one. WebCrypto's verdicts are the JavaScript ones, since key and signature have passed the
 * byte checks that implementations differ in; the vectors hold that true.
 */
export function webPrepareVerifier(
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
  subtle: Subtle | undefined,
): PreparedVerifier {
  const verify = scriptVerifier(algorithm, publicKey);
  if (algorithm === 'sm2' || subtle === undefined) {
    return {
      verify,
      verifyAsync: (message, signature) => Promise.resolve(verify(message, signature)),
    };
  }
  return { verify, verifyAsync: subtleVerifier(algorithm, publicKey, subtle, verify) };
}

function scriptVerifier(algorithm: SignatureAlgorithm, publicKey: Uint8Array): Verify {
  if (algorithm === 'ed25519') return ed25519Verifier(publicKey);
  if (algorithm === 'sm2') return sm2Verifier(publicKey);
  const options = { lowS: false, prehash: true, format: 'compact' } as const;
  return (message, signature) => p256.verify(signature, message, publicKey, options);
}

/**
 * Ed25519 without the cofactor (RFC 8032 §5.1.7 allows both): computes [S]B − [k]A and compares its
 * encoding with R's bytes, as OpenSSL and BoringSSL do. The library's own verify multiplies by the
 * cofactor even in its strict mode, and so accepts what they refuse.
 */
function ed25519Verifier(publicKey: Uint8Array): Verify {
  const negated = EdPoint.fromBytes(publicKey, false).negate();
  const order = EdPoint.Fn.ORDER;
  return (message, signature) => {
    const encodedR = signature.subarray(0, 32);
    const s = bigintOfLittleEndian(signature.subarray(32, 64));
    const k = bigintOfLittleEndian(sha512(concatBytes(encodedR, publicKey, message))) % order;
    const point = EdPoint.BASE.multiplyUnsafe(s).add(negated.multiplyUnsafe(k));
    return equalBytes(point.toBytes(), encodedR);
  };
}

function sm2Verifier(publicKey: Uint8Array): Verify {
  const point = Sm2Point.fromBytes(publicKey);
  const z = webHash('sm3', sm2ZInput(publicKey));
  return (message, signature) =>
    sm2VerifyDigest(point, webHashParts('sm3', [z, message]), signature);
}

function subtleVerifier(
  algorithm: 'ed25519' | 'es256',
  publicKey: Uint8Array,
  subtle: Subtle,
  fallback: Verify,
): PreparedVerifier['verifyAsync'] {
  const use =
    algorithm === 'ed25519'
      ? { name: 'Ed25519' }
      : { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  let imported: Promise<CryptoKey | undefined> | undefined;
  return async (message, signature) => {
    // Browsers without Ed25519 refuse the import; then, and on any other refusal, JavaScript decides.
    imported ??= subtle.importKey('raw', publicKey.slice(), use, false, ['verify']).then(
      (key) => key,
      () => undefined,
    );
    const key = await imported;
    if (key === undefined) return fallback(message, signature);
    return subtle.verify(use, key, signature.slice(), message.slice());
  };
}
