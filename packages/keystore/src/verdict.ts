/** Why a key or the master key can't be had. The words for people are the reader's to render. */
export type KeystoreErrorCode =
  /** There is no master key file at the path. */
  | 'master-key-missing'
  /** There is already a master key at the path; it is never overwritten. */
  | 'master-key-exists'
  /** Others than its owner may read or write the master key file. */
  | 'master-key-permissions'
  /** The master key would lie inside the data folder, and so in each of its backups. */
  | 'master-key-inside-data'
  /** The file is not 32 bytes long. */
  | 'master-key-malformed'
  /** The keys were sealed under another master key. */
  | 'master-key-wrong'
  /** No key of this id is in the folder. */
  | 'key-unknown'
  /** The key is there already. */
  | 'key-exists'
  /** The file is not a `hefu-key/1` document. */
  | 'key-file-malformed'
  /** The master key is right, but the file was changed or damaged after it was written. */
  | 'key-file-damaged'
  /** The algorithm can't serve the purpose, or the key is asked for another purpose than its own. */
  | 'key-wrong-purpose'
  /** What is to be imported is not a private key of a known algorithm. */
  | 'key-import-malformed';

/** A refusal, with the file it is about where there is one. */
export interface KeystoreFault {
  readonly ok: false;
  readonly code: KeystoreErrorCode;
  readonly path?: string;
  readonly detail?: string;
}

/** A refusal with `code`. */
export function fault(code: KeystoreErrorCode, path?: string, detail?: string): KeystoreFault {
  return {
    ok: false,
    code,
    ...(path === undefined ? {} : { path }),
    ...(detail === undefined ? {} : { detail }),
  };
}
