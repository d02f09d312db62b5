export { READ_MODEL_ERROR_CODES, ReadModelError } from './errors.ts';
export type { ReadModelErrorCode } from './errors.ts';
export {
  FEED_BLOCKS_MAX,
  QUERIES_WAITING_MAX,
  QUERY_MAX_MS,
  QUERY_ROWS_MAX,
  READ_MODEL_FORMAT,
} from './limits.ts';
export { createReadModel } from './read-model.ts';
export type {
  BlockSource,
  ProjectedBlock,
  ProjectedEvent,
  ProjectionStatus,
  QueryAnswer,
  QueryOptions,
  ReadModel,
  ReadModelOptions,
  ReadModelStatus,
} from './types.ts';
