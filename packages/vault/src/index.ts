export { openVault } from './vault.ts';
export type {
  Announced,
  GetResult,
  ObjectInfo,
  PutResult,
  ShareResult,
  StatResult,
  Vault,
  VaultOptions,
} from './vault.ts';
export { openFolderStorage } from './folder-storage.ts';
export type { FolderStorageOptions } from './folder-storage.ts';
export type {
  ExpectedObject,
  ObjectReader,
  ObjectStorage,
  ObjectWriter,
  StoredEntry,
  StoredKind,
} from './object-storage.ts';
export type { VaultDecryptionKey, VaultRecipient } from './content-key.ts';
export { VaultError } from './verdict.ts';
export type { VaultErrorCode, VaultFault } from './verdict.ts';
export { createQuota } from './quota.ts';
export type { Quota } from './quota.ts';
export { openSeal, openSealed, wholeChunks } from './sealed-object.ts';
export type { OpenedSeal, SealedObject } from './sealed-object.ts';
export { StorageError } from './storage-error.ts';
export type { StorageErrorCode } from './storage-error.ts';
