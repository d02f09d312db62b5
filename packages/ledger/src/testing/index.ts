export { ManualClock } from './manual-clock.ts';
export { MemoryStore, StoreCrash } from './memory-store.ts';
export { MINI_GENESIS_TIME_MS, miniChain } from './mini-chain.ts';
export type { MiniChain, MiniChainOptions, MiniSigner } from './mini-chain.ts';
export { miniModules } from './mini-modules.ts';
export { proveStore, replayStore, runToEnd } from './run-to-end.ts';
