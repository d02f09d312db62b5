// Goal: signatures are the standards', and one rule judges them everywhere. Method: published vectors
// (RFC 8032, Wycheproof, GB/T 32918.5), OpenSSL's command line and sm-crypto-v2 in both directions,
// every backend on each.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sm2 as otherSm2 } from 'sm-crypto-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex, utf8Decode, utf8Encode } from '@hefu/bytes';
import { fixturesDir, readFixture, readVectors } from '@hefu/bytes/testing';
import type { SignatureAlgorithm } from './algorithm.ts';
import { backend as nodeBackend } from './backend/node.ts';
import { createWebBackend } from './backend/web.ts';
import { bigintOf } from './curves.ts';
import { derOfSignature, signatureOfDer } from './der.ts';
import { hash, hashParts } from './hash.ts';
import { generateKeyPair, pkcs8Of, spkiOf } from './keys.ts';
import { sign, verify } from './sign.ts';
import { createSignatures, signatureIsWellFormed } from './signatures.ts';
import { sm2SignDigest } from './sm2-signature.ts';
import { SM2_DEFAULT_ID, sm2ZInput } from './sm2-z.ts';
import { bytesOf } from './testing/cbor-json.ts';
import { hasOpenssl } from './testing/openssl.ts';
import type { SignatureVectors } from './testing/vector-types.ts';

const vectors = readVectors('signatures.json') as SignatureVectors;
const backends = [
  ['Node', createSignatures(nodeBackend)],
  [
    'the browser backend with WebCrypto',
    createSignatures(createWebBackend(globalThis.crypto.subtle)),
  ],
  ['the browser backend without', createSignatures(createWebBackend(undefined))],
] as const;

describe('RFC 8032 §7.1', () => {
  const rows = [
    [
      '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '',
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
    ],
    [
      '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      '72',
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    ],
    [
      'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
      'af82',
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    ],
  ] as const;
  it.each(backends)('over %s', async (_name, over) => {
    for (const [privateKey, publicKey, message, signature] of rows) {
      expect(toHex(over.publicKeyOf('ed25519', bytesOf(privateKey)))).toBe(publicKey);
      expect(toHex(over.sign('ed25519', bytesOf(privateKey), bytesOf(message)))).toBe(signature);
      const input = ['ed25519', bytesOf(publicKey), bytesOf(message), bytesOf(signature)] as const;
      expect(over.verify(...input)).toBe(true);
      expect(await over.verifyAsync(...input)).toBe(true);
    }
  });
});

describe('sign', () => {
  it('refuses what is no private key of the algorithm', () => {
    const message = new Uint8Array(1);
    const order = {
      es256: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
      sm2: 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123',
    };
    for (const [_name, over] of backends) {
      for (const algorithm of ['ed25519', 'es256', 'sm2'] as const) {
        expect(() => over.sign(algorithm, new Uint8Array(31), message)).toThrow(RangeError);
        expect(() => over.publicKeyOf(algorithm, new Uint8Array(33))).toThrow(RangeError);
      }
      for (const algorithm of ['es256', 'sm2'] as const) {
        expect(() => over.sign(algorithm, new Uint8Array(32), message)).toThrow(RangeError);
        expect(() => over.sign(algorithm, bytesOf(order[algorithm]), message)).toThrow(RangeError);
      }
      // n − 1 is a P-256 key; in SM2 its 1 + d has no inverse.
      const last = (hex: string): Uint8Array =>
        bytesOf(hex.slice(0, -2) + (hex.endsWith('51') ? '50' : '22'));
      expect(over.sign('es256', last(order.es256), message)).toHaveLength(64);
      expect(() => over.sign('sm2', last(order.sm2), message)).toThrow(RangeError);
    }
  });

  it('gives signatures that every other backend takes, for many messages', () => {
    for (const algorithm of ['ed25519', 'es256', 'sm2'] as const) {
      const { privateKey, publicKey } = generateKeyPair(algorithm);
      for (let i = 0; i < 20; i++) {
        const message = hash('sha256', new Uint8Array([i]));
        for (const [signer, by] of backends) {
          const signature = by.sign(algorithm, privateKey, message);
          expect(signature.constructor).toBe(Uint8Array);
          for (const [verifier, over] of backends) {
            const what = `${algorithm} by ${signer}, over ${verifier}, message ${i}`;
            expect(over.verify(algorithm, publicKey, message, signature), what).toBe(true);
            expect(over.verify(algorithm, publicKey, privateKey, signature), what).toBe(false);
          }
        }
      }
    }
  });
});

describe('the Ed25519 rule', () => {
  const edge = vectors.signatures.filter(({ name }) => /with a part|identity/.test(name));
  it('is stricter than any one library: what each alone would take is refused', () => {
    const takenBy = (
      check: (key: Uint8Array, text: Uint8Array, sig: Uint8Array) => boolean,
    ): string[] =>
      edge
        .filter(({ publicKey, message, signature }) =>
          check(bytesOf(publicKey), bytesOf(message), bytesOf(signature)),
        )
        .map(({ name }) => name);
    const openssl = takenBy((key, text, signature) =>
      nodeBackend.prepareVerifier('ed25519', key).verify(text, signature),
    );
    expect(openssl).toContain('ed25519: A with a part of order 8, holds without the cofactor');
    const zip215 = takenBy((key, text, signature) => ed25519.verify(signature, text, key));
    expect(zip215).toEqual(
      expect.arrayContaining([
        'ed25519: R is the identity',
        'ed25519: R is the identity, y not reduced',
        'ed25519: R with a part of order 8',
        'ed25519: A with a part of order 8, holds with the cofactor only',
      ]),
    );
    for (const { publicKey, message, signature, name } of edge) {
      const verdict = verify('ed25519', bytesOf(publicKey), bytesOf(message), bytesOf(signature));
      expect(verdict, name).toBe(false);
    }
    expect(edge.length).toBeGreaterThanOrEqual(12);
  });

  it('judges signatures by their bytes before any arithmetic', () => {
    const good = bytesOf(
      vectors.signatures.find(({ name }) => name.includes('made by parts'))?.signature ?? '',
    );
    expect(signatureIsWellFormed('ed25519', good)).toBe(true);
    expect(signatureIsWellFormed('ed25519', good.subarray(1))).toBe(false);
    const high = good.slice();
    high[63] = 0xff;
    expect(signatureIsWellFormed('ed25519', high)).toBe(false);
  });
});

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk?: string; readonly uncompressed?: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

function wycheproof(name: string): WycheproofFile {
  return JSON.parse(utf8Decode(readFixture(`sm-crypto/${name}`)) ?? '') as WycheproofFile;
}

describe.skipIf(fixturesDir() === undefined)('published vectors', () => {
  it.each(backends)('Ed25519, all 151, over %s', async (_name, over) => {
    let count = 0;
    for (const { publicKey, tests } of wycheproof('ed25519_test.json').testGroups) {
      for (const test of tests) {
        const input = [
          'ed25519',
          bytesOf(publicKey.pk ?? ''),
          bytesOf(test.msg),
          bytesOf(test.sig),
        ] as const;
        const expected = test.result === 'valid';
        expect(over.verify(...input), `test ${test.tcId}, ${test.comment}`).toBe(expected);
        expect(await over.verifyAsync(...input), `test ${test.tcId}, asynchronously`).toBe(
          expected,
        );
        count++;
      }
    }
    expect(count).toBe(151);
  });

  it.each(backends)('ECDSA on P-256, all 484, over %s', async (_name, over) => {
    let count = 0;
    for (const { publicKey, tests } of wycheproof('ecdsa_secp256r1_sha256_test.json').testGroups) {
      const key = bytesOf(publicKey.uncompressed ?? '');
      for (const test of tests) {
        // A form that is not minimal DER has no 64-byte form: refused before any curve arithmetic.
        const signature = signatureOfDer(bytesOf(test.sig)) ?? new Uint8Array(0);
        const expected = test.result === 'valid';
        const input = ['es256', key, bytesOf(test.msg), signature] as const;
        expect(over.verify(...input), `test ${test.tcId}, ${test.comment}`).toBe(expected);
        expect(await over.verifyAsync(...input), `test ${test.tcId}, asynchronously`).toBe(
          expected,
        );
        count++;
      }
    }
    expect(count).toBe(484);
  });

  it.each(backends)('the SM2 example of GB/T 32918.5, over %s', (_name, over) => {
    const file = JSON.parse(utf8Decode(readFixture('sm-crypto/gb32918.json')) ?? '') as {
      signature: Record<'M' | 'd' | 'Z' | 'e' | 'k' | 'raw' | 'der', string> & {
        P: { x: string; y: string };
      };
    };
    const lower = (hex: string): Uint8Array => bytesOf(hex.toLowerCase());
    const { M, d, Z, e, k, raw, der, P } = file.signature;
    const publicKey = concatBytes(new Uint8Array([4]), lower(P.x), lower(P.y));
    expect(over.publicKeyOf('sm2', lower(d))).toEqual(publicKey);
    const z = hash('sm3', sm2ZInput(publicKey));
    expect(toHex(z)).toBe(Z.toLowerCase());
    const digest = hashParts('sm3', z, lower(M));
    expect(toHex(digest)).toBe(e.toLowerCase());
    expect(sm2SignDigest(bigintOf(lower(d)), digest, bigintOf(lower(k)))).toEqual(lower(raw));
    expect(signatureOfDer(lower(der))).toEqual(lower(raw));
    expect(derOfSignature(lower(raw))).toEqual(lower(der));
    expect(over.verify('sm2', publicKey, lower(M), lower(raw))).toBe(true);
    expect(over.verify('sm2', publicKey, utf8Encode('message digesT'), lower(raw))).toBe(false);
    const other = generateKeyPair('sm2').publicKey;
    expect(over.verify('sm2', other, lower(M), lower(raw))).toBe(false);
    const otherZ = hash('sm3', sm2ZInput(publicKey, utf8Encode('ALICE123@YAHOO.COM')));
    expect(toHex(otherZ)).not.toBe(toHex(z));
  });
});

describe('sm-crypto-v2', () => {
  it('verifies ours and we verify its, 20 each', () => {
    for (let i = 0; i < 20; i++) {
      const { privateKey, publicKey } = generateKeyPair('sm2');
      const message = hash('sm3', publicKey);
      const options = { hash: true, userId: '1234567812345678' };
      for (const [name, over] of backends) {
        const ours = toHex(over.sign('sm2', privateKey, message));
        const verdict = otherSm2.doVerifySignature(message, ours, toHex(publicKey), options);
        expect(verdict, `ours over ${name}, ${i}`).toBe(true);
        const its = otherSm2.doSignature(message, toHex(privateKey), options);
        expect(over.verify('sm2', publicKey, message, bytesOf(its)), `its over ${name}, ${i}`).toBe(
          true,
        );
      }
    }
  });

  it('refuses what the vectors refuse', () => {
    const cases = vectors.signatures.filter(
      ({ algorithm, publicKey, signature }) =>
        algorithm === 'sm2' && publicKey.length === 130 && signature.length === 128,
    );
    for (const { name, publicKey, message, signature, valid } of cases) {
      let verdict = false;
      try {
        verdict = otherSm2.doVerifySignature(bytesOf(message), signature, publicKey, {
          hash: true,
        });
      } catch {
        // It throws where r or s is out of range: a refusal.
      }
      expect(verdict, name).toBe(valid);
    }
    expect(cases.length).toBeGreaterThan(20);
  });
});

describe.skipIf(!hasOpenssl())('the OpenSSL command line', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'hefu-openssl-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function put(name: string, content: string | Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  function extra(algorithm: SignatureAlgorithm): string[] {
    if (algorithm === 'sm2') {
      return ['-digest', 'sm3', '-pkeyopt', `distid:${utf8Decode(SM2_DEFAULT_ID)}`];
    }
    return algorithm === 'es256' ? ['-digest', 'sha256'] : [];
  }

  it.each(['ed25519', 'es256', 'sm2'] as const)(
    'verifies our %s and we verify its',
    (algorithm) => {
      for (let i = 0; i < 3; i++) {
        const { privateKey, publicKey } = generateKeyPair(algorithm);
        const message = put('message', `statement ${i}`);
        const secret = put('private.pem', pkcs8Of(algorithm, privateKey));
        const open = put('public.pem', spkiOf(algorithm, publicKey));
        const common = ['-rawin', '-in', message, ...extra(algorithm)];
        const made = new Uint8Array(
          execFileSync('openssl', ['pkeyutl', '-sign', '-inkey', secret, ...common]),
        );
        const its = algorithm === 'ed25519' ? made : (signatureOfDer(made) ?? new Uint8Array(0));
        expect(verify(algorithm, publicKey, utf8Encode(`statement ${i}`), its), `its ${i}`).toBe(
          true,
        );
        const ours = sign(algorithm, privateKey, utf8Encode(`statement ${i}`));
        const sigfile = put('signature', algorithm === 'ed25519' ? ours : derOfSignature(ours));
        const check = [
          'pkeyutl',
          '-verify',
          '-pubin',
          '-inkey',
          open,
          '-sigfile',
          sigfile,
          ...common,
        ];
        expect(execFileSync('openssl', check).toString(), `ours ${i}`).toContain(
          'Verified Successfully',
        );
      }
    },
  );
});

describe('DER of signatures', () => {
  it.each([
    ['3006020101020101', `${'00'.repeat(31)}01${'00'.repeat(31)}01`],
    ['300702010102020080', `${'00'.repeat(31)}01${'00'.repeat(31)}80`],
  ])('%s', (der, raw) => {
    expect(toHex(signatureOfDer(bytesOf(der)) ?? new Uint8Array(0))).toBe(raw);
    expect(toHex(derOfSignature(bytesOf(raw)))).toBe(der);
  });

  it.each([
    ['nothing', ''],
    ['another tag', '3106020101020101'],
    ['trailing byte', '300602010102010100'],
    ['trailing byte inside', '300702010102010100'],
    ['one integer', '3003020101'],
    ['long form of a short length', '308106020101020101'],
    ['negative', '3006020181020101'],
    ['leading zero', '300702020001020101'],
    ['empty integer', '30050200020101'],
    ['33 bytes', `302602217f${'00'.repeat(32)}020101`],
    ['indefinite', '30800201010201010000'],
    ['length beyond the end', '3008020101020101'],
  ])('refuses: %s', (_name, der) => {
    expect(signatureOfDer(fromHex(der) ?? new Uint8Array(0))).toBeUndefined();
  });
});
