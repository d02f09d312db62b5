import { ed25519 } from '@noble/curves/ed25519.js';
import { p256 } from '@noble/curves/nist.js';
import { concatBytes } from '@hefu/bytes';
import { PRIVATE_KEY_BYTES } from '../algorithm.ts';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { bigintOf, Sm2Point } from '../curves.ts';
import { SM2_PARAMETERS } from '../sm2-curve.ts';
import { sm2SignDigest } from '../sm2-signature.ts';
import { sm2ZInput } from '../sm2-z.ts';
import type { PreparedSigner } from './backend.ts';
import { webHash, webHashParts, webHmac } from './web-hash.ts';
import { webRandomBytes } from './web-random.ts';

export function webPrepareSigner(
  algorithm: SignatureAlgorithm,
  privateKey: Uint8Array,
): PreparedSigner {
  const secret = privateKey.slice();
  if (algorithm === 'ed25519') {
    return {
      publicKey: ed25519.getPublicKey(secret),
      sign: (message) => ed25519.sign(message, secret),
    };
  }
  if (algorithm === 'es256') {
    const options = { lowS: false, prehash: true, format: 'compact' } as const;
    return {
      publicKey: p256.getPublicKey(secret, false),
      sign: (message) => p256.sign(message, secret, options),
    };
  }
  return sm2Signer(secret);
}

function sm2Signer(secret: Uint8Array): PreparedSigner {
  const scalar = bigintOf(secret);
  const publicKey = Sm2Point.BASE.multiply(scalar).toBytes(false);
  const z = webHash('sm3', sm2ZInput(publicKey));
  return {
    publicKey,
    sign(message) {
      const digest = webHashParts('sm3', [z, message]);
      for (;;) {
        // Almost always the first nonce serves; each of the reasons for another has odds of 2^-32 or less.
        const nonce = drawNonce(secret, digest);
        const signature = nonce === undefined ? undefined : sm2SignDigest(scalar, digest, nonce);
        if (signature !== undefined) return signature;
      }
    },
  };
}

/**
 * A nonce from random numbers mixed with the key and the message, so that a broken generator alone
 * gives neither a repeated nor a guessable one. Undefined when the draw is out of range.
 */
function drawNonce(secret: Uint8Array, digest: Uint8Array): bigint | undefined {
  const fresh = webRandomBytes(PRIVATE_KEY_BYTES);
  const nonce = bigintOf(webHmac('sm3', secret, concatBytes(fresh, digest)));
  return nonce > 0n && nonce < SM2_PARAMETERS.n ? nonce : undefined;
}
