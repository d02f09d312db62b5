import type { Table } from '@hefu/ledger';

/** Version of the layout on disk. It grows when an older program could no longer read the folder. */
export const STORE_FORMAT = 1;

/** Longest key, in bytes: LMDB's limit for 4 kB pages (1,979 was refused when measured). */
export const KEY_BYTES_MAX = 1978;

/** Largest value, in bytes: one value has to fit in memory several times over while it is written. */
export const VALUE_BYTES_MAX = 64 * 1024 * 1024;

/** Values up to this size stay in the database; larger ones would each take overflow pages of their own. */
export const INLINE_BYTES_MAX = 2048;

/** The tables whose large values go to segments: they are written once and hardly ever deleted. */
export const SEGMENTED_TABLES: readonly Table[] = ['statements', 'attachments'];

/** A segment takes no further value once it would grow beyond this, in bytes. */
export const SEGMENT_BYTES_MAX = 256 * 1024 * 1024;

/** Values waiting to be written to a segment are gathered up to this size, in bytes: one call for many values. */
export const SEGMENT_STAGING_BYTES = 1024 * 1024;

/** Segments held open for reading: enough for the recent ones, far below the limit of open files. */
export const SEGMENT_HANDLES_MAX = 64;

/**
 * Address space reserved for the database, in bytes: 1 TiB. It is neither memory nor disk; measured: 4 and 16 TiB can
 * be mapped too, 64 TiB cannot. Growing the map later would move it under running readers.
 */
export const MAP_SIZE_BYTES_DEFAULT = 2 ** 40;

/** Where a process may not reserve that much, the reservation is halved down to this. */
export const MAP_SIZE_BYTES_MIN = 2 ** 30;

/** Read transactions open at once in all threads and processes. */
export const READERS_MAX = 512;

/** Size of the file with the readers' slots, in bytes: 64 for each, and LMDB's own header. */
export const READER_FILE_BYTES = 64 * 1024;

/** Entries fetched at a time by a walk inside a transaction, which may change the table under the walk. */
export const WALK_PAGE_ENTRIES = 64;

/** Bytes written to find out whether a failed write means a full disk. */
export const FULL_PROBE_BYTES = 1024 * 1024;
