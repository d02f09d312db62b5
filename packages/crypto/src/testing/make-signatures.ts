import { ecdsa } from '@noble/curves/abstract/weierstrass.js';
import { concatBytes, toHex, utf8Encode } from '@hefu/bytes';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { SIGNATURE_ALGORITHMS } from '../algorithm.ts';
import { bigintOf, bigintOfLittleEndian, bytes32Of, EdPoint, Sm2Point } from '../curves.ts';
import type { EdwardsPoint } from '../curves.ts';
import { P256_ORDER, SM2_ORDER, SM2_PARAMETERS } from '../sm2-curve.ts';
import { sm3 } from '../sm3.ts';
import { bytesOf } from './cbor-json.ts';
import { makePublicKeyChecks, TORSION_8 } from './make-key-checks.ts';
import { seed, vectorKey } from './vector-keys.ts';
import { edScalar, edSignWith, littleEndian, signAlike, sm2SignAlike } from './vector-signers.ts';
import type { SignatureVectors } from './vector-types.ts';

type Case = SignatureVectors['signatures'][number];

const KEYS_EACH = 3;
const ZERO = new Uint8Array(32);
const MESSAGES: readonly Uint8Array[] = [
  new Uint8Array(0),
  utf8Encode('message digest'),
  new Uint8Array(1000).map((_, i) => i),
];

/** `signatures.json`. */
export function makeSignatureVectors(): SignatureVectors {
  return {
    format: 'hefu-vectors/signatures/1',
    keys: SIGNATURE_ALGORITHMS.flatMap((algorithm) =>
      Array.from({ length: KEYS_EACH }, (_, number) => {
        const { privateKey, publicKey } = vectorKey(algorithm, number);
        return { algorithm, privateKey: toHex(privateKey), publicKey: toHex(publicKey) };
      }),
    ),
    signatures: [
      ...SIGNATURE_ALGORITHMS.flatMap(plainCases),
      ...SIGNATURE_ALGORITHMS.flatMap(damagedCases),
      ...ed25519Cases(),
      ...rangeCases('es256', P256_ORDER),
      ...rangeCases('sm2', SM2_ORDER),
      highAndLowS(),
      ...sm2Cases(),
    ],
    smallOrderEncodings: smallOrderEncodings().map(toHex),
    publicKeyChecks: makePublicKeyChecks(),
  };
}

function caseOf(
  name: string,
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  valid: boolean,
): Case {
  return {
    name: `${algorithm}: ${name}`,
    algorithm,
    publicKey: toHex(publicKey),
    message: toHex(message),
    signature: toHex(signature),
    valid,
  };
}

function plainCases(algorithm: SignatureAlgorithm): Case[] {
  return MESSAGES.flatMap((message, i) => {
    const { privateKey, publicKey } = vectorKey(algorithm, i % KEYS_EACH);
    const signature = signAlike(algorithm, privateKey, message);
    return caseOf(
      `message of ${message.length} bytes`,
      algorithm,
      publicKey,
      message,
      signature,
      true,
    );
  });
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function damagedCases(algorithm: SignatureAlgorithm): Case[] {
  const { privateKey, publicKey } = vectorKey(algorithm, 0);
  const other = vectorKey(algorithm, 1).publicKey;
  const message = utf8Encode('a statement');
  const good = signAlike(algorithm, privateKey, message);
  const make = (name: string, key: Uint8Array, text: Uint8Array, signature: Uint8Array): Case =>
    caseOf(name, algorithm, key, text, signature, false);
  return [
    make('another message', publicKey, utf8Encode('a statemenT'), good),
    make('another key', other, message, good),
    make('first half changed', publicKey, message, flipped(good, 20)),
    make('second half changed', publicKey, message, flipped(good, 40)),
    make('halves exchanged', publicKey, message, concatBytes(good.slice(32), good.slice(0, 32))),
    make('no signature', publicKey, message, new Uint8Array(0)),
    make('63 bytes', publicKey, message, good.slice(0, 63)),
    make('65 bytes', publicKey, message, concatBytes(good, new Uint8Array(1))),
    make('all zero', publicKey, message, new Uint8Array(64)),
    make('all ones', publicKey, message, new Uint8Array(64).fill(0xff)),
    make('key cut short', publicKey.slice(0, -1), message, good),
    make('no key', new Uint8Array(0), message, good),
  ];
}

/** Ed25519 cases that verifiers are known to disagree about. All are refused by the one rule. */
function ed25519Cases(): Case[] {
  const { privateKey, publicKey } = vectorKey('ed25519', 0);
  const a = edScalar(privateKey);
  const order = EdPoint.Fn.ORDER;
  const message = utf8Encode('edge');
  const r = bigintOfLittleEndian(seed('edge nonce')) % order;
  const pointR = EdPoint.BASE.multiply(r);
  const refuse = (name: string, key: Uint8Array, signature: Uint8Array, text = message): Case =>
    caseOf(name, 'ed25519', key, text, signature, false);
  const good = edSignWith({ encodedR: pointR.toBytes(), encodedA: publicKey, r, a, message });
  const s = bigintOfLittleEndian(good.signature.slice(32));
  const encodedR = good.signature.slice(0, 32);
  const signWithR = (bytes: Uint8Array, nonce: bigint): Uint8Array =>
    edSignWith({ encodedR: bytes, encodedA: publicKey, r: nonce, a, message }).signature;
  const identity = EdPoint.ZERO.toBytes();
  return [
    caseOf('made by parts', 'ed25519', publicKey, message, good.signature, true),
    refuse('S + L', publicKey, concatBytes(encodedR, littleEndian(s + order))),
    refuse('S = L', publicKey, concatBytes(encodedR, littleEndian(order))),
    refuse('S + 8 L', publicKey, concatBytes(encodedR, littleEndian(s + 8n * order))),
    refuse('R is the identity', publicKey, signWithR(identity, 0n)),
    refuse('R is the identity, y not reduced', publicKey, signWithR(IDENTITY_UNREDUCED, 0n)),
    refuse('R is the identity with a sign', publicKey, signWithR(IDENTITY_SIGNED, 0n)),
    ...mixedOrderR(pointR, signWithR, refuse, publicKey, r),
    ...mixedOrderA(a, r, pointR, refuse),
  ];
}

/** y = p + 1, which is 1; and y = 1 with the sign bit of an x that is 0. */
const IDENTITY_UNREDUCED = bytesOf(`ee${'ff'.repeat(30)}7f`);
const IDENTITY_SIGNED = bytesOf(`01${'00'.repeat(30)}80`);

type Refuse = (name: string, key: Uint8Array, signature: Uint8Array, text?: Uint8Array) => Case;

/** R with a part of small order: holds for verifiers that multiply by the cofactor. */
function mixedOrderR(
  pointR: EdwardsPoint,
  signWithR: (bytes: Uint8Array, nonce: bigint) => Uint8Array,
  refuse: Refuse,
  publicKey: Uint8Array,
  r: bigint,
): Case[] {
  return [1n, 2n, 4n].map((multiple) => {
    const mixed = pointR.add(TORSION_8.multiplyUnsafe(multiple)).toBytes();
    return refuse(`R with a part of order ${8n / multiple}`, publicKey, signWithR(mixed, r));
  });
}

/**
 * A key with a part of small order. One signature holds only with the cofactor; for the other a message
 * was sought whose k is a multiple of 8, so that it holds without the cofactor too.
 */
function mixedOrderA(a: bigint, r: bigint, pointR: EdwardsPoint, refuse: Refuse): Case[] {
  return [1n, 2n, 4n].flatMap((multiple) => {
    const torsion = TORSION_8.multiplyUnsafe(multiple);
    const encodedA = EdPoint.BASE.multiply(a).add(torsion).toBytes();
    const encodedR = pointR.toBytes();
    const found = new Map<boolean, Case>();
    for (let attempt = 0; found.size < 2; attempt++) {
      const message = utf8Encode(`edge ${attempt}`);
      const { signature, k } = edSignWith({ encodedR, encodedA, r, a, message });
      const vanishes = torsion.multiplyUnsafe(k % 8n).is0();
      const kind = vanishes ? 'holds without the cofactor' : 'holds with the cofactor only';
      const name = `A with a part of order ${8n / multiple}, ${kind}`;
      if (!found.has(vanishes)) found.set(vanishes, refuse(name, encodedA, signature, message));
    }
    return [...found.values()];
  });
}

/** The canonical encodings of the eight points of small order, then the other ones that some accept. */
function smallOrderEncodings(): Uint8Array[] {
  const canonical = Array.from({ length: 8 }, (_, i) =>
    TORSION_8.multiplyUnsafe(BigInt(i)).toBytes(),
  );
  const minusOne = bytesOf(`ec${'ff'.repeat(31)}`);
  const zeroUnreduced = bytesOf(`ed${'ff'.repeat(30)}7f`);
  const zeroUnreducedSigned = bytesOf(`ed${'ff'.repeat(31)}`);
  const identityBoth = bytesOf(`ee${'ff'.repeat(31)}`);
  return [
    ...canonical,
    IDENTITY_SIGNED,
    IDENTITY_UNREDUCED,
    identityBoth,
    minusOne,
    zeroUnreduced,
    zeroUnreducedSigned,
  ];
}

/** r and s at the borders of 1 … n − 1. */
function rangeCases(algorithm: 'es256' | 'sm2', order: Uint8Array): Case[] {
  const { privateKey, publicKey } = vectorKey(algorithm, 0);
  const message = utf8Encode('range');
  const good = signAlike(algorithm, privateKey, message);
  const r = good.slice(0, 32);
  const s = good.slice(32);
  const above = bytes32Of(bigintOf(order) + 1n);
  const pairs: [string, Uint8Array, Uint8Array][] = [
    ['r = 0', ZERO, s],
    ['s = 0', r, ZERO],
    ['r = n', order, s],
    ['s = n', r, order],
    ['r = n + 1', above, s],
    ['s = n + 1', r, above],
    ['r = s = 1', bytes32Of(1n), bytes32Of(1n)],
  ];
  return pairs.map(([name, first, second]) =>
    caseOf(name, algorithm, publicKey, message, concatBytes(first, second), false),
  );
}

/** ES256 takes both s and n − s: statement ids do not cover signatures. */
function highAndLowS(): Case {
  const { privateKey, publicKey } = vectorKey('es256', 0);
  const message = utf8Encode('range');
  const good = signAlike('es256', privateKey, message);
  const other = bytes32Of(bigintOf(P256_ORDER) - bigintOf(good.slice(32)));
  const signature = concatBytes(good.slice(0, 32), other);
  return caseOf('n - s in place of s', 'es256', publicKey, message, signature, true);
}

function sm2Cases(): Case[] {
  const { privateKey, publicKey } = vectorKey('sm2', 0);
  const message = utf8Encode('message digest');
  const make = (name: string, signature: Uint8Array): Case =>
    caseOf(name, 'sm2', publicKey, message, signature, false);
  const good = sm2SignAlike(privateKey, message);
  const r = bigintOf(good.slice(0, 32));
  const { n } = SM2_PARAMETERS;
  const d = bigintOf(privateKey);
  const Fn = Sm2Point.Fn;
  // s·G + (r + s)·P is the point at infinity for this s.
  const toInfinity = Fn.mul(Fn.neg(Fn.mul(r, d)), Fn.inv(1n + d));
  const plainEcdsa = ecdsa(Sm2Point, sm3).sign(message, privateKey, { lowS: false, prehash: true });
  return [
    make('empty signer id', sm2SignAlike(privateKey, message, new Uint8Array(0))),
    make('another signer id', sm2SignAlike(privateKey, message, utf8Encode('ALICE123@YAHOO.COM'))),
    make('r + s = n', concatBytes(bytes32Of(r), bytes32Of(n - r))),
    make('point at infinity', concatBytes(bytes32Of(r), bytes32Of(toInfinity))),
    make('ECDSA on the curve of SM2', plainEcdsa),
    make(
      'n - s in place of s',
      concatBytes(good.slice(0, 32), bytes32Of(n - bigintOf(good.slice(32)))),
    ),
  ];
}
