// Goal: keys, their ids and their file forms are the standards'. Method: RFC 9679's example, node:crypto
// and OpenSSL as independent readers and writers, tables of broken input.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { equalBytes, toHex } from '@hefu/bytes';
import { fixturesDir, readFixture, readVectors } from '@hefu/bytes/testing';
import {
  algorithmOfCose,
  coseAlg,
  isSignatureAlgorithm,
  SIGNATURE_ALGORITHMS,
  suiteDefaultAlgorithm,
  suiteHash,
} from './algorithm.ts';
import { pointEncodingIsCanonical, pointHasSmallOrder } from './ed25519-rule.ts';
import { GenerationCache } from './generation-cache.ts';
import {
  checkPublicKey,
  coseKey,
  generateKeyPair,
  keyId,
  pkcs8Of,
  privateKeyFromPkcs8,
  publicKeyFromSpki,
  publicKeyOf,
  spkiOf,
} from './keys.ts';
import { readDer, writeDer } from './der.ts';
import { sign, verify } from './sign.ts';
import { bytesOf } from './testing/cbor-json.ts';
import { hasOpenssl } from './testing/openssl.ts';
import type { KeyIdVectors, SignatureVectors } from './testing/vector-types.ts';
import type { PublicKeyErrorCode } from './keys.ts';

const ids = readVectors('key-ids.json') as KeyIdVectors;
const checks = (readVectors('signatures.json') as SignatureVectors).publicKeyChecks;

describe('algorithms', () => {
  it('have COSE numbers, both ways', () => {
    expect(SIGNATURE_ALGORITHMS.map(coseAlg)).toEqual([-8, -7, -65537]);
    expect(SIGNATURE_ALGORITHMS.map((name) => algorithmOfCose(coseAlg(name)))).toEqual(
      SIGNATURE_ALGORITHMS,
    );
    for (const other of [0, -35, '-8', undefined, null]) {
      expect(algorithmOfCose(other), String(other)).toBeUndefined();
    }
    expect(isSignatureAlgorithm('sm2')).toBe(true);
    expect(isSignatureAlgorithm('SM2')).toBe(false);
  });

  it('belong to suites', () => {
    expect([suiteHash('international'), suiteDefaultAlgorithm('international')]).toEqual([
      'sha256',
      'ed25519',
    ]);
    expect([suiteHash('gm'), suiteDefaultAlgorithm('gm')]).toEqual(['sm3', 'sm2']);
  });
});

describe('key ids', () => {
  it('give the thumbprint printed in RFC 9679 §6', () => {
    const example = ids.keys.find(({ name }) => name.startsWith('RFC 9679'));
    expect(example?.keyIdSha256).toBe(
      '496bd8afadf307e5b08c64b0421bf9dc01528a344a43bda88fadd1669da253ec',
    );
  });

  it.each(ids.keys)('$name', ({ algorithm, publicKey, keyIdSha256, keyIdSm3, spki }) => {
    const key = bytesOf(publicKey);
    expect(toHex(keyId('sha256', algorithm, key))).toBe(keyIdSha256);
    expect(toHex(keyId('sm3', algorithm, key))).toBe(keyIdSm3);
    expect(spkiOf(algorithm, key)).toBe(spki);
    expect(publicKeyFromSpki(spki)).toEqual({ ok: true, algorithm, publicKey: key });
  });

  it.skipIf(!hasOpenssl())('are of the keys that OpenSSL reads in the files', () => {
    for (const { name, publicKey, spki } of ids.keys) {
      const shown = execFileSync('openssl', ['pkey', '-pubin', '-noout', '-text'], { input: spki });
      const digits = shown.toString().replaceAll(/[^0-9a-f]/g, '');
      expect(digits, name).toContain(publicKey);
    }
  });

  it('need a key of the right size', () => {
    expect(() => coseKey('ed25519', new Uint8Array(65))).toThrow(RangeError);
    expect(() => keyId('sm3', 'sm2', new Uint8Array(32))).toThrow(RangeError);
  });
});

describe('checkPublicKey', () => {
  it.each(checks)('$name: $code', ({ algorithm, publicKey, code }) => {
    const expected = code === null ? { ok: true } : { ok: false, code };
    expect(checkPublicKey(algorithm, bytesOf(publicKey))).toEqual(expected);
  });

  it('has a vector for every code', () => {
    const all: Record<PublicKeyErrorCode, true> = {
      'key-malformed': true,
      'key-not-canonical': true,
      'key-not-on-curve': true,
      'key-small-order': true,
      'key-not-torsion-free': true,
    };
    const seen = new Set(checks.flatMap(({ code }) => code ?? []));
    expect([...seen].toSorted()).toEqual(Object.keys(all).toSorted());
  });

  it('knows small order and canonical form by bytes, for every first byte at the border', () => {
    const top = bytesOf(`00${'ff'.repeat(30)}7f`);
    for (let first = 0; first < 256; first++) {
      top[0] = first;
      expect(pointEncodingIsCanonical(top), `${first}`).toBe(first < 0xed);
    }
    expect(pointHasSmallOrder(new Uint8Array(32).fill(1))).toBe(false);
  });
});

describe('key pairs', () => {
  it.each(SIGNATURE_ALGORITHMS)('of %s go through PEM and back', (algorithm) => {
    const { publicKey, privateKey } = generateKeyPair(algorithm);
    expect(checkPublicKey(algorithm, publicKey)).toEqual({ ok: true });
    expect(publicKeyOf(algorithm, privateKey)).toEqual(publicKey);
    const pem = pkcs8Of(algorithm, privateKey);
    expect(privateKeyFromPkcs8(pem)).toEqual({ ok: true, algorithm, privateKey });
    expect(privateKeyFromPkcs8(pem.replaceAll('\n', '\r\n'))).toMatchObject({ ok: true });
    // Node writes the very same file, so that other tools will read it.
    const node = createPrivateKey(pem);
    expect(node.export({ type: 'pkcs8', format: 'pem' })).toBe(pem);
    expect(createPublicKey(node).export({ type: 'spki', format: 'pem' })).toBe(
      spkiOf(algorithm, publicKey),
    );
    const der = new Uint8Array(node.export({ type: 'pkcs8', format: 'der' }));
    expect(privateKeyFromPkcs8(der)).toEqual({ ok: true, algorithm, privateKey });
    expect(generateKeyPair(algorithm).privateKey).not.toEqual(privateKey);
  });

  it.skipIf(!hasOpenssl()).each([
    ['ed25519', 'ED25519', []],
    ['es256', 'EC', ['-pkeyopt', 'ec_paramgen_curve:P-256']],
    ['sm2', 'SM2', []],
  ] as const)('of %s made by OpenSSL are read', (algorithm, name, options) => {
    const pem = execFileSync('openssl', ['genpkey', '-algorithm', name, ...options]).toString();
    const read = privateKeyFromPkcs8(pem);
    if (!read.ok) throw new Error(read.code);
    expect(read.algorithm).toBe(algorithm);
    const spki = execFileSync('openssl', ['pkey', '-pubout'], { input: pem }).toString();
    const publicKey = publicKeyOf(algorithm, read.privateKey);
    expect(publicKeyFromSpki(spki)).toEqual({ ok: true, algorithm, publicKey });
    const message = new Uint8Array([1]);
    expect(verify(algorithm, publicKey, message, sign(algorithm, read.privateKey, message))).toBe(
      true,
    );
  });
});

describe('publicKeyFromSpki', () => {
  const { publicKey } = generateKeyPair('es256');
  const pem = spkiOf('es256', publicKey);
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
  const compressed = `-----BEGIN PUBLIC KEY-----\n${Buffer.from(bytesOf('3039301306072a8648ce3d020106082a811ccf5501822d03220002').buffer).toString('base64')}\n-----END PUBLIC KEY-----`;
  const other = (changed: Uint8Array): string => spkiOf('es256', changed);
  it.each([
    ['nothing', '', 'key-encoding-unknown'],
    ['another label', pem.replaceAll('PUBLIC', 'PRIVATE'), 'key-encoding-unknown'],
    ['text around it', `key: ${pem}`, 'key-encoding-unknown'],
    ['no end', pem.slice(0, -20), 'key-encoding-unknown'],
    [
      'begin and end as one',
      '-----BEGIN PUBLIC KEY-----END PUBLIC KEY-----',
      'key-encoding-unknown',
    ],
    ['not base64', pem.replace('MFkw', 'M*kw'), 'key-encoding-unknown'],
    ['RSA', rsa.export({ type: 'spki', format: 'pem' }), 'key-encoding-unknown'],
    ['P-384', p384.export({ type: 'spki', format: 'pem' }), 'key-encoding-unknown'],
    ['a length beyond the end', compressed, 'key-encoding-unknown'],
    [
      'too long',
      `-----BEGIN PUBLIC KEY-----\n${'A'.repeat(20_000)}\n-----END PUBLIC KEY-----`,
      'key-encoding-unknown',
    ],
    [
      'off the curve',
      other(publicKey.map((byte, i) => (i === 64 ? byte ^ 1 : byte))),
      'key-not-on-curve',
    ],
    [
      'a point of no kind',
      other(publicKey.map((byte, i) => (i === 0 ? 9 : byte))),
      'key-malformed',
    ],
    ['a small-order point', spkiOf('ed25519', new Uint8Array(32)), 'key-small-order'],
  ])('refuses %s', (_name, text, code) => {
    expect(publicKeyFromSpki(text)).toEqual({ ok: false, code });
  });
});

describe('privateKeyFromPkcs8', () => {
  const pem = pkcs8Of('sm2', generateKeyPair('sm2').privateKey);
  const encrypted = generateKeyPairSync('ed25519').privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  });
  const sec1 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'sec1',
    format: 'pem',
  });
  const zero = bytesOf(
    `3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420${'00'.repeat(32)}`,
  );
  const short = bytesOf('302d020100300506032b65700421041f' + '01'.repeat(31));
  it.each<[string, string | Uint8Array, string]>([
    ['an encrypted key', encrypted, 'key-encoding-unknown'],
    ['SEC 1', sec1, 'key-encoding-unknown'],
    ['a public label', pem.replaceAll('PRIVATE', 'PUBLIC'), 'key-encoding-unknown'],
    ['no bytes', new Uint8Array(0), 'key-encoding-unknown'],
    ['a scalar of zero', zero, 'key-malformed'],
    ['a seed of 31 bytes', short, 'key-encoding-unknown'],
  ])('refuses %s', (_name, input, code) => {
    expect(privateKeyFromPkcs8(input)).toEqual({ ok: false, code });
  });

  it('takes the form without a public key', () => {
    const { privateKey } = generateKeyPair('sm2');
    const bare = zero.slice();
    bare.set(privateKey, bare.length - 32);
    expect(privateKeyFromPkcs8(bare)).toEqual({ ok: true, algorithm: 'sm2', privateKey });
  });
});

describe('DER', () => {
  it('has lengths of one, two and three bytes', () => {
    for (const size of [0, 1, 127, 128, 255, 256, 65_535]) {
      const body = new Uint8Array(size).fill(7);
      const element = readDer(writeDer(4, body), 4);
      expect(element !== undefined && equalBytes(element.body, body), `${size}`).toBe(true);
    }
    expect(() => writeDer(4, new Uint8Array(65_536))).toThrow(RangeError);
  });

  it.each(['', '04', '0481', '048101ff', '0482', '04820001ff', '0483000001ff', '0480', '040200'])(
    'refuses %s',
    (hex) => {
      expect(readDer(bytesOf(hex), 4)).toBeUndefined();
    },
  );
});

describe('GenerationCache', () => {
  it('keeps what is used and never more than its capacity', () => {
    const cache = new GenerationCache<number>(10);
    for (let i = 0; i < 1000; i++) {
      cache.set(`key ${i}`, i);
      cache.set('kept', -1);
      expect(cache.get('kept'), `step ${i}`).toBe(-1);
      expect(cache.get(`key ${i}`), `step ${i}`).toBe(i);
      expect(cache.size, `step ${i}`).toBeLessThanOrEqual(10);
    }
    expect(cache.get('key 0')).toBeUndefined();
    const small = new GenerationCache<number>(1);
    small.set('a', 1);
    expect(small.get('a')).toBe(1);
  });
});

describe.skipIf(fixturesDir() === undefined)('keys of the SCITT vectors', () => {
  it.each([
    ['valid-eddsa', 'ed25519'],
    ['valid-es256', 'es256'],
  ])('%s', (folder, algorithm) => {
    const pem = new TextDecoder().decode(
      readFixture(`cose/scitt-cose/v1/${folder}/issuer-key.pub`),
    );
    expect(publicKeyFromSpki(pem)).toMatchObject({ ok: true, algorithm });
  });
});
