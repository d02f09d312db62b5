export { openVault } from './vault.ts';
export type {
  Announced,
  GetResult,
  ObjectInfo,
  PutResult,
  StatResult,
  Vault,
  VaultOptions,
} from './vault.ts';
export { openFolderStorage } from './folder-storage.ts';
export type { FolderStorageOptions } from './folder-storage.ts';
export type {
  ObjectReader,
  ObjectStorage,
  ObjectWriter,
  StoredEntry,
  StoredKind,
} from './object-storage.ts';
export type { VaultDecryptionKey, VaultRecipient } from './content-key.ts';
export { VaultError } from './verdict.ts';
export type { VaultErrorCode, VaultFault } from './verdict.ts';
