// Goal: the tables depend on the chain alone. Method: the same chain is applied in random splits: blocks handed over one
// by one, skipped, repeated, out of order, left to the source in batches of any size, with restarts between; the rows are
// compared with those of one run from the first block to the last.
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createReadModel } from './read-model.ts';
import { temporaryFolder } from './testing/folders.ts';
import { sampleBlock, sampleSource } from './testing/sample-chain.ts';
import { digestOfTables, faultsOfFile } from './testing/tables.ts';

const SAMPLE = new URL('./testing/sample-module.ts', import.meta.url).href;
const TIP = 30;

const STEP = fc.oneof(
  fc.record({ kind: fc.constant('apply' as const), height: fc.integer({ min: 0, max: TIP }) }),
  fc.record({ kind: fc.constant('advance' as const), height: fc.integer({ min: 0, max: TIP }) }),
  fc.record({ kind: fc.constant('restart' as const) }),
  fc.record({ kind: fc.constant('rebuild' as const) }),
);

describe('any split of a chain', () => {
  let expected = '';
  beforeAll(async () => {
    using folder = temporaryFolder();
    {
      await using model = await createReadModel({
        directory: folder.path,
        modules: [SAMPLE],
        source: sampleSource(TIP),
      });
      await model.advance(TIP);
    }
    expected = digestOfTables(join(folder.path, 'readmodel.sqlite'));
  });

  it('gives the same tables', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(STEP, { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        async (steps, batch) => {
          using folder = temporaryFolder();
          const file = join(folder.path, 'readmodel.sqlite');
          const source = sampleSource(-1);
          const blocks = source.blocks;
          source.blocks = (from, limit) => blocks(from, Math.min(limit, batch));
          const open = (): ReturnType<typeof createReadModel> =>
            createReadModel({ file, modules: [SAMPLE], source });
          let model = await open();
          for (const step of steps) {
            if (step.kind === 'restart') {
              await model.close();
              model = await open();
            } else if (step.kind === 'rebuild') {
              await model.rebuild();
            } else {
              source.tip = Math.max(source.tip, step.height);
              const block = sampleBlock(step.height);
              await (step.kind === 'apply' ? model.apply(block) : model.advance(step.height));
            }
          }
          source.tip = TIP;
          await model.advance(TIP);
          await model.close();
          expect(faultsOfFile(file, 40)).toEqual([]);
          expect(digestOfTables(file)).toBe(expected);
        },
      ),
      { numRuns: 10 },
    );
  });
});
