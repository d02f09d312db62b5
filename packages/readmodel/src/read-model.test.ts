// Goal: read models follow the chain by themselves, answer at an exact height, and one projection's fault stops that one
// only. Method: real threads and SQLite files over a sample chain whose row counts are computed apart.
import { existsSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReadModel } from './read-model.ts';
import { temporaryFolder } from './testing/folders.ts';
import { expectedCounts, sampleBlock, sampleSource } from './testing/sample-chain.ts';
import { countsByQuery, digestOfTables, faultsOfFile } from './testing/tables.ts';
import type { ReadModel, ReadModelStatus } from './types.ts';

const SAMPLE = new URL('./testing/sample-module.ts', import.meta.url).href;

/** A module of one projection, as text: its table counts deposits. */
function counter(options: { version?: number; handler?: string; table?: string } = {}): string {
  const { version = 1, handler = '', table = 'counter (height integer not null)' } = options;
  const code = `export const counter = { name: 'counter', versions: [], projections: [{
    name: 'count', version: ${version}, tables: ['create table ${table}'],
    on: { 'sample/deposited': async (event, database) => {
      ${handler}
      await database.run('insert into counter (height) values (?)', [event.height]);
    } } }] };`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

function withCode(code: string): unknown {
  return expect.objectContaining({ name: 'ReadModelError', code });
}

describe('catching up', () => {
  it('reads the whole chain by itself after the start, in batches, and tells its progress', async () => {
    using folder = temporaryFolder();
    const source = sampleSource(450);
    const seen: ReadModelStatus[] = [];
    const reached = Promise.withResolvers<void>();
    await using model = await createReadModel({
      directory: folder.path,
      modules: [SAMPLE],
      source,
      onProgress: (status) => {
        seen.push(status);
        if (status.height === 450) reached.resolve();
      },
    });
    await reached.promise;
    expect(source.asked[0]).toEqual([0, 100]);
    expect(seen.length).toBeGreaterThan(4);
    expect(seen.map(({ height }) => height)).toEqual(
      seen.map(({ height }) => height).toSorted((left, right) => left - right),
    );
    expect(await model.height()).toBe(450);
    expect(await countsByQuery(model)).toEqual({ height: 450, ...expectedCounts(450) });
  });

  it('goes on where it stopped, and asks for nothing twice', async () => {
    using folder = temporaryFolder();
    const first = sampleSource(30);
    const options = { directory: folder.path, modules: [SAMPLE] };
    {
      await using model = await createReadModel({ ...options, source: first });
      await model.advance(30);
    }
    const second = sampleSource(60);
    await using model = await createReadModel({ ...options, source: second });
    await model.advance(60);
    expect(second.asked[0]).toEqual([31, 100]);
    expect(await countsByQuery(model)).toEqual({ height: 60, ...expectedCounts(60) });
  });

  it('takes blocks as they are committed, in any order, with gaps and twice', async () => {
    using folder = temporaryFolder();
    const source = sampleSource(-1);
    await using model = await createReadModel({
      directory: folder.path,
      modules: [SAMPLE],
      source,
    });
    for (const height of [0, 1, 2]) {
      await model.apply(sampleBlock(height));
      expect(await model.height()).toBe(height);
    }
    await model.apply(sampleBlock(1));
    source.tip = 20;
    // Blocks 3 to 11 were never handed over: the source has them.
    await model.apply(sampleBlock(12));
    await Promise.all([15, 13, 14, 16].map((height) => model.apply(sampleBlock(height))));
    await model.advance(20);
    expect(await countsByQuery(model)).toEqual({ height: 20, ...expectedCounts(20) });
  });

  it('says when the feed leaves a block out or fails, and goes on once it does not', async () => {
    using folder = temporaryFolder();
    const source = sampleSource(5);
    await using model = await createReadModel({
      directory: folder.path,
      modules: [SAMPLE],
      source,
    });
    await model.advance(5);
    await expect(model.advance(9)).rejects.toThrow(withCode('feed-gap'));
    expect(model.status().halted).toEqual({ code: 'feed-gap', message: expect.any(String) });
    const blocks = source.blocks;
    source.blocks = async () => {
      throw new Error('the ledger is away');
    };
    await expect(model.advance(9)).rejects.toThrow('the ledger is away');
    source.blocks = async (from, limit) => (await blocks(from, limit)).slice(1);
    source.tip = 9;
    await expect(model.advance(9)).rejects.toThrow(withCode('feed-gap'));
    source.blocks = blocks;
    await model.advance(9);
    expect(model.status().halted).toBeUndefined();
    expect(await countsByQuery(model)).toEqual({ height: 9, ...expectedCounts(9) });
  });

  it('waits for an attachment that the host fails to give, without losing the projection', async () => {
    using folder = temporaryFolder();
    const source = sampleSource(8);
    const attachment = source.attachment;
    source.attachment = async () => {
      throw new Error('the vault is away');
    };
    await using model = await createReadModel({
      directory: folder.path,
      modules: [SAMPLE],
      source,
    });
    await expect(model.advance(8)).rejects.toThrow('the vault is away');
    expect(model.status().projections.every(({ failure }) => failure === undefined)).toBe(true);
    source.attachment = attachment;
    await model.advance(8);
    expect(await countsByQuery(model)).toEqual({ height: 8, ...expectedCounts(8) });
  });
});

describe('a projection', () => {
  it('that fails stops alone, whole blocks before its fault, and says why', async () => {
    using folder = temporaryFolder();
    const failing = counter({
      handler: `if (event.height === 6 && event.index === 1) throw new Error('no such title');`,
    });
    const options = { directory: folder.path, modules: [SAMPLE, failing] };
    {
      await using model = await createReadModel({ ...options, source: sampleSource(20) });
      await model.advance(20);
      const status = model.status();
      expect(status.height).toBe(20);
      expect(status.projections.at(-1)).toEqual({
        name: 'counter/count',
        version: 1,
        height: 5,
        failure: { height: 6, event: 'sample/deposited', message: 'no such title' },
      });
      const rows = await model.query('select max(height) as last, count(*) as count from counter');
      expect(rows).toEqual([{ last: 5, count: expectedCounts(5).deposits }]);
      const told = await model.read('select 1 as one', [], { module: 'counter' });
      expect(told.height).toBe(5);
    }
    // Its repair has the same number: it is tried again from where it stands.
    const repaired = { directory: folder.path, modules: [SAMPLE, counter()] };
    await using model = await createReadModel({ ...repaired, source: sampleSource(20) });
    await model.advance(20);
    expect(await model.query('select count(*) as count from counter')).toEqual([
      { count: expectedCounts(20).deposits },
    ]);
  });

  it('fails by every fault of its own, also one it hides', async () => {
    const FAULTS: readonly (readonly [string, string])[] = [
      [`await database.run('insert into nowhere values (1)');`, 'no such table'],
      [
        `await database.run('insert into nowhere values (1)').catch(() => undefined);`,
        'no such table',
      ],
      [`void database.run('insert into nowhere values (1)');`, 'no such table'],
      [
        `void database.runMany('insert into counter (height) values (?)', Array(6000).fill([1])); return;`,
        'ended before its statements',
      ],
      [`await database.run('insert into counter (height) values (?)', [{}]);`, 'cannot be bound'],
      [`event.data.missing.field;`, 'undefined'],
    ];
    for (const [handler, message] of FAULTS) {
      using folder = temporaryFolder();
      await using model = await createReadModel({
        directory: folder.path,
        modules: [SAMPLE, counter({ handler })],
        source: sampleSource(9),
      });
      await model.advance(9);
      const [, , broken] = model.status().projections;
      expect(broken?.failure?.message, handler).toContain(message);
      expect(broken?.height, handler).toBe(0);
      expect(await model.query('select count(*) as count from counter'), handler).toEqual([
        { count: 0 },
      ]);
    }
  });

  it('whose tables cannot be made fails, and the others run', async () => {
    using folder = temporaryFolder();
    await using model = await createReadModel({
      directory: folder.path,
      modules: [SAMPLE, counter({ table: 'sample_totals (height integer)' })],
      source: sampleSource(3),
    });
    await model.advance(3);
    const [, , broken] = model.status().projections;
    expect(broken?.failure).toMatchObject({ height: -1, event: 'tables' });
    expect(faultsOfFile(join(folder.path, 'readmodel.sqlite'), 40)).toEqual([]);
  });

  it('of another version, or with other tables, is built anew; one that is gone is dropped', async () => {
    using folder = temporaryFolder();
    const open = async (modules: readonly string[]): Promise<ReadModel> => {
      const source = sampleSource(12);
      const model = await createReadModel({ directory: folder.path, modules, source });
      await model.advance(12);
      return model;
    };
    {
      await using model = await open([SAMPLE, counter()]);
      const columns = await model.query(`select name from pragma_table_info('counter')`);
      expect(columns).toEqual([{ name: 'height' }]);
    }
    const again = [
      counter({ version: 2 }),
      counter({ version: 2, table: 'counter (height integer, more text)' }),
    ];
    for (const [index, module] of again.entries()) {
      await using model = await open([SAMPLE, module]);
      const columns = await model.query(`select name from pragma_table_info('counter')`);
      expect(columns.length).toBe(index + 1);
      expect(await model.query('select count(*) as count from counter')).toEqual([
        { count: expectedCounts(12).deposits },
      ]);
    }
    await using model = await open([SAMPLE]);
    await expect(model.query('select * from counter')).rejects.toThrow('no such table');
    expect(await countsByQuery(model)).toEqual({ height: 12, ...expectedCounts(12) });
  });

  it('is rebuilt on demand to the same rows', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'models.sqlite');
    await using model = await createReadModel({
      file,
      modules: [SAMPLE],
      source: sampleSource(50),
    });
    await model.advance(50);
    const before = digestOfTables(file);
    await model.rebuild();
    expect(digestOfTables(file)).toBe(before);
    await model.rebuild('sample/totals');
    expect(digestOfTables(file)).toBe(before);
    await expect(model.rebuild('sample/none')).rejects.toThrow('no projection sample/none');
  });
});

describe('the file', () => {
  it('that is damaged or of another format is thrown away and built anew', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'readmodel.sqlite');
    const build = async (): Promise<void> => {
      await using model = await createReadModel({
        directory: folder.path,
        modules: [SAMPLE],
        source: sampleSource(15),
      });
      await model.advance(15);
    };
    await build();
    const expected = digestOfTables(file);
    const FAULTS: readonly (() => void)[] = [
      () => {
        writeFileSync(file, Buffer.alloc(20_000, 3));
      },
      () => {
        truncateSync(file, 4096);
      },
    ];
    for (const damage of FAULTS) {
      damage();
      await build();
      expect(digestOfTables(file)).toBe(expected);
    }
  });

  it('is refused when the modules are wrong, before anything is made', async () => {
    using folder = temporaryFolder();
    const source = sampleSource(1);
    for (const modules of [
      ['./no-such-module.ts'],
      ['node:path'],
      [SAMPLE, counter(), counter({ version: 2 })],
    ]) {
      await expect(createReadModel({ directory: folder.path, modules, source })).rejects.toThrow(
        withCode('modules-invalid'),
      );
    }
    expect(readdirSync(folder.path)).toEqual([]);
    await expect(createReadModel({ modules: [SAMPLE], source })).rejects.toThrow(TypeError);
  });

  it('is free once closed, and everything after is refused', async () => {
    using folder = temporaryFolder();
    const source = sampleSource(500);
    const model = await createReadModel({ directory: folder.path, modules: [SAMPLE], source });
    const working = Promise.allSettled([model.advance(500)]);
    await model.close();
    await model.close();
    expect(await working).toEqual([{ status: 'rejected', reason: withCode('closed') }]);
    await expect(model.apply(sampleBlock(0))).rejects.toThrow(withCode('closed'));
    await expect(model.query('select 1')).rejects.toThrow(withCode('closed'));
    expect(existsSync(join(folder.path, 'readmodel.sqlite'))).toBe(true);
    expect(faultsOfFile(join(folder.path, 'readmodel.sqlite'), 40)).toEqual([]);
  });

  it('needs no projections', async () => {
    using folder = temporaryFolder();
    const empty = `data:text/javascript,export const none = { name: 'none', versions: [], projections: [] };`;
    await using model = await createReadModel({
      directory: folder.path,
      modules: [empty],
      source: sampleSource(5),
    });
    await model.advance(5);
    expect(await model.read('select 1 as one')).toEqual({ height: -1, rows: [{ one: 1 }] });
  });
});
