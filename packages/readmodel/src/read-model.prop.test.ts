// Goal: the tables depend on the chain alone. Method: the same chain is applied in random splits: blocks handed over one
// by one, skipped, repeated, out of order, left to the source in batches of any size, with restarts and rebuilds between;
// the rows are compared with those of one run from the first block to the last. The projector runs without its thread.
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openProjectionFile } from './projector/database-file.ts';
import { Projector } from './projector/projector.ts';
import { temporaryFolder } from './testing/folders.ts';
import { sampleBlock, sampleSource } from './testing/sample-chain.ts';
import { sample } from './testing/sample-module.ts';
import { digestOfTables, faultsOfFile } from './testing/tables.ts';
import type { BlockSource } from './types.ts';

const TIP = 30;

const STEP = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('apply'), fc.integer({ min: 0, max: TIP })) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('advance'), fc.integer({ min: 0, max: TIP })) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('restart'), fc.constant(0)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('rebuild'), fc.constant(0)) },
);

/** A projector at work on a file. */
interface Running {
  readonly projector: Projector;
  reached(height: number): Promise<void>;
  end(): Promise<void>;
}

function start(file: string, source: BlockSource): Running {
  let awaited = { height: Number.POSITIVE_INFINITY, resolve: (): void => undefined };
  const projector = new Projector({
    database: openProjectionFile(file),
    projections: sample.projections.map((definition) => ({
      name: `sample/${definition.name}`,
      module: 'sample',
      definition,
    })),
    source,
    report: ({ height }) => {
      if (height >= awaited.height) awaited.resolve();
    },
  });
  const work = projector.run();
  return {
    projector,
    reached: async (height) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      awaited = { height, resolve };
      if (projector.status().height >= height) resolve();
      await promise;
    },
    end: async () => {
      projector.close();
      await work;
    },
  };
}

describe('any split of a chain', () => {
  let expected = '';
  beforeAll(async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'one-run.sqlite');
    const running = start(file, sampleSource(TIP));
    await running.reached(TIP);
    await running.end();
    expected = digestOfTables(file);
  });

  it('gives the same tables', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(STEP, { maxLength: 15 }),
        fc.integer({ min: 1, max: 9 }),
        async (steps, batch) => {
          using folder = temporaryFolder();
          const file = join(folder.path, 'split.sqlite');
          const chain = sampleSource(-1);
          const source: BlockSource = {
            blocks: (from, limit) => chain.blocks(from, Math.min(limit, batch)),
            attachment: chain.attachment,
          };
          let running = start(file, source);
          for (const [kind, height] of steps) {
            if (kind === 'restart') {
              await running.end();
              running = start(file, source);
            } else if (kind === 'rebuild') {
              await running.projector.rebuild();
            } else {
              chain.tip = Math.max(chain.tip, height);
              running.projector.advance(height, kind === 'apply' ? sampleBlock(height) : undefined);
              // Sometimes the next step comes while this one is at work.
              if (height % 2 === 0) await running.reached(height);
            }
          }
          chain.tip = TIP;
          running.projector.advance(TIP);
          await running.reached(TIP);
          await running.end();
          expect(faultsOfFile(file, 40)).toEqual([]);
          expect(digestOfTables(file)).toBe(expected);
        },
      ),
      { numRuns: 80 },
    );
  });
});
