export {
  BLOCK_BYTES_MAX,
  SoloEngine,
  PRUNE_PAUSE_MS,
  STORE_FULL_RETRY_MS,
  WAITING_BYTES_MAX,
  WAITING_MAX,
} from './solo-engine.ts';
export type { CommittedBlock, SoloEngineOptions } from './solo-engine.ts';
