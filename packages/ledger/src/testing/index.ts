export { MemoryStore, StoreCrash } from './memory-store.ts';
