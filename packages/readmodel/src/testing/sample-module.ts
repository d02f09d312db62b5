// Types only: a thread that loads the kit and its schema library takes half a second to start.
import type { ProjectionDefinition, ProjectionEvent } from '@hefu/contract';

interface Deposited {
  readonly title: string;
  readonly amount: number;
}

interface BatchDeposited {
  readonly digest: Uint8Array;
}

/** Size of one item in a sample attachment: u32 big-endian, its own number. */
const ITEM_BYTES = 4;

/** Every deposit with what it said. */
export const deposits: ProjectionDefinition = {
  name: 'deposits',
  version: 1,
  tables: [
    `create table sample_deposits (
      height integer not null, place integer not null, title text not null, amount bigint not null,
      digest bytea not null, signer text, primary key (height, place))`,
    'create index sample_deposits_title on sample_deposits (title)',
  ],
  on: {
    'sample/deposited': async (event, database) => {
      const { title, amount } = dataOf<Deposited>(event);
      await database.run('insert into sample_deposits values (?, ?, ?, ?, ?, ?)', [
        event.height,
        event.index,
        title,
        amount,
        Uint8Array.of(event.height & 255, event.index),
        event.signer?.member ?? null,
      ]);
    },
  },
};

/** Sums by title, kept by reading and writing within the block; and the items of batches. */
export const totals: ProjectionDefinition = {
  name: 'totals',
  version: 1,
  tables: [
    'create table sample_totals (title text primary key, amount bigint not null, seen bigint not null)',
    'create table sample_items (batch integer not null, item integer not null, name text not null)',
    'create index sample_items_item on sample_items (item)',
  ],
  on: {
    'sample/deposited': async (event, database) => {
      const { title, amount } = dataOf<Deposited>(event);
      const [known] = await database.all('select amount from sample_totals where title = ?', [
        title,
      ]);
      const sum = Number(known?.['amount'] ?? 0) + amount;
      await database.run(
        `insert into sample_totals values (?, ?, ?)
         on conflict (title) do update set amount = excluded.amount, seen = excluded.seen`,
        [title, sum, event.time],
      );
    },
    'sample/batch-deposited': async (event, database) => {
      const bytes = await event.attachment?.(dataOf<BatchDeposited>(event).digest);
      if (bytes === undefined) return;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const rows = Array.from({ length: bytes.length / ITEM_BYTES }, (_, index) => {
        const item = view.getUint32(index * ITEM_BYTES);
        return [event.height, item, `item ${item}`] as const;
      });
      await database.runMany('insert into sample_items (batch, item, name) values (?, ?, ?)', rows);
    },
  },
};

export const sample = { name: 'sample', versions: [], projections: [deposits, totals] };

function dataOf<T>(event: ProjectionEvent): T {
  return event.data as unknown as T;
}
