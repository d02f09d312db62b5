import { readU16be } from '@hefu/bytes';
import { TILE_WIDTH } from './path.ts';

/** Longest entry that a bundle's two-byte length can name. */
export const BUNDLE_ENTRY_BYTES_MAX = 0xffff;

const LENGTH_BYTES = 2;

/** The entries of a bundle, or why the bytes are none. */
export type EntryBundle =
  | { readonly ok: true; readonly entries: readonly Uint8Array[] }
  | { readonly ok: false; readonly code: 'bundle-truncated' | 'bundle-too-many' | 'bundle-empty' };

/**
 * Entries one after the other, each behind its length (u16 BE): the `tlog_entries` bundle of C2SP
 * tlog-tiles. Throws RangeError for none, for more than 256, or for one above 65,535 bytes.
 */
export function encodeEntryBundle(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0 || entries.length > TILE_WIDTH) {
    throw new RangeError(`a bundle holds 1 to 256 entries, not ${entries.length}`);
  }
  let size = 0;
  for (const entry of entries) {
    if (entry.length > BUNDLE_ENTRY_BYTES_MAX) {
      throw new RangeError(`an entry of ${entry.length} bytes does not fit a bundle`);
    }
    size += LENGTH_BYTES + entry.length;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const entry of entries) {
    bytes[at] = entry.length >>> 8;
    bytes[at + 1] = entry.length;
    bytes.set(entry, at + LENGTH_BYTES);
    at += LENGTH_BYTES + entry.length;
  }
  return bytes;
}

/** Reads a bundle. The entries are views of `bytes`. Never throws. */
export function decodeEntryBundle(bytes: Uint8Array): EntryBundle {
  if (bytes.length === 0) return { ok: false, code: 'bundle-empty' };
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    if (entries.length === TILE_WIDTH) return { ok: false, code: 'bundle-too-many' };
    const length = readU16be(bytes, at);
    if (length === undefined) return { ok: false, code: 'bundle-truncated' };
    at += LENGTH_BYTES;
    if (at + length > bytes.length) return { ok: false, code: 'bundle-truncated' };
    entries.push(bytes.subarray(at, at + length));
    at += length;
  }
  return { ok: true, entries };
}
