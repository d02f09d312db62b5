/** Objects are content; tombstones say what was erased. */
export type StoredKind = 'objects' | 'tombstones';

/** A stored thing as a listing shows it. */
export interface StoredEntry {
  /** The digest of the content, lower-case hex. */
  readonly name: string;
  /** Bytes it takes in the storage. */
  readonly sizeBytes: number;
}

/** Writes one new thing front to back. Nothing of it can be seen before `commit` has returned. */
export interface ObjectWriter {
  write(bytes: Uint8Array): Promise<void>;
  /** Makes it durable and gives it its name, in place of what had that name, in one step. */
  commit(kind: StoredKind, name: string): Promise<void>;
  /** Drops what was written. Does nothing after `commit`. */
  abort(): Promise<void>;
}

/** Reads one stored thing at any place. It stays readable when the name goes to another. */
export interface ObjectReader {
  readonly sizeBytes: number;
  /** Up to `length` bytes from `offset`; fewer at the end only. They may lie in `room`, where that is long enough. */
  read(offset: number, length: number, room?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** What is known of a thing before it is written. */
export interface ExpectedObject {
  readonly kind: StoredKind;
  readonly name?: string;
  readonly sizeBytes?: number;
}

/**
 * Where encrypted objects rest: a folder, or an S3-compatible store. Objects are only ever written
 * front to back and read by ranges. Other storages than folders throw StorageError.
 */
export interface ObjectStorage {
  /** Begins a new thing. What is known of it beforehand spares some storages a copy, and binds nobody. */
  create(expected?: ExpectedObject): Promise<ObjectWriter>;
  open(kind: StoredKind, name: string): Promise<ObjectReader | undefined>;
  /**
   * Removes a thing, and as far as the medium allows makes its last `wipeBytes` unreadable first.
   * False when there is none.
   */
  remove(kind: StoredKind, name: string, wipeBytes: number): Promise<boolean>;
  /** Things in the order of their names, those after `after`, at most `limit`. */
  list(
    kind: StoredKind,
    options: { readonly after?: string; readonly limit: number },
  ): Promise<StoredEntry[]>;
  /** Bytes all objects take. May walk everything. */
  usedBytes(): Promise<number>;
}
