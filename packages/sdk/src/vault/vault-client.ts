import { openPrivateRecord } from '@hefu/module-evidence/api';
import type { Item } from '@hefu/module-evidence/api';
import { erasureKey, ERASURES_COLLECTION, SHARING_CONTRACT } from '@hefu/module-sharing/api';
import { concatBytes, fromHex } from '@hefu/bytes';
import type { ReceiptDocument } from '@hefu/protocol';
import {
  erasedSchema,
  objectPutSchema,
  understood,
  vaultPageSchema,
  vaultUsageSchema,
} from '../answers.ts';
import type { ErasedObject, ObjectPut, VaultObject, VaultUsage } from '../answers.ts';
import type { ReadOptions } from '../calls.ts';
import type { HefuClient } from '../client.ts';
import { pages } from '../pages.ts';
import { clientProblem, ProblemError } from '../problem.ts';
import { backoffMs, sleep } from '../sleep.ts';
import { bodyOf, sizeOf } from './content.ts';
import type { OnBytes, VaultContent } from './content.ts';
import { download } from './download.ts';
import type { DownloadOptions } from './download.ts';

/** Objects asked for at a time. */
const PAGE_LIMIT = 200;
/** Tries of an upload that can be begun anew. */
const UPLOAD_TRIES_MAX = 5;
/** A salt, 32 bytes, stands before salted content. */
const SALT_BYTES = 32;

/** How content is stored. */
export interface PutOptions {
  /** Bytes that have gone so far; of bytes and blobs, which go whole, it is told at the end alone. */
  readonly onProgress?: OnBytes;
  readonly signal?: AbortSignal;
}

/** Which vault of the node: one's own, or what an organisation has granted. */
export interface WhoseObjects {
  readonly granter?: string;
}

/** The vault of the operator's node; all of it is for the operator alone. */
export class VaultClient {
  readonly #client: HefuClient;

  constructor(client: HefuClient) {
    this.#client = client;
  }

  /**
   * Stores content under its digest under the chain's hash. What is there already is not sent. Content that a function gives can be
   * sent anew when the connection breaks. Throws ProblemError `object-mismatch`, `quota-exceeded`, `object-erased`.
   */
  async put(
    digest: string,
    content: VaultContent | (() => VaultContent),
    options: PutOptions = {},
  ): Promise<ObjectPut & { readonly isNew: boolean }> {
    const known = await this.stat(digest);
    if (known !== undefined) {
      options.onProgress?.(known.size);
      return { digest, size: known.size, isNew: false };
    }
    const { signal } = options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#put(
          digest,
          typeof content === 'function' ? content() : content,
          options,
        );
      } catch (error) {
        signal?.throwIfAborted();
        const again =
          typeof content === 'function' &&
          error instanceof ProblemError &&
          error.code === 'node-unreachable';
        if (!again || attempt >= UPLOAD_TRIES_MAX) throw error;
        await sleep(backoffMs(attempt), signal);
      }
    }
  }

  /** What is known of an object; undefined when it is not there, or was erased. */
  async stat(
    digest: string,
    whose: WhoseObjects = {},
  ): Promise<{ readonly size: number } | undefined> {
    const path = pathOf(digest, whose);
    const answer = await this.#client.http.ask({ method: 'HEAD', path });
    if (answer.status === 404 || answer.status === 410) return undefined;
    if (answer.status >= 400) throw await this.#problemBehind(path, answer.status);
    const size = Number(answer.headers.get('content-length') ?? Number.NaN);
    if (Number.isSafeInteger(size)) return { size };
    throw clientProblem('answer-not-understood', `${path} does not say how long it is`);
  }

  /**
   * Content by its digest, in parts as they come; goes on over broken connections. The whole is held against the digest before
   * its last part is given, so that no node can pass off another content. Throws ProblemError `object-unknown`,
   * `object-erased`, `object-differs`.
   */
  async *get(
    digest: string,
    options: DownloadOptions & WhoseObjects = {},
  ): AsyncGenerator<Uint8Array> {
    const hashName = await this.#client.hashName();
    const path = pathOf(digest, options);
    yield* download(this.#client.http, path, { digest, hashName }, options);
  }

  /** A small object whole. */
  async bytes(digest: string, options: DownloadOptions & WhoseObjects = {}): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of this.get(digest, options)) parts.push(part);
    return concatBytes(...parts);
  }

  /** The item of a private record. Throws ProblemError `object-differs` for an object that is none. */
  async privateItem(
    digest: string,
    options: WhoseObjects = {},
  ): Promise<{ readonly item: Item; readonly salt: Uint8Array }> {
    const hashName = await this.#client.hashName();
    const opened = openPrivateRecord(await this.bytes(digest, options), hashName, fromHex(digest));
    if (opened.ok) return { item: opened.item, salt: opened.record.salt };
    throw clientProblem('object-differs', `${digest} is no private record`);
  }

  /** Content that is stored behind a salt, without the salt; all of it was held against the digest. */
  async *saltedContent(
    digest: string,
    options: Omit<DownloadOptions, 'start' | 'end'> & WhoseObjects = {},
  ): AsyncGenerator<Uint8Array> {
    let left = SALT_BYTES;
    for await (const part of this.get(digest, options)) {
      const rest = part.subarray(Math.min(left, part.length));
      left -= part.length - rest.length;
      if (rest.length > 0) yield rest;
    }
  }

  /** Objects by digest. */
  async *list(whose: WhoseObjects = {}): AsyncGenerator<VaultObject> {
    yield* pages(async (cursor) =>
      this.#client.read('/v1/vault/objects', vaultPageSchema, {
        limit: PAGE_LIMIT,
        cursor,
        granter: whose.granter,
      }),
    );
  }

  /** How much room is taken, and how much is left. */
  async usage(): Promise<VaultUsage> {
    return this.#client.read('/v1/vault/usage', vaultUsageSchema);
  }

  /**
   * Erases an object for good, with its key and what is salted in it, and has that recorded on the ledger for `readers` to see; name all
   * to whom it was granted, so that their nodes erase it too. Asked again it does what is still to do.
   */
  async erase(object: string, readers: readonly string[] = []): Promise<ErasedObject> {
    const path = '/v1/vault/erasures';
    const answer = await this.#client.http.json({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ object, ...(readers.length === 0 ? {} : { readers }) }),
    });
    return understood(erasedSchema, answer, path);
  }

  /**
   * The receipt of an erasure, verified, and that the state has it recorded for this object and organisation. Throws ProblemError
   * `erasure-not-recorded`.
   */
  async erasureReceipt(
    object: string,
    organisation: string,
    options: ReadOptions = {},
  ): Promise<ReceiptDocument> {
    const key = erasureKey(organisation, object);
    const recorded = await this.#client.state(SHARING_CONTRACT, ERASURES_COLLECTION, key, options);
    const [listed] = recorded.present
      ? await take(this.#client.sharing.erasures({ object, organisation }, options), 1)
      : [];
    if (listed === undefined) {
      throw clientProblem('erasure-not-recorded', `${organisation} has not erased ${object}`);
    }
    return this.#client.receipt(listed.statement, options);
  }

  async #put(
    digest: string,
    content: VaultContent,
    { onProgress, signal }: PutOptions,
  ): Promise<ObjectPut & { readonly isNew: boolean }> {
    const path = pathOf(digest, {});
    const request = {
      method: 'PUT',
      path,
      headers: { 'content-type': 'application/octet-stream' },
      body: bodyOf(content, onProgress),
      timeoutMs: 0,
      ...(signal === undefined ? {} : { signal }),
    } as const;
    const answer = await this.#client.http.send(request);
    const put = understood(objectPutSchema, await this.#client.http.parse(answer, request), path);
    const size = sizeOf(content);
    if (size !== undefined) onProgress?.(size);
    return { ...put, isNew: answer.status === 201 };
  }

  /** HEAD has no body to say why: GET says it. */
  async #problemBehind(path: string, status: number): Promise<unknown> {
    try {
      const answer = await this.#client.http.send({ path, headers: { range: 'bytes=0-0' } });
      await answer.body?.cancel();
      return clientProblem('answer-not-understood', `${path} answered ${status}`);
    } catch (error) {
      return error;
    }
  }
}

function pathOf(digest: string, { granter }: WhoseObjects): string {
  const name = encodeURIComponent(digest);
  return granter === undefined
    ? `/v1/vault/objects/${name}`
    : `/v1/vault/granted/${encodeURIComponent(granter)}/${name}`;
}

async function take<T>(items: AsyncIterable<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length >= count) break;
  }
  return taken;
}
