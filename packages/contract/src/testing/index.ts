export { createTestHost, TestHost } from './test-host.ts';
export type { TestHostOptions } from './test-host.ts';
export { MemoryState } from './memory-state.ts';
export type { Scheduled } from './memory-state.ts';
