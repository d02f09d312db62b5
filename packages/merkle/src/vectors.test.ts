// Goal: the golden vectors of the trees hold, so that other implementations, and this one in a
// browser, can be held to them. Method: the runner that browsers use, over the files in `vectors/`;
// the runner itself must notice an expectation that is wrong.
import { readVectors } from '@hefu/bytes/testing';
import { describe, expect, it } from 'vitest';
import { HASHERS } from './testing/hashers.ts';
import { runMerkleVectors } from './testing/run-vectors.ts';
import { MERKLE_VECTORS } from './testing/vector-types.ts';
import type { MerkleVectors } from './testing/vector-types.ts';

describe.each(MERKLE_VECTORS)('vectors of %s', (name) => {
  const file = readVectors(`${name}.json`) as MerkleVectors;

  it('hold under both hashes', () => {
    const results = runMerkleVectors(file, HASHERS);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(new Set(results.map((result) => result.name)).size).toBe(file.cases.length);
    const hashes = file.cases.map(({ hash }) => hash);
    expect(hashes).toContain('sha256');
    expect(hashes).toContain('sm3');
  });

  it('do not hold under the other hash, or with another verdict', () => {
    const swapped = { sha256: HASHERS.sm3, sm3: HASHERS.sha256 };
    const good = file.cases.filter(
      (item) => item.hash !== undefined && !('ok' in item && !item.ok),
    );
    expect(good.length).toBeGreaterThan(0);
    const results = runMerkleVectors({ ...file, cases: good }, swapped);
    // Only what hashes nothing can agree: trees of one leaf and empty states.
    const agreeing = results.filter(({ ok }) => ok).map((result) => result.name);
    expect(agreeing.filter((each) => !/leaf 0 of 1|growth 1 to 1|emptied/.test(each))).toEqual([]);
    const verdicts = file.cases.flatMap((item) =>
      'ok' in item ? [{ ...item, ok: !item.ok }] : [],
    );
    const contrary = runMerkleVectors({ ...file, cases: verdicts }, HASHERS);
    expect(contrary.filter(({ ok }) => ok)).toEqual([]);
  });
});

describe('the runner', () => {
  it('refuses a kind it does not know', () => {
    const file = { format: 'x', cases: [{ name: 'a', kind: 'b' }] };
    expect(runMerkleVectors(file, HASHERS)).toMatchObject([{ ok: false }]);
  });
});
