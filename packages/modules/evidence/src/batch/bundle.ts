import { readU16be } from '@hefu/bytes';
import { encodeItemInto } from '../item/encode-item.ts';
import { ITEM_BYTES_MAX } from '../item/fields.ts';
import type { Item } from '../item/item.ts';
import { BATCH_ITEMS_MAX, BUNDLE_BYTES_MAX, ITEM_LENGTH_BYTES } from './limits.ts';

/** Room for one item of common size; buffers grow from here. */
const COMMON_ITEM_BYTES = 256;

/**
 * The bundle of items: each as u16 big-endian length, then its deterministic CBOR, one after the
 * other. Throws RangeError for none, for too many, or for a bundle that is too large; TypeError for
 * what is no item.
 */
export function encodeBundle(items: readonly Item[]): Uint8Array {
  if (items.length === 0 || items.length > BATCH_ITEMS_MAX) {
    throw new RangeError(`a batch has 1 to ${BATCH_ITEMS_MAX} items, not ${items.length}`);
  }
  let buffer = new Uint8Array(items.length * COMMON_ITEM_BYTES + ITEM_BYTES_MAX);
  let position = 0;
  for (const item of items) {
    if (position + ITEM_LENGTH_BYTES + ITEM_BYTES_MAX > buffer.length) {
      const larger = new Uint8Array(2 * buffer.length);
      larger.set(buffer);
      buffer = larger;
    }
    const end = encodeItemInto(item, buffer, position + ITEM_LENGTH_BYTES);
    const size = end - position - ITEM_LENGTH_BYTES;
    buffer[position] = size >>> 8;
    buffer[position + 1] = size & 0xff;
    position = end;
  }
  if (position > BUNDLE_BYTES_MAX) throw new RangeError(`bundle of ${position} bytes: too large`);
  return buffer.slice(0, position);
}

/** Where each item lies in a bundle. */
export interface BundleIndex {
  readonly count: number;
  /** Item i is `bundle[starts[i], starts[i + 1] - 2)`: there are count + 1 numbers. */
  readonly starts: Uint32Array;
}

/** The places of a bundle's items, or at which item it is broken. */
export type BundleVerdict =
  | ({ readonly ok: true } & BundleIndex)
  | {
      readonly ok: false;
      readonly code: 'bundle-malformed' | 'bundle-too-large';
      /** The item at which it was seen. */
      readonly item: number;
    };

/** Finds the items of a bundle; what they say is not looked at. Never throws. */
export function indexBundle(bundle: Uint8Array): BundleVerdict {
  if (bundle.length > BUNDLE_BYTES_MAX) return { ok: false, code: 'bundle-too-large', item: 0 };
  // An item has at least one byte, but counting on common sizes would cut a strange bundle short.
  const starts = new Uint32Array(Math.min(BATCH_ITEMS_MAX, Math.floor(bundle.length / 3)) + 1);
  let count = 0;
  let position = 0;
  while (position < bundle.length) {
    if (count === BATCH_ITEMS_MAX) return { ok: false, code: 'bundle-too-large', item: count };
    const size = readU16be(bundle, position);
    const start = position + ITEM_LENGTH_BYTES;
    if (size === undefined || size === 0 || start + size > bundle.length) {
      return { ok: false, code: 'bundle-malformed', item: count };
    }
    starts[count++] = start;
    position = start + size;
  }
  if (count === 0) return { ok: false, code: 'bundle-malformed', item: 0 };
  starts[count] = bundle.length + ITEM_LENGTH_BYTES;
  return { ok: true, count, starts: starts.subarray(0, count + 1) };
}

/** The bytes of item `index`: a view of the bundle. Throws RangeError when there is none. */
export function itemBytes(bundle: Uint8Array, places: BundleIndex, index: number): Uint8Array {
  const start = places.starts[index];
  const next = places.starts[index + 1];
  if (start === undefined || next === undefined) throw new RangeError(`no item ${index}`);
  return bundle.subarray(start, next - ITEM_LENGTH_BYTES);
}
