/** Why a storage that is not a folder did not do what was asked. */
export type StorageErrorCode =
  /** It has no room left. */
  | 'storage-full'
  /** The credentials do not allow writing. */
  | 'storage-read-only'
  /** It can't be reached, or answers in a way that says nothing of the object. */
  | 'storage-unreachable';

/** Thrown by storages. The vault turns it into a refusal of the same code. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;

  constructor(code: StorageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
