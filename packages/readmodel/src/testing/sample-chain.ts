import type { BlockSource, ProjectedBlock, ProjectedEvent } from '../types.ts';

const START_MS = 1_700_000_000_000;
const TITLES = ['invoice', 'photo', 'contract', 'receipt', 'map'];

/** Block `height` of the sample chain: some deposits, now and then none, every seventh with a batch. */
export function sampleBlock(height: number, batchItems: number = 40): ProjectedBlock {
  const events: ProjectedEvent[] = [];
  const count = height === 0 ? 0 : height % 4;
  for (let index = 0; index < count; index += 1) {
    events.push({
      contract: 'sample',
      name: 'deposited',
      data: { title: TITLES[(height + index) % TITLES.length] ?? '', amount: height * 10 + index },
      index,
      statementId: `${height}-${index}`,
      signer: { member: 'mill/clerk', organisation: 'mill' },
    });
  }
  events.push({ contract: 'other', name: 'noise', data: null, index: count, statementId: '' });
  if (height % 7 === 0 && batchItems > 0) {
    events.push({
      contract: 'sample',
      name: 'batch-deposited',
      data: { digest: digestOf(height, batchItems) },
      index: count + 1,
      statementId: `${height}-batch`,
    });
  }
  return { height, time: START_MS + height * 1000, events };
}

/** A source that has the sample chain up to a height that can be raised. */
export interface SampleSource extends BlockSource {
  blocks: BlockSource['blocks'];
  attachment: BlockSource['attachment'];
  tip: number;
  /** `[from, limit]` of each call. */
  readonly asked: (readonly [number, number])[];
}

export function sampleSource(tip: number, batchItems: number = 40): SampleSource {
  const asked: (readonly [number, number])[] = [];
  const source: SampleSource = {
    tip,
    asked,
    blocks: async (from, limit) => {
      asked.push([from, limit]);
      const count = Math.max(0, Math.min(limit, source.tip - from + 1));
      return Array.from({ length: count }, (_, index) => sampleBlock(from + index, batchItems));
    },
    attachment: async (digest) => attachmentOf(digest),
  };
  return source;
}

/** Rows of each sample table up to a height, counted from the definition of the chain alone. */
export function expectedCounts(
  height: number,
  batchItems: number = 40,
): { deposits: number; items: number; amount: number } {
  const expected = { deposits: 0, items: 0, amount: 0 };
  for (let block = 0; block <= height; block += 1) {
    for (const { name, data } of sampleBlock(block, batchItems).events) {
      if (name === 'deposited') {
        expected.deposits += 1;
        expected.amount += (data as unknown as { amount: number }).amount;
      } else if (name === 'batch-deposited') {
        expected.items += batchItems;
      }
    }
  }
  return expected;
}

/** Stands for a digest: height and number of items. */
function digestOf(height: number, items: number): Uint8Array {
  const digest = new Uint8Array(8);
  const view = new DataView(digest.buffer);
  view.setUint32(0, height);
  view.setUint32(4, items);
  return digest;
}

function attachmentOf(digest: Uint8Array): Uint8Array {
  const view = new DataView(digest.buffer, digest.byteOffset, digest.length);
  const [height, items] = [view.getUint32(0), view.getUint32(4)];
  const bytes = new Uint8Array(items * 4);
  const target = new DataView(bytes.buffer);
  for (let index = 0; index < items; index += 1) target.setUint32(index * 4, height * 1000 + index);
  return bytes;
}
