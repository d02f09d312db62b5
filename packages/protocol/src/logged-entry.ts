import { toBase64, toHex } from '@hefu/bytes';
import { verifyInclusion } from '@hefu/merkle';
import type { Hasher } from '@hefu/merkle';
import type { JsonReader } from './json-reader.ts';

/** An entry, its place in the log, and the way from its leaf to a checkpoint's root. */
export interface LoggedEntry {
  /** The entry's bytes. */
  readonly entry: Uint8Array;
  readonly index: number;
  /** Siblings, nearest to the leaf first; 32 bytes each. */
  readonly inclusion: readonly Uint8Array[];
}

/** {@link LoggedEntry} as JSON: base64, number, hex. */
export interface LoggedEntryDocument {
  readonly entry: string;
  readonly index: number;
  readonly inclusion: readonly string[];
}

/** Longest inclusion path: no log has 2^53 entries. */
export const INCLUSION_PATH_MAX = 53;
/** Longest base64 of an entry. */
const ENTRY_TEXT_LENGTH_MAX = 2048;

export function readLoggedEntry(reader: JsonReader, value: unknown, pointer: string): LoggedEntry {
  const fields = reader.object(value, pointer, ['entry', 'index', 'inclusion']);
  return readLoggedEntryFields(reader, fields, pointer);
}

/** Reads the three fields where they stand beside others. */
export function readLoggedEntryFields(
  reader: JsonReader,
  fields: { readonly [name: string]: unknown },
  pointer: string,
): LoggedEntry {
  const { entry, index, inclusion } = fields as Partial<LoggedEntryDocument>;
  return {
    entry: reader.base64(entry, `${pointer}/entry`, ENTRY_TEXT_LENGTH_MAX),
    index: reader.integer(index, `${pointer}/index`),
    inclusion: reader.digests(inclusion, `${pointer}/inclusion`, INCLUSION_PATH_MAX),
  };
}

export function formatLoggedEntry(logged: LoggedEntry): LoggedEntryDocument {
  const { entry, index, inclusion } = logged;
  return { entry: toBase64(entry), index, inclusion: inclusion.map(toHex) };
}

/** Whether the entry is in the tree of `size` leaves with `root` (RFC 9162 §2.1.3.2). */
export function isLogged(
  hasher: Hasher,
  logged: LoggedEntry,
  size: number,
  root: Uint8Array,
): boolean {
  const { entry, index, inclusion } = logged;
  const leafHash = hasher.leaf(entry);
  return verifyInclusion({ hasher, index, size, leafHash, path: inclusion, root });
}
