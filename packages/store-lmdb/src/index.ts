export { STORE_ERROR_CODES, StoreError } from './errors.ts';
export type { StoreErrorCode, StoreErrorData } from './errors.ts';
export {
  INLINE_BYTES_MAX,
  KEY_BYTES_MAX,
  MAP_SIZE_BYTES_DEFAULT,
  SEGMENT_BYTES_MAX,
  SEGMENTED_TABLES,
  STORE_FORMAT,
  VALUE_BYTES_MAX,
} from './limits.ts';
export type { LmdbStore, StoreStats } from './lmdb-store.ts';
export { openStore, SEGMENT_FOLDER } from './open-store.ts';
export { segmentPath } from './segments/segment-file.ts';
export type { SegmentEnd } from './segments/segment-writer.ts';
export type { StoreOptions } from './open-store.ts';
