import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '@hefu/bytes';
import type { HashName, SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { checkPublicKey } from '@hefu/crypto/keys';
import { sign } from '@hefu/crypto/sign';
import { parsePrivateKey } from './import-key.ts';
import type { KeyToImport } from './import-key.ts';
import { generateRawKeyPair, servesPurpose, thumbprint } from './key-algorithm.ts';
import type { KeyAlgorithm, KeyPurpose, RawKeyPair } from './key-algorithm.ts';
import { encodeKeyFile, KEY_FILE_BYTES_MAX, keyHeader, parseKeyFile } from './key-file.ts';
import type { KeyFile, KeyInfo, ServiceReference, TokenReference } from './key-file.ts';
import { readMasterKey } from './master-key.ts';
import type { MasterKeyPlace } from './master-key.ts';
import { makeFolders, PRIVATE_FOLDER_MODE } from './make-folders.ts';
import { isErrorCode, writeNewPrivateFile } from './private-file.ts';
import { cipherOf, masterKeyMark, openPrivateKey, sealPrivateKey } from './seal.ts';
import { fault } from './verdict.ts';
import type { KeystoreFault } from './verdict.ts';

/** Where the master key comes from: a file, or bytes that the caller has (32 of them). */
export type MasterKeySource = MasterKeyPlace | Uint8Array;

/** How to open a keystore. */
export interface KeystoreOptions {
  /** The folder of key files; made when absent. */
  readonly directory: string;
  readonly masterKey: MasterKeySource;
}

/** Where a key lies that is not in the keystore: on a token, or at a service. */
export type KeyElsewhere =
  | { readonly token: TokenReference }
  | { readonly service: ServiceReference };

/** What a new key is for. */
export interface NewKey {
  readonly purpose: KeyPurpose;
  readonly member?: string;
  /** The hash of the chain: it gives the key id, and the cipher the key is sealed with. */
  readonly hashName: HashName;
  /** Milliseconds UTC, noted in the file. */
  readonly created?: number;
}

/** A key that signs. */
export interface KeystoreSigner {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly keyId: Uint8Array;
  /** For another thread that signs by itself. Never logged, never stored. */
  readonly privateKey: Uint8Array;
  /** The 64-byte signature of `message`. */
  sign(message: Uint8Array): Uint8Array;
}

/** A key that what was encrypted to its member is opened with. */
export interface DecryptionKey {
  readonly algorithm: 'x25519' | 'sm2';
  readonly publicKey: Uint8Array;
  readonly keyId: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** A key that checkpoints are signed with. */
export interface CheckpointKey {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly keyId: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** A key that was made or imported, or why not. */
export type KeyAdded = { readonly ok: true; readonly key: KeyInfo } | KeystoreFault;
/** A signer, or why there is none. */
export type SignerResult = { readonly ok: true; readonly signer: KeystoreSigner } | KeystoreFault;
/** A decryption key, or why there is none. */
export type DecryptionKeyResult =
  | { readonly ok: true; readonly key: DecryptionKey }
  | KeystoreFault;
/** A checkpoint key, or why there is none. */
export type CheckpointKeyResult =
  | { readonly ok: true; readonly key: CheckpointKey }
  | KeystoreFault;

/** A folder of keys, each encrypted at rest. All calls are synchronous; files are small. */
export interface Keystore {
  /** The keys in the folder in the order of their ids, and the files that are no keys. */
  list(): { readonly keys: readonly KeyInfo[]; readonly faults: readonly KeystoreFault[] };
  /** Makes a key: `key-wrong-purpose` when the algorithm can't serve the purpose. */
  create(options: NewKey & { readonly algorithm: KeyAlgorithm }): KeyAdded;
  /** Takes in a key made elsewhere: `key-import-malformed`, `key-wrong-purpose`, `key-exists`. */
  import(options: NewKey & { readonly from: KeyToImport }): KeyAdded;
  /**
   * Notes a key that lies elsewhere, whose public half was read there; the private one stays where it is.
   * `key-import-malformed`, `key-wrong-purpose`, `key-exists`.
   */
  reference(
    options: NewKey & {
      readonly algorithm: SignatureAlgorithm;
      readonly publicKey: Uint8Array;
    } & KeyElsewhere,
  ): KeyAdded;
  /** What is known of a key in the open; `key-unknown`, `key-file-damaged` when the file was changed. */
  info(id: string): KeyAdded;
  /** The signer of a key for signing, checkpoints or transport; `key-wrong-purpose` for others, `key-on-token`, `key-at-service`. */
  signer(id: string): SignerResult;
  /** The private key of a key for encryption; `key-wrong-purpose` for others. */
  decryptionKey(id: string): DecryptionKeyResult;
  /**
   * The private key of a key for checkpoints, because the ledger signs with it in a thread of its own;
   * `key-wrong-purpose` for others.
   */
  checkpointKey(id: string): CheckpointKeyResult;
}

/** An open keystore, or why it can't be opened. */
export type KeystoreOpened = { readonly ok: true; readonly keystore: Keystore } | KeystoreFault;

const KEY_FILE_NAME = /^[0-9a-f]{64}\.json$/;
const KEY_ID = /^[0-9a-f]{64}$/;

/**
 * Opens the keystore in a folder. Every key there must be sealed under the same master key, else
 * `master-key-wrong` and nothing is opened; files that are damaged are told by `list` and do not
 * keep the other keys from use. Throws on input and output errors.
 */
export function openKeystore(options: KeystoreOptions): KeystoreOpened {
  let masterKey: Uint8Array;
  if (options.masterKey instanceof Uint8Array) {
    masterKey = options.masterKey;
    if (masterKey.length !== 32) return fault('master-key-malformed', undefined, 'not 32 bytes');
  } else {
    const read = readMasterKey(options.masterKey);
    if (!read.ok) return read;
    masterKey = read.masterKey;
  }
  makeFolders(options.directory, PRIVATE_FOLDER_MODE);
  const mark = masterKeyMark(masterKey);
  for (const name of keyFileNames(options.directory)) {
    const path = join(options.directory, name);
    const file = readKeyFile(path, name);
    if ('ok' in file) continue;
    if (file.sealed.masterKey !== mark) return fault('master-key-wrong', path);
  }
  return { ok: true, keystore: createKeystore(options.directory, masterKey) };
}

function createKeystore(directory: string, masterKey: Uint8Array): Keystore {
  function add(
    options: NewKey,
    algorithm: KeyAlgorithm,
    pair: RawKeyPair,
    elsewhere?: KeyElsewhere,
  ): KeyAdded {
    const { purpose, member, hashName, created } = options;
    const keyId = thumbprint(hashName, algorithm, pair.publicKey);
    const info: KeyInfo = {
      id: toHex(keyId),
      hash: hashName,
      algorithm,
      purpose,
      ...(member === undefined ? {} : { member }),
      publicKey: pair.publicKey,
      ...(created === undefined ? {} : { created }),
      ...elsewhere,
    };
    const sealed = sealPrivateKey({
      masterKey,
      keyId,
      cipher: cipherOf(hashName),
      header: keyHeader(info),
      privateKey: pair.privateKey,
    });
    const path = join(directory, `${info.id}.json`);
    const written = writeNewPrivateFile(path, encodeKeyFile({ info, sealed }));
    return written ? { ok: true, key: info } : fault('key-exists', path);
  }

  /** The key with its private part; empty for a key that lies elsewhere. */
  function openFile(id: string): UnsealedKey | KeystoreFault {
    const path = join(directory, `${id}.json`);
    if (!KEY_ID.test(id)) return fault('key-unknown');
    const file = readKeyFile(path, `${id}.json`);
    if ('ok' in file) return file;
    const keyId = fromHex(id);
    if (keyId === undefined) return fault('key-unknown');
    const { info, sealed } = file;
    if (sealed.masterKey !== masterKeyMark(masterKey)) return fault('master-key-wrong', path);
    const privateKey = openPrivateKey({ masterKey, keyId, header: keyHeader(info), sealed });
    if (privateKey === undefined) return fault('key-file-damaged', path);
    return { ok: true, info, keyId, privateKey };
  }

  function unseal(id: string): UnsealedKey | KeystoreFault {
    const opened = openFile(id);
    if (!opened.ok) return opened;
    if (opened.info.token !== undefined) return fault('key-on-token');
    return opened.info.service === undefined ? opened : fault('key-at-service');
  }

  return {
    list() {
      const keys: KeyInfo[] = [];
      const faults: KeystoreFault[] = [];
      for (const name of keyFileNames(directory)) {
        const file = readKeyFile(join(directory, name), name);
        if ('ok' in file) faults.push(file);
        else keys.push(file.info);
      }
      return { keys, faults };
    },
    create(options) {
      if (!servesPurpose(options.algorithm, options.purpose)) return fault('key-wrong-purpose');
      return add(options, options.algorithm, generateRawKeyPair(options.algorithm));
    },
    import(options) {
      const read = parsePrivateKey(options.from);
      if (read === undefined) return fault('key-import-malformed');
      if (!servesPurpose(read.algorithm, options.purpose)) return fault('key-wrong-purpose');
      return add(options, read.algorithm, read);
    },
    reference(options) {
      const { algorithm, publicKey } = options;
      const elsewhere: KeyElsewhere =
        'token' in options ? { token: options.token } : { service: options.service };
      if (!checkPublicKey(algorithm, publicKey).ok) return fault('key-import-malformed');
      if (!servesPurpose(algorithm, options.purpose)) return fault('key-wrong-purpose');
      return add(options, algorithm, { publicKey, privateKey: new Uint8Array() }, elsewhere);
    },
    info(id) {
      const key = openFile(id);
      return key.ok ? { ok: true, key: key.info } : key;
    },
    signer(id) {
      const key = unseal(id);
      if (!key.ok) return key;
      const { algorithm, purpose, publicKey } = key.info;
      if (purpose === 'encrypt' || algorithm === 'x25519') return fault('key-wrong-purpose');
      const { keyId, privateKey } = key;
      const signMessage = (message: Uint8Array): Uint8Array => sign(algorithm, privateKey, message);
      return { ok: true, signer: { algorithm, publicKey, keyId, privateKey, sign: signMessage } };
    },
    decryptionKey(id) {
      const key = unseal(id);
      if (!key.ok) return key;
      const { algorithm, purpose, publicKey } = key.info;
      if (purpose !== 'encrypt') return fault('key-wrong-purpose');
      if (algorithm !== 'x25519' && algorithm !== 'sm2') return fault('key-wrong-purpose');
      const { keyId, privateKey } = key;
      return { ok: true, key: { algorithm, publicKey, keyId, privateKey } };
    },
    checkpointKey(id) {
      const key = unseal(id);
      if (!key.ok) return key;
      const { algorithm, purpose, publicKey } = key.info;
      if (purpose !== 'checkpoint' || algorithm === 'x25519') return fault('key-wrong-purpose');
      const { keyId, privateKey } = key;
      return { ok: true, key: { algorithm, publicKey, keyId, privateKey } };
    },
  };
}

interface UnsealedKey {
  readonly ok: true;
  readonly info: KeyInfo;
  readonly keyId: Uint8Array;
  readonly privateKey: Uint8Array;
}

function keyFileNames(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => KEY_FILE_NAME.test(name))
    .toSorted();
}

/** The file, or the fault that it is no key file, of another key's name, or not there. */
function readKeyFile(path: string, name: string): KeyFile | KeystoreFault {
  let text: string;
  try {
    if (statSync(path).size > KEY_FILE_BYTES_MAX) return fault('key-file-malformed', path);
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return fault('key-unknown', path);
    throw error;
  }
  const file = parseKeyFile(text);
  if (file !== undefined && `${file.info.id}.json` === name) return file;
  return fault('key-file-malformed', path);
}
