// Goal: the golden vectors of every format hold, so that other implementations, and this one in a
// browser, can be held to them. Method: the runner that browsers use, over the files in `vectors/`;
// the runner itself must notice an expectation that is wrong.
import { readVectors } from '@hefu/bytes/testing';
import { describe, expect, it } from 'vitest';
import { runProtocolVectors } from './testing/run-vectors.ts';
import { PROTOCOL_VECTORS } from './testing/vector-types.ts';

interface AnyFile {
  readonly cases: readonly { readonly name: string; readonly expect: Record<string, unknown> }[];
}

describe.each(PROTOCOL_VECTORS)('vectors of %s', (name) => {
  it('hold, in both suites, synchronously and asynchronously', async () => {
    const results = await runProtocolVectors(readVectors(`${name}.json`));
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    const names = results.map((result) => result.name).join('\n');
    expect(names).toMatch(/international|ed25519/);
    expect(names).toMatch(/gm|sm2/);
  });

  it('have cases that must fail, and would not pass with another expectation', async () => {
    const file = readVectors(`${name}.json`) as AnyFile;
    expect(file.cases.filter(({ expect: { ok } }) => ok === false).length).toBeGreaterThan(3);
    const wrong = file.cases.map((item) => ({
      ...item,
      expect: { ...item.expect, ok: item.expect['ok'] !== true },
    }));
    const results = await runProtocolVectors({ ...file, cases: wrong });
    expect(results.filter(({ ok }) => ok)).toEqual([]);
  });
});

describe('the runner', () => {
  it('refuses what is no vector file', async () => {
    await expect(runProtocolVectors({ format: 'x', cases: [] })).rejects.toThrow(TypeError);
    const unknown = await runProtocolVectors({ format: 'x', cases: [{ name: 'a', expect: {} }] });
    expect(unknown).toMatchObject([{ ok: false }]);
  });
});
