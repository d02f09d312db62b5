import { toHex } from '@hefu/bytes';
import type { HashName } from '@hefu/crypto/algorithm';
import { createHasher } from '@hefu/crypto/hash';
import { randomBytes } from '@hefu/crypto/random';
import { CONTENT_KEY_BYTES } from './chunk-cipher.ts';
import { unwrapContentKey, wrapContentKey } from './content-key.ts';
import type { VaultDecryptionKey, VaultRecipient } from './content-key.ts';
import { isErrorCode } from './folder-storage.ts';
import { encodeTrailer, FILE_END_BYTES_MAX, sealedBytes } from './object-format.ts';
import type { ContentInfo, Trailer, WrappedKey } from './object-format.ts';
import type { ObjectReader, ObjectStorage, ObjectWriter } from './object-storage.ts';
import { createQuota } from './quota.ts';
import type { Quota } from './quota.ts';
import { contentRange, readTrailer } from './read-object.ts';
import { sealedRange, sealIdOf } from './sealed-object.ts';
import type { SealedObject } from './sealed-object.ts';
import { StorageError } from './storage-error.ts';
import { completeErasures, isStored, readTombstone, writeTombstone } from './tombstone.ts';
import { createTurns } from './turns.ts';
import { vaultFault, VaultError } from './verdict.ts';
import type { VaultFault } from './verdict.ts';
import { writeContent } from './write-object.ts';

/** How to open a vault. */
export interface VaultOptions {
  readonly storage: ObjectStorage;
  /** The chain's hash: objects are named by it, and it picks the cipher. */
  readonly hashName: HashName;
  /** The organisation's encryption key, which new content is encrypted to. */
  readonly recipient: VaultRecipient;
  /** Private keys by key id; more than one after a rotation. */
  readonly decryptionKey: (keyId: Uint8Array) => VaultDecryptionKey | undefined;
  /** Bytes that all objects together may take in the storage; no bound unless given. */
  readonly quotaBytes?: number;
  /** A quota around this vault's own, shared with others. */
  readonly within?: Quota;
  /** Milliseconds UTC; tombstones carry it. */
  readonly now: () => number;
}

/** What is known of an object. Digests are lower-case hex; `digest` is the one under the chain's hash. */
export interface ObjectInfo {
  readonly digest: string;
  /** Bytes of content. */
  readonly size: number;
  readonly sha256: string;
  readonly sm3: string;
}

/** What is said of content before it comes. */
export interface Announced {
  /** Digest under the chain's hash, lower-case hex. */
  readonly expectedDigest?: string;
  /** Bytes. */
  readonly size?: number;
}

/** What was put, or why not. */
export type PutResult =
  | ({
      readonly ok: true;
      /** Whether it was not here before. */
      readonly isNew: boolean;
    } & ObjectInfo)
  | VaultFault;
/** What is known of an object, or why nothing is. */
export type StatResult = ({ readonly ok: true } & ObjectInfo) | VaultFault;
/** Content, or why there is none. */
export type GetResult =
  | ({
      readonly ok: true;
      /** First byte of `content`. */
      readonly start: number;
      /** The byte after its last. */
      readonly end: number;
      /** Must be read to its end or closed with `return()`. */
      readonly content: AsyncIterableIterator<Uint8Array>;
    } & ObjectInfo)
  | VaultFault;

/** What another organisation is given, or why nothing. */
export type ShareResult = ({ readonly ok: true } & ObjectInfo & SealedObject) | VaultFault;

/** Encrypted content, addressed by its digest. */
export interface Vault {
  /**
   * Encrypts and stores a stream in constant memory. Whole and durable when this returns, or not
   * there at all. `expectedDigest` and `size` are what was announced: `object-mismatch` when the
   * content is another. Errors of the source are thrown as they are.
   */
  put(
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    announced?: Announced,
  ): Promise<PutResult>;
  /** Content from `start` up to, not including, `end`. */
  get(
    digest: string,
    range?: { readonly start?: number; readonly end?: number },
  ): Promise<GetResult>;
  has(digest: string): Promise<boolean>;
  stat(digest: string): Promise<StatResult>;
  /** Digests in ascending order after `after`, at most `limit`, with the bytes they take. */
  list(options: {
    readonly after?: string;
    readonly limit: number;
  }): Promise<readonly { readonly digest: string; readonly storedBytes: number }[]>;
  /** Removes content; it may be put again. */
  delete(digest: string): Promise<{ readonly ok: true } | VaultFault>;
  /** Removes content for good and keeps a tombstone, so that it can't be put again. */
  erase(digest: string): Promise<{ readonly ok: true; readonly erased: number } | VaultFault>;
  /**
   * An object for another organisation: its content key wrapped to `recipient`. The wrapped key is not kept, so that an
   * erasure here has nothing more to destroy.
   */
  share(digest: string, recipient: VaultRecipient): Promise<ShareResult>;
  /** Ciphertext of an object, of the `sealId` that `share` told; `object-damaged` when it is another by now. */
  sealed(
    digest: string,
    sealId: string,
    range: { readonly start: number; readonly end: number },
  ): Promise<{ readonly ok: true; readonly content: AsyncGenerator<Uint8Array> } | VaultFault>;
  /** Reads all of an object and compares it with its digests. */
  verify(digest: string): Promise<StatResult>;
  /** Bytes all objects take; undefined when there is no quota, since nobody counts then. */
  readonly usedBytes: number | undefined;
}

const DIGEST = /^[0-9a-f]{64}$/;
/** What an operating system says when a folder may not be written to. */
const READ_ONLY_CODES = ['EACCES', 'EPERM', 'EROFS'] as const;

/** Opens a vault, and completes erasures that a crash has interrupted. */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const { storage, hashName } = options;
  await completeErasures(storage);
  const isCounted = options.quotaBytes !== undefined || options.within !== undefined;
  const quota = isCounted ? createQuota(options.quotaBytes, options.within) : undefined;
  quota?.count(await storage.usedBytes());
  const inTurn = createTurns();
  const cipher = hashName === 'sm3' ? 'sm4-gcm' : 'aes-256-gcm';

  function describe(info: ContentInfo): ObjectInfo {
    const sha256 = toHex(info.sha256);
    const sm3 = toHex(info.sm3);
    return { digest: hashName === 'sm3' ? sm3 : sha256, size: info.size, sha256, sm3 };
  }

  /**
   * Completes an object that is written but for its trailer. When the same content is here already
   * and sound, that one stays: no second wrapped key is ever written that an erasure could miss.
   */
  async function complete(
    writer: ObjectWriter,
    digest: string,
    trailer: () => Promise<VaultFault | undefined>,
  ): Promise<'stored' | 'already-there' | VaultFault> {
    if (await isStored(storage, 'tombstones', digest)) return vaultFault('object-erased');
    const replaced = await storedBytes(storage, digest);
    if (replaced > 0 && (await verify(digest)).ok) return 'already-there';
    const refusal = await trailer();
    if (refusal !== undefined) return refusal;
    await writer.commit('objects', digest);
    quota?.release(replaced);
    return 'stored';
  }

  async function openObject(digest: string): Promise<OpenObject | VaultFault> {
    if (!DIGEST.test(digest)) return vaultFault('digest-malformed');
    try {
      return await openStored(digest);
    } catch (error) {
      if (error instanceof StorageError) return vaultFault(error.code, error.message);
      throw error;
    }
  }

  async function openStored(digest: string): Promise<OpenObject | VaultFault> {
    if (await isStored(storage, 'tombstones', digest)) return vaultFault('object-erased');
    const reader = await storage.open('objects', digest);
    if (reader === undefined) return vaultFault('object-unknown');
    try {
      const trailer = await readTrailer(reader);
      if (trailer !== undefined && describe(trailer.info).digest === digest) {
        return { ok: true, reader, trailer };
      }
    } catch (error) {
      await reader.close();
      throw error;
    }
    await reader.close();
    return vaultFault('object-damaged', 'its trailer');
  }

  async function get(
    digest: string,
    range: { readonly start?: number; readonly end?: number } = {},
  ): Promise<GetResult> {
    const opened = await openObject(digest);
    if (!opened.ok) return opened;
    const { reader, trailer } = opened;
    const { info } = trailer;
    const start = range.start ?? 0;
    const end = range.end ?? info.size;
    const contentKey = isRange(start, end, info.size)
      ? await contentKeyOf(trailer, options.decryptionKey)
      : vaultFault('range-not-satisfiable', `${info.size} bytes`);
    if (!(contentKey instanceof Uint8Array)) {
      await reader.close();
      return contentKey;
    }
    const content = contentRange(reader, info, contentKey, { start, end });
    return { ok: true, ...describe(info), start, end, content };
  }

  /** Streams content into `writer` and gives it its name; the caller drops it when refused. */
  async function receive(
    writer: ObjectWriter,
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    announced: Announced,
    write: (bytes: Uint8Array) => Promise<VaultFault | undefined>,
  ): Promise<PutResult> {
    const contentKey = randomBytes(CONTENT_KEY_BYTES[cipher]);
    const written = await writeContent(source, {
      cipher,
      contentKey,
      sink: { write },
      size: announced.size,
    });
    if (!written.ok) return written;
    const { info } = written;
    const description = describe(info);
    const { digest } = description;
    if (announced.expectedDigest !== undefined && announced.expectedDigest !== digest) {
      return vaultFault('object-mismatch', `its digest is ${digest}`);
    }
    const key = await wrapContentKey(contentKey, info, options.recipient);
    const completed = await inTurn(digest, async () =>
      complete(writer, digest, async () => write(encodeTrailer({ info, key }))),
    );
    if (completed !== 'stored' && completed !== 'already-there') return completed;
    return { ok: true, ...description, isNew: completed === 'stored' };
  }

  async function put(
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    announced: Announced = {},
  ): Promise<PutResult> {
    const { expectedDigest, size } = announced;
    if (expectedDigest !== undefined && !DIGEST.test(expectedDigest)) {
      return vaultFault('digest-malformed');
    }
    if (quota !== undefined && size !== undefined && size > quota.freeBytes) {
      return beyondQuota(quota);
    }
    let taken = 0;
    let isStoredNow = false;
    let writer: ObjectWriter | undefined;
    try {
      const created = await storage.create({
        kind: 'objects',
        ...(expectedDigest === undefined ? {} : { name: expectedDigest }),
        ...(size === undefined ? {} : { sizeBytes: sealedBytes(size) + FILE_END_BYTES_MAX }),
      });
      writer = created;
      const result = await receive(created, source, announced, async (bytes) => {
        if (quota?.take(bytes.length) === false) return beyondQuota(quota);
        taken += bytes.length;
        await created.write(bytes);
        return undefined;
      });
      isStoredNow = result.ok && result.isNew;
      return result;
    } catch (error) {
      if (isErrorCode(error, 'ENOSPC') || isErrorCode(error, 'EDQUOT')) {
        return vaultFault('storage-full');
      }
      if (error instanceof StorageError) return vaultFault(error.code, error.message);
      // Before there is a writer nothing of the source was touched, so this is the folder's.
      const isFolder = writer === undefined;
      if (isFolder && READ_ONLY_CODES.some((code) => isErrorCode(error, code))) {
        return vaultFault('storage-read-only');
      }
      throw error;
    } finally {
      if (!isStoredNow) {
        await writer?.abort();
        quota?.release(taken);
      }
    }
  }

  async function verify(digest: string): Promise<StatResult> {
    const got = await get(digest);
    if (!got.ok) return got;
    const sha256 = createHasher('sha256');
    const sm3 = createHasher('sm3');
    try {
      for await (const part of got.content) {
        sha256.update(part);
        sm3.update(part);
      }
    } catch (error) {
      if (error instanceof VaultError) return vaultFault(error.code, error.message);
      throw error;
    }
    if (toHex(sha256.digest()) !== got.sha256 || toHex(sm3.digest()) !== got.sm3) {
      return vaultFault('object-damaged', 'its digest');
    }
    return { ok: true, digest, size: got.size, sha256: got.sha256, sm3: got.sm3 };
  }

  async function share(digest: string, recipient: VaultRecipient): Promise<ShareResult> {
    const opened = await openObject(digest);
    if (!opened.ok) return opened;
    await opened.reader.close();
    const { trailer } = opened;
    const { info } = trailer;
    const contentKey = await contentKeyOf(trailer, options.decryptionKey);
    if (!(contentKey instanceof Uint8Array)) return contentKey;
    let key: WrappedKey;
    try {
      key = await wrapContentKey(contentKey, info, recipient);
    } catch (error) {
      // No point of the curve, or one that leads nowhere.
      return vaultFault('recipient-unusable', error instanceof Error ? error.message : '');
    }
    return {
      ok: true,
      ...describe(info),
      trailer: encodeTrailer({ info, key }),
      sealedBytes: sealedBytes(info.size),
      sealId: sealIdOf(trailer),
    };
  }

  const sealed: Vault['sealed'] = async (digest, sealId, { start, end }) => {
    const opened = await openObject(digest);
    if (!opened.ok) return opened;
    const { reader, trailer } = opened;
    const isSame = sealIdOf(trailer) === sealId;
    if (isSame && isRange(start, end, sealedBytes(trailer.info.size))) {
      return { ok: true, content: sealedRange(reader, start, end) };
    }
    await reader.close();
    return vaultFault(isSame ? 'range-not-satisfiable' : 'object-damaged', 'sealed anew');
  };

  async function remove(digest: string): Promise<void> {
    const bytes = await storedBytes(storage, digest);
    if (await storage.remove('objects', digest, FILE_END_BYTES_MAX)) quota?.release(bytes);
  }

  return {
    put,
    get,
    async has(digest) {
      if (!DIGEST.test(digest)) return false;
      if (await isStored(storage, 'tombstones', digest)) return false;
      return isStored(storage, 'objects', digest);
    },
    async stat(digest) {
      const opened = await openObject(digest);
      if (!opened.ok) return opened;
      await opened.reader.close();
      return { ok: true, ...describe(opened.trailer.info) };
    },
    async list({ after, limit }) {
      const entries = await storage.list('objects', {
        ...(after === undefined ? {} : { after }),
        limit,
      });
      return entries.map(({ name, sizeBytes }) => ({ digest: name, storedBytes: sizeBytes }));
    },
    async delete(digest) {
      if (!DIGEST.test(digest)) return vaultFault('digest-malformed');
      return inTurn(digest, async () => {
        if (await isStored(storage, 'tombstones', digest)) return vaultFault('object-erased');
        if (!(await isStored(storage, 'objects', digest))) return vaultFault('object-unknown');
        await remove(digest);
        return { ok: true };
      });
    },
    async erase(digest) {
      if (!DIGEST.test(digest)) return vaultFault('digest-malformed');
      return inTurn(digest, async () => {
        const earlier = await readTombstone(storage, digest);
        if (earlier !== undefined) {
          await remove(digest);
          return { ok: true, erased: earlier };
        }
        if (!(await isStored(storage, 'objects', digest))) return vaultFault('object-unknown');
        // The tombstone first: a crash between the two leaves an erasure that is completed later.
        const erased = options.now();
        await writeTombstone(storage, digest, erased);
        await remove(digest);
        return { ok: true, erased };
      });
    },
    share,
    sealed,
    verify,
    get usedBytes() {
      return quota?.usedBytes;
    },
  };
}

interface OpenObject {
  readonly ok: true;
  readonly reader: ObjectReader;
  readonly trailer: Trailer;
}

function beyondQuota({ freeBytes }: Quota): VaultFault {
  return vaultFault('quota-exceeded', `${freeBytes} bytes are free`);
}

function isRange(start: number, end: number, size: number): boolean {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end)) return false;
  return start >= 0 && start <= end && end <= size;
}

async function contentKeyOf(
  trailer: Trailer,
  decryptionKey: VaultOptions['decryptionKey'],
): Promise<Uint8Array | VaultFault> {
  const key = decryptionKey(trailer.key.keyId);
  if (key === undefined) {
    return vaultFault('decryption-key-missing', `key ${toHex(trailer.key.keyId)}`);
  }
  const contentKey = await unwrapContentKey(trailer.key, trailer.info, key);
  return contentKey ?? vaultFault('object-damaged', 'its key');
}

/** Bytes an object takes in the storage; zero when it is not there. */
async function storedBytes(storage: ObjectStorage, digest: string): Promise<number> {
  const reader = await storage.open('objects', digest);
  await reader?.close();
  return reader?.sizeBytes ?? 0;
}
