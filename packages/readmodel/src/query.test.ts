// Goal: queries are bounded in time and rows, can be given up, cannot write, and are answered while a large batch is
// being written. Method: real threads and SQLite; queries that would run for minutes; a batch of 100,000 items.
import { describe, expect, it } from 'vitest';
import { createReadModel } from './read-model.ts';
import { temporaryFolder } from './testing/folders.ts';
import { expectedCounts, sampleBlock, sampleSource } from './testing/sample-chain.ts';
import { countsByQuery } from './testing/tables.ts';
import type { ProjectedBlock, ReadModel } from './types.ts';

const SAMPLE = new URL('./testing/sample-module.ts', import.meta.url).href;

/** Counts without an end, giving rows all the while. */
const ENDLESS_ROWS =
  'with recursive n (i) as (select 1 union all select i + 1 from n) select i from n';
/** The same within one step of SQLite, which nothing can interrupt. */
const ENDLESS_STEP =
  'with recursive n (i) as (select 1 union all select i + 1 from n limit 30000000) select count(*) from n';

function withCode(code: string): unknown {
  return expect.objectContaining({ name: 'ReadModelError', code });
}

describe('queries', () => {
  it('give rows as JavaScript values of every kind', async () => {
    using folder = temporaryFolder();
    const source = sampleSource(0);
    await using model = await createReadModel({
      directory: folder.path,
      modules: [SAMPLE],
      source,
    });
    const parameters = [5, 2 ** 40, 9_007_199_254_740_993n, 1.5, 'text', null, Uint8Array.of(1, 2)];
    const [row] = await model.query(
      'select ? as small, ? as large, ? as huge, ? as real, ? as text, ? as absent, ? as bytes, 7 / 2 as half',
      parameters,
    );
    expect(Object.values(row ?? {})).toEqual([...parameters, 3]);
  });

  it('end at their limits of rows and time, and leave the thread fit for the next', async () => {
    using folder = temporaryFolder();
    await using model = await createReadModel({
      directory: folder.path,
      modules: [SAMPLE],
      source: sampleSource(3),
      queryMaxMs: 300,
      queryRowsMax: 1000,
    });
    await model.advance(3);
    await expect(model.query(ENDLESS_ROWS)).rejects.toThrow(withCode('query-too-large'));
    await expect(model.query(ENDLESS_STEP)).rejects.toThrow(withCode('query-timeout'));
    expect((await model.query(`${ENDLESS_ROWS} limit 1000`)).length).toBe(1000);
    await expect(model.query('select nonsense')).rejects.toThrow(withCode('query-failed'));
    await expect(model.query('delete from sample_deposits')).rejects.toThrow('readonly');
    expect(await countsByQuery(model)).toEqual({ height: 3, ...expectedCounts(3) });
  });

  it('can be given up, waiting or running', async () => {
    using folder = temporaryFolder();
    await using model = await createReadModel({
      directory: folder.path,
      modules: [SAMPLE],
      source: sampleSource(3),
      queryRowsMax: 100_000_000,
    });
    await expect(model.query('select 1', [], { signal: AbortSignal.abort() })).rejects.toThrow(
      withCode('query-aborted'),
    );
    const running = new AbortController();
    const waiting = new AbortController();
    const answers = [
      model.query(ENDLESS_ROWS, [], { signal: running.signal }),
      model.query('select 1', [], { signal: waiting.signal }),
      model.query('select 2 as two'),
    ];
    const settled = Promise.allSettled(answers);
    waiting.abort();
    running.abort();
    const [first, second, third] = await settled;
    expect(first).toEqual({ status: 'rejected', reason: withCode('query-aborted') });
    expect(second).toEqual({ status: 'rejected', reason: withCode('query-aborted') });
    expect(third).toEqual({ status: 'fulfilled', value: [{ two: 2 }] });
  });

  it('are answered from the state before, while a batch of 100,000 items is being written', async () => {
    using folder = temporaryFolder();
    const items = 100_000;
    const source = sampleSource(6, 40);
    await using model = await createReadModel({
      directory: folder.path,
      modules: [SAMPLE],
      source,
    });
    await model.advance(6);
    const before = await countsByQuery(model);
    const startedMs = performance.now();
    const progress = { done: false };
    const applied = apply(model, sampleBlock(7, items), progress);
    let answered = 0;
    let slowestMs = 0;
    const heights = new Set<number>();
    while (!progress.done) {
      const askedMs = performance.now();
      const counts = await countsByQuery(model);
      heights.add(counts.height);
      expect(counts.items, 'all of the batch or nothing').toBe(
        before.items + (counts.height === 7 ? items : 0),
      );
      slowestMs = Math.max(slowestMs, performance.now() - askedMs);
      answered += 1;
    }
    await applied;
    const tookMs = performance.now() - startedMs;
    expect(answered).toBeGreaterThan(3);
    expect(heights.has(6)).toBe(true);
    expect(slowestMs, `of ${tookMs} ms for the batch`).toBeLessThan(tookMs);
    expect((await countsByQuery(model)).items).toBe(before.items + items);
  });
});

async function apply(
  model: ReadModel,
  block: ProjectedBlock,
  progress: { done: boolean },
): Promise<void> {
  await model.apply(block);
  progress.done = true;
}
