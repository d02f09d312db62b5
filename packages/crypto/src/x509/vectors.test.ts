// Goal: a chain that was judged once is judged so for ever, by any version of the library that reads it. Method: every case of
// vectors/x509.json, whose certificates OpenSSL made.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBase64, toHex } from '@hefu/bytes';
import { vectorsDir } from '@hefu/bytes/testing';
import { describe, expect, it } from 'vitest';
import { hash } from '../hash.ts';
import { judgeChain } from './chain.ts';

interface Vectors {
  readonly cases: readonly {
    readonly name: string;
    readonly chain: readonly string[];
    readonly anchors: readonly string[];
    readonly timeMs: number;
    readonly expected: Readonly<Record<string, unknown>>;
  }[];
}

const { cases } = JSON.parse(readFileSync(join(vectorsDir(), 'x509.json'), 'utf8')) as Vectors;
const bytes = (texts: readonly string[]): Uint8Array[] =>
  texts.map((text) => fromBase64(text) ?? new Uint8Array());

describe('vectors/x509.json', () => {
  it.each(cases)('$name', ({ chain, anchors, timeMs, expected }) => {
    const verdict = judgeChain({ chain: bytes(chain), anchors: bytes(anchors), timeMs });
    if (!verdict.ok) {
      expect({ code: verdict.code, at: verdict.at }).toEqual(expected);
      return;
    }
    const { algorithm, publicKey, anchor, notAfter, certificate } = verdict;
    expect({
      algorithm,
      publicKey: toHex(publicKey),
      anchor,
      notBefore: certificate.notBefore,
      notAfter,
      sha256: toHex(hash('sha256', certificate.tbs)),
      sm3: toHex(hash('sm3', certificate.tbs)),
    }).toEqual(expected);
  });

  it('has every code for each algorithm', () => {
    for (const algorithm of ['ed25519', 'es256', 'sm2']) {
      const own = cases.filter(({ name }) => name.startsWith(`${algorithm}:`));
      expect(new Set(own.map(({ expected }) => expected['code'] ?? 'ok')).size, algorithm).toBe(11);
    }
  });
});
