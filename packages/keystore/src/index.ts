export { makeFolders, PRIVATE_FOLDER_MODE } from './make-folders.ts';
export { openKeystore } from './keystore.ts';
export type {
  CheckpointKey,
  CheckpointKeyResult,
  DecryptionKey,
  DecryptionKeyResult,
  KeyAdded,
  KeyElsewhere,
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
export type { KeyInfo, ServiceReference, TokenReference } from './key-file.ts';
export type { KeyToImport } from './import-key.ts';
export type { KeystoreErrorCode, KeystoreFault } from './verdict.ts';
export { SignerError } from './signer.ts';
export type { Signer, SyncSigner } from './signer.ts';
export { openSigners } from './signers.ts';
export type { KeyAccess, OpenSigner, OpenSyncSigner, Pkcs11Access, Signers } from './signers.ts';
export { SignerService } from './service/signer-service.ts';
export type { ServiceAccess, ServiceKey } from './service/signer-service.ts';
export { tokenSecretSign } from './pkcs11/token-signer.ts';
export type { TokenSecret } from './pkcs11/token-signer.ts';
export { TokenSession } from './pkcs11/token.ts';
export type { TokenKey, TokenPlace } from './pkcs11/token.ts';
