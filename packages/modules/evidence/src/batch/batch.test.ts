// Goal: each fault of a bundle has its code and names its item; bounds hold.
// Method: a bundle of three items with one thing wrong each, and batches at the bounds.
import { u16be } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { encodeItem } from '../item/encode-item.ts';
import type { Item } from '../item/item.ts';
import { batchOfBundle, buildBatch } from './build-batch.ts';
import { encodeBundle, indexBundle } from './bundle.ts';
import { checkBatch } from './check-batch.ts';
import { BATCH_ITEMS_MAX, BUNDLE_BYTES_MAX } from './limits.ts';

const item = (fill: number): Item => ({ kind: 'digest', sha256: new Uint8Array(32).fill(fill) });
const batch = buildBatch([item(1), item(2), item(3)], 'sha256');
const size = encodeItem(item(1)).length;

function withSecond(bytes: Uint8Array): Uint8Array {
  const { bundle } = batch;
  const second = 2 + size;
  return Uint8Array.from([
    ...bundle.subarray(0, second),
    ...u16be(bytes.length),
    ...bytes,
    ...bundle.subarray(2 * second),
  ]);
}

describe('checkBatch', () => {
  const cases: readonly (readonly [string, Uint8Array, object])[] = [
    ['nothing', new Uint8Array(0), { code: 'bundle-malformed', item: 0 }],
    ['half a length', batch.bundle.subarray(0, 1), { code: 'bundle-malformed', item: 0 }],
    ['a cut item', batch.bundle.subarray(0, -1), { code: 'bundle-malformed', item: 2 }],
    ['an empty item', withSecond(new Uint8Array(0)), { code: 'bundle-malformed', item: 1 }],
    ['two items', batch.bundle.subarray(0, 2 * (2 + size)), { code: 'count-mismatch' }],
    ['no CBOR', withSecond(Uint8Array.of(0xff)), { code: 'item-not-canonical', item: 1 }],
    [
      'no item',
      withSecond(Uint8Array.of(0xa0)),
      { code: 'item-invalid', item: 1, errors: [{ pointer: '/kind', code: 'missing' }] },
    ],
    ['another item', withSecond(encodeItem(item(9))), { code: 'root-mismatch' }],
  ];
  it.each(cases)('tells %s', (_, bundle, expected) => {
    expect(checkBatch(bundle, batch, 'sha256')).toMatchObject({ ok: false, ...expected });
  });

  it('tells the other hash, and items in another order', () => {
    expect(checkBatch(batch.bundle, batch, 'sm3')).toMatchObject({ code: 'root-mismatch' });
    const turned = encodeBundle([item(2), item(1), item(3)]);
    expect(checkBatch(turned, batch, 'sha256')).toMatchObject({ code: 'root-mismatch' });
  });
});

describe('bounds', () => {
  it('of items hold', () => {
    expect(() => buildBatch([], 'sha256')).toThrow(RangeError);
    const one = item(1);
    const many = Array.from({ length: BATCH_ITEMS_MAX + 1 }, () => one);
    expect(() => encodeBundle(many)).toThrow(RangeError);
    const most = encodeBundle(many.slice(1));
    expect(indexBundle(most)).toMatchObject({ ok: true, count: BATCH_ITEMS_MAX });
    const more = Uint8Array.from([...most.subarray(0, 2 + size), ...most]);
    expect(indexBundle(more)).toMatchObject({ ok: false, code: 'bundle-too-large' });
    expect(() => batchOfBundle(more, 'sha256')).toThrow(RangeError);
  });

  it('of bytes hold', () => {
    const large: Item = {
      ...item(1),
      name: '字'.repeat(255),
      title: '字'.repeat(200),
      case: '字'.repeat(64),
    };
    expect(() => encodeBundle(Array.from({ length: 50_000 }, () => large))).toThrow(RangeError);
    expect(indexBundle(new Uint8Array(BUNDLE_BYTES_MAX + 1))).toMatchObject({
      code: 'bundle-too-large',
    });
  });

  it('of places hold', () => {
    expect(() => batch.path(3)).toThrow(RangeError);
    expect(() => batch.item(-1)).toThrow(RangeError);
    expect(() => batch.item(3)).toThrow(RangeError);
  });
});
