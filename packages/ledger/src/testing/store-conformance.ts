import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { TABLES } from '../store-port.ts';
import type { RangeOptions, Store, StoreReader, Table } from '../store-port.ts';

/** One store under test, which can be closed and opened again on the same data. */
export interface StoreHarness {
  readonly store: Store;
  reopen(): Store;
  dispose(): void;
}

type Entries = readonly (readonly [string, string])[];

/** Sizes around the limits at which a store on disk changes how it keeps a value. */
const VALUE_SIZES = [0, 1, 200, 2047, 2048, 2049, 5000, 70_000];

/**
 * What every `Store` promises, to be called in a test file of each adapter. `make` gives a new, empty store; `runs` is how
 * many random histories are compared with a model.
 */
export function testStoreConformance(
  name: string,
  make: () => StoreHarness,
  options: { readonly runs: number },
): void {
  describe(`${name} keeps the promises of the Store port`, () => {
    let harnesses: StoreHarness[] = [];
    const begin = (): StoreHarness => {
      const harness = make();
      harnesses.push(harness);
      return harness;
    };
    afterEach(() => {
      for (const harness of harnesses) harness.dispose();
      harnesses = [];
    });
    testCommits(begin);
    testRanges(begin);
    testViews(begin);
    testAgainstModel(make, options.runs);
  });
}

function testCommits(begin: () => StoreHarness): void {
  it('keeps values of every size in every table, also after reopening', () => {
    const harness = begin();
    harness.store.commit((transaction) => {
      for (const table of TABLES) {
        for (const [index, size] of VALUE_SIZES.entries()) {
          transaction.put(table, bytes(index), filled(size, table));
        }
      }
    });
    const reopened = harness.reopen();
    for (const table of TABLES) {
      for (const [index, size] of VALUE_SIZES.entries()) {
        const read = reopened.get(table, bytes(index)) ?? bytes(1, 2, 3);
        expect(toHex(read) === toHex(filled(size, table)), `${size} bytes in ${table}`).toBe(true);
      }
      expect(reopened.has(table, bytes(0)), table).toBe(true);
      expect(reopened.has(table, bytes(99)), table).toBe(false);
      expect(reopened.get(table, bytes(99)), table).toBeUndefined();
    }
  });

  it('writes nothing of a transaction that throws, and goes on', () => {
    const harness = begin();
    const { store } = harness;
    store.commit((transaction) => {
      transaction.put('meta', bytes(1), bytes(1));
      transaction.put('attachments', bytes(1), filled(9000, 'attachments'));
    });
    const failure = new Error('the block was refused');
    expect(() => {
      store.commit((transaction) => {
        transaction.put('meta', bytes(2), bytes(2));
        transaction.delete('meta', bytes(1));
        transaction.put('attachments', bytes(1), filled(5000, 'entries'));
        transaction.put('attachments', bytes(2), filled(5000, 'entries'));
        throw failure;
      });
    }).toThrow(failure);
    expect(entriesOf(store, 'meta')).toEqual([['01', '01']]);
    expect(store.get('attachments', bytes(1))).toEqual(filled(9000, 'attachments'));
    store.commit((transaction) => {
      transaction.put('attachments', bytes(3), filled(3000, 'meta'));
    });
    const reopened = harness.reopen();
    expect(entriesOf(reopened, 'meta')).toEqual([['01', '01']]);
    expect(reopened.has('attachments', bytes(2))).toBe(false);
    expect(reopened.get('attachments', bytes(1))).toEqual(filled(9000, 'attachments'));
    expect(reopened.get('attachments', bytes(3))).toEqual(filled(3000, 'meta'));
  });

  it('gives back what is stored, not what a transaction that failed had written and read', () => {
    const { store } = begin();
    for (let round = 0; round < 8; round += 1) {
      expect(() => {
        store.commit((transaction) => {
          for (let row = 0; row < 3; row += 1) {
            transaction.put('statements', bytes(round, row), filled(9000, 'meta'));
            transaction.get('statements', bytes(round, row));
          }
          throw new Error('refused');
        });
      }).toThrow('refused');
      store.commit((transaction) => {
        for (let row = 0; row < 3; row += 1) {
          transaction.put('statements', bytes(round, row), filled(8000 + row, 'ids'));
        }
      });
      for (let row = 0; row < 3; row += 1) {
        const read = store.get('statements', bytes(round, row));
        expect(read, `round ${round}`).toEqual(filled(8000 + row, 'ids'));
      }
    }
  });

  it('reads its own writes inside a transaction, large ones too', () => {
    const { store } = begin();
    store.commit((transaction) => {
      transaction.put('attachments', bytes(1), filled(4000, 'meta'));
      transaction.put('meta', bytes(1), bytes(1));
      expect(transaction.get('attachments', bytes(1))).toEqual(filled(4000, 'meta'));
      expect(transaction.has('meta', bytes(1))).toBe(true);
      transaction.delete('meta', bytes(1));
      transaction.delete('meta', bytes(7));
      expect(transaction.has('meta', bytes(1))).toBe(false);
      expect(entriesOf(transaction, 'meta')).toEqual([]);
    });
    expect(entriesOf(store, 'meta')).toEqual([]);
  });

  it('refuses what a programmer must not do', () => {
    const { store } = begin();
    const kept: { transaction?: { get(table: Table, key: Uint8Array): unknown } } = {};
    store.commit((transaction) => {
      kept.transaction = transaction;
      expect(() => store.get('meta', bytes(1))).toThrow('read through the transaction');
      expect(() => {
        store.commit(() => undefined);
      }).toThrow('begun inside another');
      expect(() => {
        transaction.put('meta', bytes(), bytes(1));
      }).toThrow('a key has 1 to 1978 bytes, not 0');
      expect(() => {
        transaction.put('meta', new Uint8Array(1979), bytes(1));
      }).toThrow('a key has 1 to 1978 bytes, not 1979');
      transaction.put('meta', new Uint8Array(1978), bytes(1));
    });
    expect(store.has('meta', new Uint8Array(1978))).toBe(true);
    expect(() => store.get('meta', bytes())).toThrow('a key has 1 to');
    expect(() => kept.transaction?.get('meta', bytes(1))).toThrow('used after its end');
    // An asynchronous callback is a type error only where its result is looked at.
    const asynchronous = (): void => Promise.resolve() as unknown as undefined;
    expect(() => {
      store.commit(asynchronous);
    }).toThrow('must be synchronous');
    store.close();
    expect(() => store.get('meta', bytes(1))).toThrow('is closed');
    expect(() => {
      store.commit(() => undefined);
    }).toThrow('is closed');
    store.close();
  });

  it('hands out bytes that the caller may keep and change, and keeps copies of what it is given', () => {
    const { store } = begin();
    const key = bytes(1, 1);
    const value = filled(100, 'meta');
    store.commit((transaction) => {
      transaction.put('meta', key, value);
      transaction.put('attachments', key, filled(4000, 'meta'));
      key.fill(9);
      value.fill(9);
    });
    const first = store.get('meta', bytes(1, 1));
    const large = store.get('attachments', bytes(1, 1));
    expect(first).toEqual(filled(100, 'meta'));
    for (const read of [first, large]) {
      expect(read?.constructor, 'not a Buffer, whose slice does not copy').toBe(Uint8Array);
    }
    store.commit((transaction) => {
      transaction.put('meta', bytes(2), filled(100, 'ids'));
    });
    store.get('meta', bytes(2));
    expect(first, 'kept across other reads').toEqual(filled(100, 'meta'));
    first?.fill(7);
    large?.fill(7);
    expect(store.get('meta', bytes(1, 1))).toEqual(filled(100, 'meta'));
    expect(store.get('attachments', bytes(1, 1))).toEqual(filled(4000, 'meta'));
  });
}

function testRanges(begin: () => StoreHarness): void {
  const KEYS = [[0], [1], [1, 0], [1, 0, 0], [1, 255], [2], [255], [255, 255]].map((key) =>
    bytes(...key),
  );
  const CASES: readonly (readonly [RangeOptions, string])[] = [
    [{}, '00 01 0100 010000 01ff 02 ff ffff'],
    [{ reverse: true }, 'ffff ff 02 01ff 010000 0100 01 00'],
    [{ from: bytes(1), to: bytes(2) }, '01 0100 010000 01ff'],
    [{ from: bytes(1), to: bytes(2), reverse: true }, '01ff 010000 0100 01'],
    [{ from: bytes(1, 1) }, '01ff 02 ff ffff'],
    [{ to: bytes(1, 1) }, '00 01 0100 010000'],
    [{ to: bytes(1, 1), reverse: true, limit: 2 }, '010000 0100'],
    [{ from: bytes(255), reverse: true }, 'ffff ff'],
    [{ from: bytes(0), limit: 1 }, '00'],
    [{ limit: 0 }, ''],
    [{ from: bytes(2), to: bytes(2) }, ''],
    [{ from: bytes(2), to: bytes(1) }, ''],
    [{ from: bytes(2), to: bytes(1), reverse: true }, ''],
    [{ to: bytes(0) }, ''],
    [{ from: bytes(255, 255, 0) }, ''],
    [{ from: bytes() }, '00 01 0100 010000 01ff 02 ff ffff'],
  ];

  it('walks ranges in byte order, with both bounds, limits and both directions', () => {
    const { store } = begin();
    store.commit((transaction) => {
      for (const key of KEYS.toReversed()) transaction.put('indexes', key, key);
    });
    const check = (reader: StoreReader, where: string): void => {
      for (const [options, expected] of CASES) {
        const keys = entriesOf(reader, 'indexes', options).map(([key]) => key);
        expect(keys.join(' '), `${where} ${JSON.stringify(options)}`).toBe(expected);
      }
    };
    check(store, 'store');
    using snapshot = store.snapshot();
    check(snapshot, 'snapshot');
    store.commit((transaction) => {
      check(transaction, 'transaction');
    });
  });

  it('lets a transaction delete what it walks over, however much it is', () => {
    const { store } = begin();
    const count = 300;
    for (const reverse of [false, true]) {
      store.commit((transaction) => {
        for (let index = 0; index < count; index += 1) {
          transaction.put('stale', bytes(index >> 8, index & 255), bytes(index & 255));
        }
      });
      const seen: string[] = [];
      store.commit((transaction) => {
        for (const [key] of transaction.range('stale', { reverse })) {
          seen.push(toHex(key));
          transaction.delete('stale', key);
        }
      });
      expect(seen.length).toBe(count);
      expect(seen).toEqual(reverse ? seen.toSorted().toReversed() : seen.toSorted());
      expect(entriesOf(store, 'stale')).toEqual([]);
    }
  });

  it('ends a walk with an error when what it walks over is closed', () => {
    const { store } = begin();
    store.commit((transaction) => {
      for (const key of KEYS) transaction.put('due', key, key);
    });
    const snapshot = store.snapshot();
    const walks = [snapshot.range('due'), store.range('due')].map((range) => {
      const walk = range[Symbol.iterator]();
      walk.next();
      return walk;
    });
    snapshot[Symbol.dispose]();
    expect(() => walks[0]?.next()).toThrow('used after its end');
    store.close();
    expect(() => walks[1]?.next()).toThrow('is closed');
  });

  it('may be left in the middle of a walk', () => {
    const { store } = begin();
    store.commit((transaction) => {
      for (const key of KEYS) transaction.put('due', key, key);
    });
    for (let round = 0; round < 2000; round += 1) {
      for (const [key] of store.range('due')) {
        expect(toHex(key), `round ${round}`).toBe('00');
        break;
      }
    }
  });
}

function testViews(begin: () => StoreHarness): void {
  it('keeps a snapshot as it is while blocks are written', () => {
    const { store } = begin();
    const put = (value: number): void => {
      store.commit((transaction) => {
        transaction.put('blocks', bytes(1), bytes(value));
        transaction.put('blocks', bytes(2, value), bytes(value));
        transaction.put('attachments', bytes(1), filled(3000 + value, 'blocks'));
      });
    };
    put(1);
    const first = store.snapshot();
    put(2);
    const second = store.snapshot();
    store.commit((transaction) => {
      transaction.delete('blocks', bytes(1));
      expect(first.get('blocks', bytes(1)), 'read inside a transaction').toEqual(bytes(1));
      expect(first.has('blocks', bytes(1)), 'read inside a transaction').toBe(true);
      expect(first.has('blocks', bytes(2, 2)), 'read inside a transaction').toBe(false);
    });
    const views: readonly (readonly [StoreReader, Entries, number])[] = [
      [
        first,
        [
          ['01', '01'],
          ['0201', '01'],
        ],
        3001,
      ],
      [
        second,
        [
          ['01', '02'],
          ['0201', '01'],
          ['0202', '02'],
        ],
        3002,
      ],
      [
        store,
        [
          ['0201', '01'],
          ['0202', '02'],
        ],
        3002,
      ],
    ];
    for (const [view, expected, size] of views) {
      expect(entriesOf(view, 'blocks')).toEqual(expected);
      expect(view.get('attachments', bytes(1))?.length).toBe(size);
    }
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(() => first.get('blocks', bytes(1))).toThrow('used after its end');
    expect(second.get('blocks', bytes(1))).toEqual(bytes(2));
    second[Symbol.dispose]();
  });

  it('sees each commit at once, and ends a walk on the view it began with', () => {
    const { store } = begin();
    for (let round = 0; round < 50; round += 1) {
      expect(store.get('meta', bytes(1)), `before ${round}`).toEqual(
        round === 0 ? undefined : bytes(round - 1),
      );
      store.commit((transaction) => {
        transaction.put('meta', bytes(1), bytes(round));
        transaction.put('meta', bytes(2, round), bytes(round));
      });
      expect(store.get('meta', bytes(1)), `after ${round}`).toEqual(bytes(round));
    }
    const walk = store.range('meta', { from: bytes(2) })[Symbol.iterator]();
    walk.next();
    store.commit((transaction) => {
      for (let round = 0; round < 50; round += 1) transaction.delete('meta', bytes(2, round));
    });
    let left = 0;
    while (walk.next().done !== true) left += 1;
    expect(left).toBe(49);
    expect(entriesOf(store, 'meta')).toEqual([['01', '31']]);
  });
}

const KEY = fc.uint8Array({ minLength: 1, maxLength: 3, max: 3 });
const TABLE = fc.constantFrom<Table>('meta', 'statements', 'attachments');
const WRITE = fc.record({
  table: TABLE,
  key: KEY,
  size: fc.option(fc.constantFrom(...VALUE_SIZES.slice(0, -1))),
});
const BLOCK = fc.record({
  writes: fc.array(WRITE, { maxLength: 12 }),
  fails: fc.boolean(),
  reopens: fc.boolean(),
});
const RANGE = fc.record(
  { from: KEY, to: KEY, reverse: fc.boolean(), limit: fc.integer({ min: 0, max: 5 }) },
  { requiredKeys: [] },
);

function testAgainstModel(make: () => StoreHarness, runs: number): void {
  it('agrees with a sorted map after any sequence of commits, failures and reopenings', () => {
    // The expectations are in checkAgainst, after each block and inside it.
    expect.hasAssertions();
    fc.assert(
      fc.property(
        fc.array(BLOCK, { maxLength: 8 }),
        fc.array(RANGE, { maxLength: 5 }),
        (blocks, ranges) => {
          const harness = make();
          try {
            let { store } = harness;
            const model = new Map<Table, Map<string, string>>();
            for (const [index, block] of blocks.entries()) {
              const next = new Map([...model].map(([table, rows]) => [table, new Map(rows)]));
              try {
                store.commit((transaction) => {
                  for (const { table, key, size } of block.writes) {
                    const rows = next.get(table) ?? new Map<string, string>();
                    next.set(table, rows);
                    if (size === null) {
                      transaction.delete(table, key);
                      rows.delete(toHex(key));
                    } else {
                      transaction.put(table, key, filled(size, table));
                      rows.set(toHex(key), toHex(filled(size, table)));
                    }
                  }
                  checkAgainst(transaction, next, ranges, `in block ${index}`);
                  if (block.fails) throw new RangeError('refused');
                });
                for (const [table, rows] of next) model.set(table, rows);
              } catch (error) {
                if (!(error instanceof RangeError && block.fails)) throw error;
              }
              if (block.reopens) store = harness.reopen();
              checkAgainst(store, model, ranges, `after block ${index}`);
            }
          } finally {
            harness.dispose();
          }
        },
      ),
      { numRuns: runs },
    );
  });
}

function checkAgainst(
  reader: StoreReader,
  model: ReadonlyMap<Table, ReadonlyMap<string, string>>,
  ranges: readonly RangeOptions[],
  where: string,
): void {
  for (const [table, rows] of model) {
    const sorted = [...rows].toSorted(([left], [right]) => (left < right ? -1 : 1));
    for (const options of [{}, ...ranges]) {
      expect(entriesOf(reader, table, options), `${where}, ${table}`).toEqual(
        expectedEntries(sorted, options),
      );
    }
    for (const [key, value] of sorted) {
      const read = reader.get(table, Buffer.from(key, 'hex'));
      expect(read === undefined ? undefined : toHex(read), `${where}, ${table}`).toBe(value);
    }
  }
}

function expectedEntries(sorted: Entries, options: RangeOptions): Entries {
  const from = options.from === undefined ? '' : toHex(options.from);
  const to = options.to === undefined ? undefined : toHex(options.to);
  const within = sorted.filter(([key]) => key >= from && (to === undefined || key < to));
  const walked = options.reverse === true ? within.toReversed() : within;
  return options.limit === undefined ? walked : walked.slice(0, options.limit);
}

function entriesOf(reader: StoreReader, table: Table, options?: RangeOptions): Entries {
  return Array.from(reader.range(table, options), ([key, value]) => [toHex(key), toHex(value)]);
}

function toHex(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex');
}

function bytes(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

/** Bytes of a size that differ from table to table and from place to place. */
function filled(size: number, table: Table): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 7 + table.length) & 255);
}
