export { makeFolders, PRIVATE_FOLDER_MODE } from './make-folders.ts';
export { openKeystore } from './keystore.ts';
export type {
  CheckpointKey,
  CheckpointKeyResult,
  DecryptionKey,
  DecryptionKeyResult,
  KeyAdded,
  Keystore,
  KeystoreOpened,
  KeystoreOptions,
  KeystoreSigner,
  MasterKeySource,
  NewKey,
  SignerResult,
} from './keystore.ts';
export { createMasterKey, masterKeyPath, readMasterKey } from './master-key.ts';
export type { MasterKeyPlace, MasterKeyResult } from './master-key.ts';
export type { KeyAlgorithm, KeyPurpose } from './key-algorithm.ts';
export type { KeyInfo } from './key-file.ts';
export type { KeyToImport } from './import-key.ts';
export type { KeystoreErrorCode, KeystoreFault } from './verdict.ts';
