export { fileSeenStore } from './node/file-seen-store.ts';
export { getVaultFile, putVaultFile } from './node/vault-files.ts';
