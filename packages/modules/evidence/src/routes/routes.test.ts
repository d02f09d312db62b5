// Goal: evidence is found by what the issue names, newest first, page by page, and nobody sees what
// is not for them; problems have their codes.
// Method: deposits by two organisations through the test host and the projection on SQLite; each
// filter alone and combined, by three kinds of viewer.
import { toHex } from '@hefu/bytes';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Item } from '../item/item.ts';
import { EvidenceTestChain, RouteProblemError } from '../testing/test-chain.ts';

function item(fill: number, more: object = {}): Item {
  const sha256 = new Uint8Array(32).fill(fill);
  const sm3 = new Uint8Array(32).fill(fill + 100);
  return { kind: 'file', sha256, sm3, ...more };
}

interface Found {
  readonly id: string;
  readonly index?: number;
  readonly item?: object;
}
interface Page {
  readonly items: readonly Found[];
  readonly nextCursor: string | null;
}

const ACME = { kind: 'organisation', organisation: 'acme' } as const;
const COURT = { kind: 'organisation', organisation: 'court' } as const;
const PUBLIC = { kind: 'public' } as const;

describe('finding evidence', () => {
  const chain = new EvidenceTestChain();
  const ids: Record<string, string> = {};
  let firstTime = 0;

  beforeAll(async () => {
    firstTime = chain.host.time;
    ids['first'] = await chain.deposit('acme/ann', item(1, { case: 'C-1', title: 'One' }));
    ids['open'] = await chain.deposit('acme/bob', item(2), 'public');
    ids['closed'] = await chain.deposit('court/eve', item(3), ['court']);
    const many = Array.from({ length: 300 }, (_, i) =>
      item(i % 100, i === 7 ? { case: 'C-1' } : {}),
    );
    ids['batch'] = (await chain.depositBatch('acme/ann', many, { case: 'C-2' })).id;
    ids['last'] = await chain.deposit('acme/ann', { kind: 'digest', sm3: new Uint8Array(32) });
  });

  async function find(query: object, viewer: typeof ACME | typeof COURT | typeof PUBLIC = ACME) {
    return (await chain.ask('/v1/evidence', { query }, viewer)) as Page;
  }

  async function names(query: object, viewer?: typeof COURT | typeof PUBLIC): Promise<string[]> {
    const page = await find(query, viewer);
    return page.items.map(({ id, index }) => {
      const name = Object.keys(ids).find((key) => ids[key] === id) ?? '';
      return name === 'batch' && index !== undefined ? `batch ${index}` : name;
    });
  }

  it('gives deposits newest first, as far as the viewer may see them', async () => {
    expect(await names({})).toEqual(['last', 'batch', 'open', 'first']);
    expect(await names({}, COURT)).toEqual(['last', 'batch', 'closed', 'open', 'first']);
    expect(await names({}, PUBLIC)).toEqual(['open']);
  });

  it('gives a single deposit with its item', async () => {
    const page = await find({ depositor: 'acme/bob' });
    expect(page.items).toEqual([
      {
        id: ids['open'],
        type: 'single',
        height: expect.any(Number),
        time: firstTime + 1000,
        depositor: 'acme/bob',
        organisation: 'acme',
        readers: 'public',
        count: 1,
        itemsHere: true,
        index: 0,
        item: { kind: 'file', sha256: '02'.repeat(32), sm3: '66'.repeat(32) },
      },
    ]);
  });

  it('finds by digest, of either hash and in batches too', async () => {
    expect(await names({ sha256: '01'.repeat(32) })).toEqual([
      'batch 201',
      'batch 101',
      'batch 1',
      'first',
    ]);
    expect(await names({ sm3: '65'.repeat(32), limit: '2' })).toEqual(['batch 201', 'batch 101']);
    expect(await names({ digest: '03'.repeat(32) }, COURT)).toEqual([
      'batch 203',
      'batch 103',
      'batch 3',
      'closed',
    ]);
    expect(await names({ digest: '03'.repeat(32) }, PUBLIC)).toEqual([]);
    expect(await names({ digest: '00'.repeat(32) })).toContain('last');
    expect(await names({ digest: 'ee'.repeat(32) })).toEqual([]);
  });

  it('finds by case, also of one item in a batch', async () => {
    expect(await names({ case: 'C-1' })).toEqual(['batch', 'first']);
    expect(await names({ case: 'C-2' })).toEqual(['batch']);
    expect(await names({ case: 'C-1', sha256: '07'.repeat(32) })).toEqual(['batch 7']);
    expect(await names({ case: "' or 1 = 1 --" })).toEqual([]);
  });

  it('finds by depositor, organisation and time', async () => {
    expect(await names({ depositor: 'acme/ann' })).toEqual(['last', 'batch', 'first']);
    expect(await names({ organisation: 'court' }, COURT)).toEqual(['closed']);
    expect(await names({ from: String(firstTime + 3000) })).toEqual(['last', 'batch']);
    expect(await names({ to: String(firstTime + 1000) })).toEqual(['first']);
    const between = { from: String(firstTime + 1000), to: String(firstTime + 3000) };
    expect(await names(between, COURT)).toEqual(['closed', 'open']);
  });

  it('pages through deposits and items without a gap', async () => {
    for (const query of [{}, { sha256: '01'.repeat(32) }]) {
      const whole = await names(query);
      const paged: string[] = [];
      let cursor: string | null = null;
      do {
        const limited: object = { ...query, limit: '1', ...(cursor === null ? {} : { cursor }) };
        paged.push(...(await names(limited)));
        cursor = (await find(limited)).nextCursor;
      } while (cursor !== null);
      expect(paged).toEqual(whole);
    }
  });

  it('refuses queries that are none', async () => {
    const wrong = [
      { sha256: 'xyz' },
      { limit: '0' },
      { limit: '201' },
      { cursor: '1' },
      { from: '-1' },
    ];
    for (const query of [...wrong, { depositor: 'ann' }, { color: 'red' }]) {
      await expect(find(query), JSON.stringify(query)).rejects.toMatchObject({ name: 'ZodError' });
    }
  });
});

describe('a deposit', () => {
  it('is given with its items, one by one and page by page', async () => {
    const chain = new EvidenceTestChain('gm');
    const items = Array.from({ length: 5 }, (_, i) => item(i, { name: `file ${i}`, size: i }));
    const { id, batch } = await chain.depositBatch('acme/ann', items, { readers: 'public' });
    expect(await chain.ask('/v1/evidence/{id}', { params: { id } }, PUBLIC)).toMatchObject({
      id,
      type: 'batch',
      count: 5,
      root: toHex(batch.root),
      attachment: { digest: toHex(batch.digest), size: batch.bundle.length },
      itemsHere: true,
    });
    const path = '/v1/evidence/{id}/items';
    const first = (await chain.ask(path, { params: { id }, query: { limit: '3' } })) as Page;
    expect(first.items.map(({ index }) => index)).toEqual([0, 1, 2]);
    const cursor = first.nextCursor ?? '';
    const rest = await chain.ask(path, { params: { id }, query: { limit: '3', cursor } });
    expect(rest).toMatchObject({ items: [{ index: 3 }, { index: 4 }], nextCursor: null });
    const one = await chain.ask(`${path}/{index}`, { params: { id, index: '4' } });
    const hex = (fill: number): string => fill.toString(16).padStart(2, '0').repeat(32);
    const digests = { sha256: hex(4), sm3: hex(104) };
    expect(one).toEqual({ index: 4, item: { kind: 'file', name: 'file 4', size: 4, ...digests } });
  });

  it('has its problems', async () => {
    const chain = new EvidenceTestChain();
    const single = await chain.deposit('acme/ann', item(1), ['acme']);
    const absent = await chain.announceBatch('acme/ann', [item(1), item(2)]);
    const problem = async (path: string, params: object, viewer = ACME): Promise<string> => {
      try {
        await chain.ask(path, { params }, viewer);
      } catch (error) {
        if (error instanceof RouteProblemError) return error.code;
        throw error;
      }
      return 'none';
    };
    const unknown = '0'.repeat(64);
    const paths = [
      '/v1/evidence/{id}',
      '/v1/evidence/{id}/items',
      '/v1/evidence/{id}/receipts',
    ] as const;
    for (const path of paths) {
      expect(await problem(path, { id: unknown }), path).toBe('evidence-not-found');
      expect(await problem(path, { id: single }, COURT as never), path).toBe('evidence-not-found');
    }
    expect(await problem(paths[0], { id: absent })).toBe('none');
    for (const path of paths.slice(1)) {
      expect(await problem(path, { id: absent }), path).toBe('items-not-here');
    }
    const at = '/v1/evidence/{id}/items/{index}';
    expect(await problem(at, { id: single, index: '0' })).toBe('none');
    expect(await problem(at, { id: single, index: '1' })).toBe('item-not-found');
    expect(await problem(`${at}/receipt`, { id: single, index: '1' })).toBe('item-not-found');
  });

  it('whose bundle is not what was signed counts as not here', async () => {
    const chain = new EvidenceTestChain();
    const items = [item(1), item(2)];
    const { batch } = await chain.depositBatch('acme/ann', items);
    const flipped = batch.bundle.slice();
    flipped[40] = (flipped[40] ?? 0) ^ 1;
    chain.attachments.set(toHex(batch.digest), flipped);
    const id = await chain.announceBatch('acme/ann', items);
    const deposit = await chain.ask('/v1/evidence/{id}', { params: { id } });
    expect(deposit).toMatchObject({ itemsHere: false, count: 2 });
  });
});
