import {
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  sign as oneShotSign,
  verify as oneShotVerify,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { asPlainBytes } from '@hefu/bytes';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { derOfSignature, signatureOfDer } from '../der.ts';
import { pkcs8Der, publicKeyOfSpkiDer, spkiDer } from '../key-encoding.ts';
import { sm2ZInput } from '../sm2-z.ts';
import type { PreparedSigner, PreparedVerifier } from './backend.ts';
import { nodeHash } from './node-hash.ts';

export function nodePrepareVerifier(
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
): PreparedVerifier {
  const key = createPublicKey({
    key: Buffer.from(spkiDer(algorithm, publicKey)),
    format: 'der',
    type: 'spki',
  });
  return algorithm === 'sm2' ? sm2Verifier(key, publicKey) : oneShotVerifier(algorithm, key);
}

function oneShotVerifier(algorithm: SignatureAlgorithm, key: KeyObject): PreparedVerifier {
  const digest = algorithm === 'ed25519' ? null : 'sha256';
  const options = algorithm === 'ed25519' ? key : { key, dsaEncoding: 'ieee-p1363' as const };
  return {
    verify: (message, signature) => oneShotVerify(digest, message, options, signature),
    // The callback form runs on the pool of libuv: all cores verify while this thread goes on.
    verifyAsync: (message, signature) =>
      new Promise((resolve, reject) => {
        oneShotVerify(digest, message, options, signature, (error, valid) => {
          if (error === null) resolve(valid);
          else reject(error);
        });
      }),
  };
}

/**
 * SM2 through the streaming API, the only one that takes Z: the one-shot call puts in a Z of its own
 * with an empty signer id, which no other implementation of GM/T 0009 agrees with.
 */
function sm2Verifier(key: KeyObject, publicKey: Uint8Array): PreparedVerifier {
  const z = nodeHash('sm3', sm2ZInput(publicKey));
  function verify(message: Uint8Array, signature: Uint8Array): boolean {
    return createVerify('sm3').update(z).update(message).verify(key, derOfSignature(signature));
  }
  return {
    verify,
    verifyAsync: (message, signature) => Promise.resolve(verify(message, signature)),
  };
}

export function nodePrepareSigner(
  algorithm: SignatureAlgorithm,
  privateKey: Uint8Array,
): PreparedSigner {
  // A key imported from DER is an SM2 key to OpenSSL; one straight from its generator would sign
  // plain ECDSA on the SM2 curve.
  const key = createPrivateKey({
    key: Buffer.from(pkcs8Der(algorithm, privateKey)),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = rawPublicKey(key);
  if (algorithm === 'sm2') return { publicKey, sign: sm2Signer(key, publicKey) };
  const digest = algorithm === 'ed25519' ? null : 'sha256';
  const options = algorithm === 'ed25519' ? key : { key, dsaEncoding: 'ieee-p1363' as const };
  return { publicKey, sign: (message) => asPlainBytes(oneShotSign(digest, message, options)) };
}

function sm2Signer(key: KeyObject, publicKey: Uint8Array): (message: Uint8Array) => Uint8Array {
  const z = nodeHash('sm3', sm2ZInput(publicKey));
  return (message) => {
    const der = createSign('sm3').update(z).update(message).sign(key);
    const signature = signatureOfDer(asPlainBytes(der));
    if (signature === undefined) throw new Error('OpenSSL gave a signature that is not DER');
    return signature;
  };
}

function rawPublicKey(privateKey: KeyObject): Uint8Array {
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const parsed = publicKeyOfSpkiDer(asPlainBytes(der));
  if (parsed === undefined) throw new Error('OpenSSL gave a public key in an unknown form');
  return parsed.publicKey;
}
