// Goal: hashes and MACs are the standards', on every path. Method: OpenSSL's command line and
// node:crypto as independent implementations; published HMAC-SM3 vectors; long and streamed input.
import { createHash, createHmac, getRandomValues } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fixturesDir, readFixture, readVectors } from '@hefu/bytes/testing';
import { toHex, utf8Decode, utf8Encode } from '@hefu/bytes';
import { createWebBackend } from './backend/web.ts';
import { createHasher, hash, hashInto, hashParts, hmac } from './hash.ts';
import { sm3 } from './sm3.ts';
import { bytesOf } from './testing/cbor-json.ts';
import { hasOpenssl } from './testing/openssl.ts';
import type { HashVectors } from './testing/vector-types.ts';

const vectors = readVectors('hash.json') as HashVectors;
const web = createWebBackend(undefined);

describe('known answers', () => {
  // FIPS 180-4's and GB/T 32905 annex A's examples.
  it.each([
    ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sm3', 'abc', '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'],
    ['sm3', 'abcd'.repeat(16), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732'],
  ] as const)('%s of %j', (name, text, expected) => {
    expect(toHex(hash(name, utf8Encode(text)))).toBe(expected);
    expect(toHex(web.hash(name, utf8Encode(text)))).toBe(expected);
  });

  it.skipIf(!hasOpenssl()).each(['sha256', 'sm3'] as const)(
    '%s of a million letters, as OpenSSL has it',
    (name) => {
      const message = new Uint8Array(1_000_000).fill(0x61);
      const shown = execFileSync('openssl', ['dgst', `-${name}`, '-r'], { input: message });
      const expected = shown.toString().slice(0, 64);
      expect(toHex(hash(name, message))).toBe(expected);
      expect(toHex(web.hash(name, message))).toBe(expected);
      const whole = createHasher(name);
      for (let at = 0; at < message.length; at += 9_999) {
        whole.update(message.subarray(at, at + 9_999));
      }
      expect(toHex(whole.digest())).toBe(expected);
      expect(toHex(hashParts(name, message.subarray(0, 7), message.subarray(7)))).toBe(expected);
    },
  );
});

describe('golden vectors', () => {
  it.each(['sha256', 'sm3'] as const)('%s, by node:crypto', (name) => {
    for (const vector of vectors.hashes) {
      const expected = createHash(name).update(bytesOf(vector.message)).digest('hex');
      expect(vector[name], vector.name).toBe(expected);
    }
    for (const vector of vectors.hmacs) {
      const mac = createHmac(name, bytesOf(vector.key)).update(bytesOf(vector.message));
      expect(vector[name], vector.name).toBe(mac.digest('hex'));
    }
  });
});

describe('results', () => {
  it('are arrays of their own', () => {
    const message = utf8Encode('x');
    const first = hash('sha256', message);
    const before = toHex(first);
    expect(first.buffer.byteLength).toBe(32);
    expect(toHex(hash('sha256', utf8Encode('y')))).not.toBe(before);
    expect(toHex(first)).toBe(before);
    expect(first.constructor).toBe(Uint8Array);
    expect(hmac('sm3', message, message).constructor).toBe(Uint8Array);
    expect(createHasher('sm3').digest().constructor).toBe(Uint8Array);
  });

  it('are never written over the end of an array', () => {
    for (const over of [{ hashInto }, web]) {
      for (const offset of [1, 32, 100]) {
        const target = new Uint8Array(32);
        expect(() => {
          over.hashInto('sha256', target, target, offset);
        }).toThrow(RangeError);
        expect(target.every((byte) => byte === 0)).toBe(true);
      }
    }
  });

  it('agree between backends on random input of all sizes to 300', () => {
    for (let size = 0; size <= 300; size++) {
      const message = getRandomValues(new Uint8Array(size));
      for (const name of ['sha256', 'sm3'] as const) {
        expect(toHex(web.hash(name, message)), toHex(message)).toBe(toHex(hash(name, message)));
      }
    }
  });

  it('of a cloned SM3 go their own ways', () => {
    const first = sm3.create().update(utf8Encode('a'));
    const second = first.clone();
    first.update(utf8Encode('bc'));
    expect(toHex(first.digest())).toBe(toHex(hash('sm3', utf8Encode('abc'))));
    expect(toHex(second.digest())).toBe(toHex(hash('sm3', utf8Encode('a'))));
    expect(() => second.update(utf8Encode('b'))).toThrow('destroyed');
  });
});

interface MacFile {
  readonly testGroups: readonly {
    readonly tagSize: number;
    readonly tests: readonly {
      readonly tcId: number;
      readonly key: string;
      readonly msg: string;
      readonly tag: string;
      readonly result: string;
    }[];
  }[];
}

describe.skipIf(fixturesDir() === undefined)('published HMAC-SM3 vectors', () => {
  it('hold, all 174', () => {
    const file = JSON.parse(
      utf8Decode(readFixture('sm-crypto/hmac_sm3_test.json')) ?? '',
    ) as MacFile;
    let count = 0;
    for (const group of file.testGroups) {
      for (const test of group.tests) {
        for (const over of [{ hmac }, web]) {
          const mac = toHex(over.hmac('sm3', bytesOf(test.key), bytesOf(test.msg)));
          const holds = mac.slice(0, group.tagSize / 4) === test.tag;
          expect(holds, `test ${test.tcId}`).toBe(test.result === 'valid');
        }
        count++;
      }
    }
    expect(count).toBe(174);
  });
});
