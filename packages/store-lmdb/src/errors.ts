/** What can go wrong with a store, one word each; the operator's page is docs/reference/store.md. */
export const STORE_ERROR_CODES = [
  /** Another process or thread is writing this folder. */
  'store-locked',
  /** There is no store in this folder, and the caller only wanted to read one. */
  'store-not-found',
  /** The folder was written by a newer version of this program. */
  'store-too-new',
  /** The folder cannot be written. */
  'store-read-only',
  /** The disk is full. The transaction was rolled back and the store stays usable. */
  'store-full',
  /** A file of the store is not what was written. */
  'store-damaged',
  /** The disk failed while writing; nothing more is written until the store is opened anew. */
  'store-failed',
  /** The store was closed. */
  'store-closed',
  /** A key is empty or longer than the limit: a programmer's error. */
  'store-key-size',
  /** A value is larger than the limit: a programmer's error. */
  'store-value-size',
  /** A transaction was begun inside another, or used after its end: a programmer's error. */
  'store-misuse',
] as const;

export type StoreErrorCode = (typeof STORE_ERROR_CODES)[number];

/** Plain data that belongs to a code: paths, sizes, versions. */
export type StoreErrorData = Readonly<Record<string, string | number>>;

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly data: StoreErrorData;

  constructor(
    code: StoreErrorCode,
    message: string,
    data: StoreErrorData = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.data = data;
  }

  getMetadata(): { readonly code: StoreErrorCode } & StoreErrorData {
    return { ...this.data, code: this.code };
  }
}
