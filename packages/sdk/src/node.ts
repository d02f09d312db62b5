export { fileSeenStore } from './node/file-seen-store.ts';
