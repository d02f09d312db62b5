import { concatBytes, decodeCbor, encodeCbor, toHex, utf8Encode } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import type { AeadCipher } from '../aead.ts';
import { AEAD_KEY_BYTES } from '../aead.ts';
import { coseAlg, SIGNATURE_ALGORITHMS } from '../algorithm.ts';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { coseKey } from '../cose-key.ts';
import {
  COSE_HEADER,
  CWT_CLAIM,
  encodeProtectedHeader,
  encodeSign1,
  sigStructure,
} from '../cose.ts';
import { pemOf, spkiDer } from '../key-encoding.ts';
import { bytesOf, jsonOfCbor } from './cbor-json.ts';
import { makeCborVectors } from './make-cbor.ts';
import { makeInvalidSign1 } from './make-invalid-sign1.ts';
import { makeSignatureVectors } from './make-signatures.ts';
import { maker, seed, vectorKey } from './vector-keys.ts';
import { signAlike } from './vector-signers.ts';
import type {
  AeadVectors,
  CoseSign1Vectors,
  CryptoVectors,
  HashVectors,
  KeyIdVectors,
} from './vector-types.ts';

/** Every vector file of bytes and crypto, made anew; the files in `vectors/` must equal these. */
export function makeVectors(): CryptoVectors {
  return {
    'cbor.json': makeCborVectors(deterministicOf),
    'hash.json': makeHashVectors(),
    'signatures.json': makeSignatureVectors(),
    'key-ids.json': makeKeyIdVectors(),
    'cose-sign1.json': makeSign1Vectors(),
    'aead.json': makeAeadVectors(),
  };
}

function deterministicOf(encoded: Uint8Array): Uint8Array {
  const decoded = decodeCbor(encoded, { maps: 'map', lenient: true });
  if (!decoded.ok) throw new Error(`a lenient vector is refused: ${decoded.code}`);
  return encodeCbor(decoded.value);
}

/** Around the borders of a 64-byte block and of the padding, and a few blocks. */
const MESSAGE_SIZES: readonly number[] = [
  0, 1, 3, 31, 32, 55, 56, 63, 64, 65, 119, 120, 127, 128, 250, 1000,
];
const HMAC_KEY_SIZES: readonly number[] = [0, 1, 32, 63, 64, 65, 200];

function patterned(size: number): Uint8Array {
  return new Uint8Array(size).map((_, i) => (i * 7 + size) & 0xff);
}

function makeHashVectors(): HashVectors {
  const messages: [string, Uint8Array][] = [
    ['abc', utf8Encode('abc')],
    ['abcd sixteen times', utf8Encode('abcd'.repeat(16))],
    ...MESSAGE_SIZES.map((size): [string, Uint8Array] => [`${size} bytes`, patterned(size)]),
  ];
  return {
    format: 'hefu-vectors/hash/1',
    hashes: messages.map(([name, message]) => ({
      name,
      message: toHex(message),
      sha256: toHex(maker.hash('sha256', message)),
      sm3: toHex(maker.hash('sm3', message)),
    })),
    hmacs: HMAC_KEY_SIZES.map((size) => {
      const key = patterned(size);
      const message = patterned(100 - (size % 50));
      return {
        name: `key of ${size} bytes`,
        key: toHex(key),
        message: toHex(message),
        sha256: toHex(maker.hmac('sha256', key, message)),
        sm3: toHex(maker.hmac('sm3', key, message)),
      };
    }),
  };
}

/** The key of RFC 9679 §6, whose SHA-256 thumbprint is printed there. */
const RFC_9679_KEY = bytesOf(
  '0465eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d' +
    '1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c',
);

function makeKeyIdVectors(): KeyIdVectors {
  const keys: [string, SignatureAlgorithm, Uint8Array][] = [
    ['RFC 9679 section 6', 'es256', RFC_9679_KEY],
    ...SIGNATURE_ALGORITHMS.flatMap((algorithm) =>
      [0, 1].map((number): [string, SignatureAlgorithm, Uint8Array] => [
        `${algorithm} key ${number}`,
        algorithm,
        vectorKey(algorithm, number).publicKey,
      ]),
    ),
  ];
  return {
    format: 'hefu-vectors/key-ids/1',
    keys: keys.map(([name, algorithm, publicKey]) => {
      const encoded = coseKey(algorithm, publicKey);
      return {
        name,
        algorithm,
        publicKey: toHex(publicKey),
        coseKey: toHex(encoded),
        keyIdSha256: toHex(maker.hash('sha256', encoded)),
        keyIdSm3: toHex(maker.hash('sm3', encoded)),
        spki: pemOf('PUBLIC KEY', spkiDer(algorithm, publicKey)),
      };
    }),
  };
}

function makeSign1Vectors(): CoseSign1Vectors {
  const external = [new Uint8Array(0), bytesOf('11aa22bb33cc44dd55006699')];
  return {
    format: 'hefu-vectors/cose-sign1/1',
    valid: SIGNATURE_ALGORITHMS.flatMap((algorithm) =>
      external.map((externalAad) => validSign1(algorithm, externalAad)),
    ),
    invalid: makeInvalidSign1(),
  };
}

function validSign1(
  algorithm: SignatureAlgorithm,
  externalAad: Uint8Array,
): CoseSign1Vectors['valid'][number] {
  const { privateKey, publicKey } = vectorKey(algorithm, 0);
  const header = new Map<CborKey, CborValue>([
    [COSE_HEADER.alg, coseAlg(algorithm)],
    [COSE_HEADER.contentType, 'application/cbor'],
    [
      COSE_HEADER.kid,
      maker.hash(algorithm === 'sm2' ? 'sm3' : 'sha256', coseKey(algorithm, publicKey)),
    ],
    [
      COSE_HEADER.cwtClaims,
      new Map([
        [CWT_CLAIM.iss, 'urn:example:member:one'],
        [CWT_CLAIM.sub, 'lot/2026-11'],
      ]),
    ],
  ]);
  const payload = encodeCbor([
    'supply/one',
    'evidence',
    'deposit',
    { size: 1200 },
    seed('nonce of a statement').slice(0, 16),
    1_790_000_000_000,
  ]);
  const protectedBytes = encodeProtectedHeader(header);
  const covered = sigStructure(protectedBytes, externalAad, payload);
  const signature = signAlike(algorithm, privateKey, covered);
  return {
    name: `${algorithm}, ${externalAad.length} bytes of external data`,
    algorithm,
    publicKey: toHex(publicKey),
    protectedHeader: jsonOfCbor(header),
    protected: toHex(protectedBytes),
    externalAad: toHex(externalAad),
    payload: toHex(payload),
    sigStructure: toHex(covered),
    idSha256: toHex(maker.hash('sha256', covered)),
    idSm3: toHex(maker.hash('sm3', covered)),
    signature: toHex(signature),
    encoded: toHex(encodeSign1({ protected: protectedBytes, payload, signature })),
  };
}

const AEAD_CIPHERS: readonly AeadCipher[] = ['aes-256-gcm', 'sm4-gcm'];
const PLAINTEXT_SIZES: readonly number[] = [0, 1, 15, 16, 17, 31, 32, 300];

function makeAeadVectors(): AeadVectors {
  return { format: 'hefu-vectors/aead/1', cases: AEAD_CIPHERS.flatMap(aeadCases) };
}

function aeadCases(cipher: AeadCipher): AeadVectors['cases'] {
  const key = seed(`${cipher} key`).slice(0, AEAD_KEY_BYTES[cipher]);
  const nonce = seed(`${cipher} nonce`).slice(0, 12);
  type Case = AeadVectors['cases'][number];
  const make = (
    name: string,
    parts: {
      aad: Uint8Array;
      plaintext: Uint8Array | null;
      sealed: Uint8Array;
      nonce?: Uint8Array;
    },
  ): Case => ({
    name: `${cipher}: ${name}`,
    cipher,
    key: toHex(key),
    nonce: toHex(parts.nonce ?? nonce),
    aad: toHex(parts.aad),
    plaintext: parts.plaintext === null ? null : toHex(parts.plaintext),
    sealed: toHex(parts.sealed),
  });
  const good = PLAINTEXT_SIZES.map((size) => {
    const plaintext = patterned(size);
    const aad = patterned((size * 3) % 40);
    const sealed = maker.seal(cipher, key, nonce, plaintext, aad);
    return make(`${size} bytes`, { aad, plaintext, sealed });
  });
  const aad = utf8Encode('about');
  const sealed = maker.seal(cipher, key, nonce, utf8Encode('secret'), aad);
  const changed = (at: number): Uint8Array =>
    sealed.map((byte, i) => (i === (at + sealed.length) % sealed.length ? byte ^ 1 : byte));
  const refused: Case[] = [
    make('ciphertext changed', { aad, plaintext: null, sealed: changed(0) }),
    make('tag changed', { aad, plaintext: null, sealed: changed(-1) }),
    make('other associated data', { aad: utf8Encode('abouT'), plaintext: null, sealed }),
    make('tag cut short', { aad, plaintext: null, sealed: sealed.slice(0, -1) }),
    make('shorter than a tag', { aad, plaintext: null, sealed: sealed.slice(0, 15) }),
    make('nothing', { aad, plaintext: null, sealed: new Uint8Array(0) }),
    make('nonce of 11 bytes', { aad, plaintext: null, sealed, nonce: nonce.slice(0, 11) }),
    make('nonce of 16 bytes', {
      aad,
      plaintext: null,
      sealed,
      nonce: concatBytes(nonce, new Uint8Array(4)),
    }),
    make('another nonce', { aad, plaintext: null, sealed, nonce: nonce.toReversed() }),
  ];
  return [...good, ...refused];
}
