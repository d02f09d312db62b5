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
  | 'key-import-malformed'
  /** The private key lies on a token and never leaves it. */
  | 'key-on-token'
  /** The private key lies at a signing service. */
  | 'key-at-service'
  /** A key lies at a signing service, and none is named. */
  | 'service-not-configured'
  /** The service could not be reached, or proved to be another. */
  | 'service-unreachable'
  /** The service has no such key, or does not let this node sign with it. */
  | 'service-refused'
  /** More signatures wait for the service than it may be asked for at once. */
  | 'service-busy'
  /** What the service answered is no answer, or does not verify under the key. */
  | 'service-answer-wrong'
  /** A key lies on a token, and no PKCS #11 module is named. */
  | 'pkcs11-not-configured'
  /** The part of this software that speaks PKCS #11 was not built on this machine. */
  | 'pkcs11-library-missing'
  /** The maker's PKCS #11 module could not be loaded or started. */
  | 'pkcs11-module-failed'
  /** No token of this label is there. */
  | 'token-missing'
  /** Several tokens have this label. */
  | 'token-ambiguous'
  /** The token asks for a PIN, and none is given. */
  | 'token-pin-missing'
  /** The token refused the PIN; it is not tried again, since a few tries lock a token. */
  | 'token-pin-wrong'
  /** The token is locked after too many wrong PINs. */
  | 'token-pin-locked'
  /** The token holds no such key. */
  | 'token-key-missing'
  /** The key on the token is of no algorithm that can sign here, or may not sign. */
  | 'token-key-unsuitable'
  /** More signatures wait for the token than it may be asked for at once. */
  | 'token-busy'
  /** The token or its module failed. */
  | 'token-failed'
  /** What the token signed does not verify under its public key. */
  | 'token-signature-wrong';

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
