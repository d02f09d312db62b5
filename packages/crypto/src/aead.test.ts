// Goal: AES-256-GCM and SM4-GCM are the standards', refuse every forgery, and only take 96-bit nonces.
// Method: published vectors; WebCrypto and sm-crypto-v2 as independent implementations; both backends.
import { sm4 as otherSm4 } from 'sm-crypto-v2';
import { describe, expect, it } from 'vitest';
import { concatBytes, equalBytes, toHex, utf8Decode } from '@hefu/bytes';
import { fixturesDir, readFixture, readVectors } from '@hefu/bytes/testing';
import { createAead, open, seal } from './aead.ts';
import type { Aead } from './aead.ts';
import { createWebBackend } from './backend/web.ts';
import { randomBytes } from './random.ts';
import { sm4EncryptBlock, sm4RoundKeys } from './sm4.ts';
import { bytesOf } from './testing/cbor-json.ts';
import type { AeadVectors } from './testing/vector-types.ts';

const vectors = readVectors('aead.json') as AeadVectors;
const backends: [string, Aead][] = [
  ['Node', { seal, open }],
  ['the browser backend', createAead(createWebBackend(undefined))],
];

/** Opens with WebCrypto; undefined when it refuses. */
async function openByWebCrypto(
  key: string,
  nonce: string,
  sealed: string,
  aad: string,
): Promise<string | undefined> {
  const { subtle } = globalThis.crypto;
  const imported = await subtle.importKey('raw', bytesOf(key).slice(), 'AES-GCM', false, [
    'decrypt',
  ]);
  const params = {
    name: 'AES-GCM',
    iv: bytesOf(nonce).slice(),
    additionalData: bytesOf(aad).slice(),
  };
  try {
    return toHex(new Uint8Array(await subtle.decrypt(params, imported, bytesOf(sealed).slice())));
  } catch {
    return undefined;
  }
}

describe('golden vectors', () => {
  const cases = vectors.cases.filter(({ nonce }) => nonce.length === 24);
  it.each(cases.filter(({ cipher }) => cipher === 'aes-256-gcm'))(
    '$name, by WebCrypto',
    async (vector) => {
      const opened = await openByWebCrypto(vector.key, vector.nonce, vector.sealed, vector.aad);
      expect(opened ?? null).toBe(vector.plaintext);
    },
  );

  it.each(cases.filter(({ cipher, plaintext }) => cipher === 'sm4-gcm' && plaintext !== null))(
    '$name, by sm-crypto-v2',
    (vector) => {
      const { output, tag } = otherSm4.encrypt(bytesOf(vector.plaintext ?? ''), vector.key, {
        mode: 'gcm',
        iv: vector.nonce,
        associatedData: vector.aad,
        output: 'array',
        outputTag: true,
      });
      expect(toHex(concatBytes(output, tag ?? new Uint8Array(0)))).toBe(vector.sealed);
    },
  );
});

describe('SM4', () => {
  it('gives the example of GB/T 32907 annex A, once and a million times', () => {
    const key = bytesOf('0123456789abcdeffedcba9876543210');
    const keys = sm4RoundKeys(key);
    const block = key.slice();
    sm4EncryptBlock(keys, block, block);
    expect(toHex(block)).toBe('681edf34d206965e86b3e94f536e4246');
    for (let i = 1; i < 1_000_000; i++) sm4EncryptBlock(keys, block, block);
    expect(toHex(block)).toBe('595298c7c6fd271f0402f804c33d3f66');
  });

  it('has keys of 16 bytes', () => {
    expect(() => sm4RoundKeys(new Uint8Array(32))).toThrow(RangeError);
  });
});

describe.each(backends)('over %s', (_name, aead) => {
  it('opens what it sealed, and nothing that was changed', () => {
    for (const cipher of ['aes-256-gcm', 'sm4-gcm'] as const) {
      const key = randomBytes(cipher === 'sm4-gcm' ? 16 : 32);
      const nonce = randomBytes(12);
      const plaintext = randomBytes(45);
      const aad = randomBytes(7);
      const sealed = aead.seal(cipher, key, nonce, plaintext, aad);
      expect(aead.open(cipher, key, nonce, sealed, aad)).toEqual(plaintext);
      for (let at = 0; at < sealed.length; at++) {
        const forged = sealed.slice();
        forged[at] = (forged[at] ?? 0) ^ 0x80;
        expect(aead.open(cipher, key, nonce, forged, aad), `${cipher}, byte ${at}`).toBeUndefined();
      }
      expect(aead.open(cipher, randomBytes(key.length), nonce, sealed, aad)).toBeUndefined();
      expect(aead.open(cipher, key, nonce, sealed)).toBeUndefined();
    }
  });

  it('refuses keys and nonces of other sizes', () => {
    const key = new Uint8Array(32);
    const none = new Uint8Array(0);
    expect(() => aead.seal('aes-256-gcm', key.subarray(1), new Uint8Array(12), none)).toThrow(
      RangeError,
    );
    expect(() => aead.seal('sm4-gcm', key, new Uint8Array(12), none)).toThrow(RangeError);
    expect(() => aead.open('sm4-gcm', key, new Uint8Array(12), none)).toThrow(RangeError);
    for (const size of [0, 8, 11, 13, 16]) {
      expect(() => aead.seal('aes-256-gcm', key, new Uint8Array(size), none), `${size}`).toThrow(
        RangeError,
      );
      expect(
        aead.open('aes-256-gcm', key, new Uint8Array(size), new Uint8Array(40)),
      ).toBeUndefined();
    }
  });

  it('seals the same as the other backend', () => {
    const key = randomBytes(32);
    for (const size of [0, 1, 16, 100, 5000]) {
      const plaintext = randomBytes(size);
      const nonce = randomBytes(12);
      const expected = seal('sm4-gcm', key.subarray(0, 16), nonce, plaintext, key);
      const sealed = aead.seal('sm4-gcm', key.subarray(0, 16), nonce, plaintext, key);
      expect(equalBytes(sealed, expected), `size ${size}`).toBe(true);
    }
  });
});

interface GcmFile {
  readonly testGroups: readonly {
    readonly ivSize: number;
    readonly tests: readonly {
      readonly tcId: number;
      readonly key: string;
      readonly iv: string;
      readonly aad: string;
      readonly msg: string;
      readonly ct: string;
      readonly tag: string;
      readonly result: string;
    }[];
  }[];
}

describe.skipIf(fixturesDir() === undefined)('published SM4-GCM vectors', () => {
  it.each(backends)('hold over %s; other nonce sizes are refused', (_name, aead) => {
    const file = JSON.parse(
      utf8Decode(readFixture('sm-crypto/sm4_gcm_test.json')) ?? '',
    ) as GcmFile;
    const tests = file.testGroups.flatMap((group) => group.tests);
    let opened = 0;
    for (const test of tests) {
      const key = bytesOf(test.key);
      const iv = bytesOf(test.iv);
      const aad = bytesOf(test.aad);
      const good = test.result === 'valid' && iv.length === 12;
      const plaintext = aead.open('sm4-gcm', key, iv, bytesOf(test.ct + test.tag), aad);
      expect(plaintext === undefined ? undefined : toHex(plaintext), `test ${test.tcId}`).toBe(
        good ? test.msg : undefined,
      );
      if (good) opened++;
      const sealed = good ? toHex(aead.seal('sm4-gcm', key, iv, bytesOf(test.msg), aad)) : '';
      expect(sealed, `test ${test.tcId}`).toBe(good ? test.ct + test.tag : '');
    }
    expect(tests).toHaveLength(104);
    expect(opened).toBeGreaterThan(30);
  });
});
