import { fromBase64, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import {
  buildBatch,
  buildPrivateBatch,
  decodeItem,
  DEPOSIT_BATCH_METHOD,
  DEPOSIT_METHOD,
  DEPOSIT_PRIVATE_METHOD,
  EVIDENCE_CONTRACT,
  itemJson,
  itemReceipt,
  privateItemReceipt,
  privateRecord,
} from '@hefu/module-evidence/api';
import type { Batch, DepositReaders, Item, PrivateBatch } from '@hefu/module-evidence/api';
import type { ReceiptDocument } from '@hefu/protocol';
import { evidencePageSchema, objectPutSchema } from './answers.ts';
import type { Committed, EvidencePage, FoundEvidence, ObjectPut } from './answers.ts';
import type { Call, ReadOptions } from './calls.ts';
import type { HefuClient } from './client.ts';
import type { RequestBody } from './http.ts';
import { proveRows, sameValue } from './listing.ts';
import type { RowRule } from './listing.ts';
import { pages } from './pages.ts';
import { clientProblem } from './problem.ts';
import type { StateReadOptions } from './read-state.ts';
import type { Signer } from './signer.ts';
import type { WaitOptions } from './submit.ts';

/** Collection of the contract that holds a record for each deposit, under its id. */
const DEPOSITS_COLLECTION = 'deposits';

/** What the ledger keeps of a deposit. */
export interface DepositRecord {
  readonly type: 'single' | 'batch' | 'private';
  readonly depositor: string;
  readonly organisation: string;
  /** Of its block, milliseconds UTC. */
  readonly time: number;
  readonly height: number;
  readonly case?: string;
  readonly title?: string;
  readonly readers: DepositReaders;
  /** Of a single deposit. */
  readonly item?: Item;
  /** Of a batch: root and count of its items, and where their bundle is. */
  readonly root?: Uint8Array;
  readonly count?: number;
  readonly attachment?: { readonly digest: Uint8Array; readonly size: number };
}

/** What a batch says beside its items. */
export interface BatchDescription {
  readonly readers: DepositReaders;
  readonly case?: string;
  readonly title?: string;
}

/** What evidence to find; all that is given must hold. */
export interface EvidenceQuery {
  /** Hex, whichever hash. */
  readonly digest?: string;
  readonly sha256?: string;
  readonly sm3?: string;
  readonly case?: string;
  readonly depositor?: string;
  readonly organisation?: string;
  /** Blocks of this time or later, milliseconds UTC. */
  readonly from?: number;
  /** Blocks before this time. */
  readonly to?: number;
  readonly limit?: number;
  readonly cursor?: string;
}

/** The call that deposits one item. */
export function depositCall(item: Item, readers: DepositReaders): Call {
  return {
    contract: EVIDENCE_CONTRACT,
    method: DEPOSIT_METHOD,
    args: { item: { ...item } as CborValue, readers },
  };
}

/** The call that deposits a batch, whose bundle travels beside. */
export function depositBatchCall(batch: Batch, description: BatchDescription): Call {
  const { root, count, digest, bundle } = batch;
  return {
    contract: EVIDENCE_CONTRACT,
    method: DEPOSIT_BATCH_METHOD,
    args: { root, count, attachment: { digest, size: bundle.length }, ...description },
  };
}

/** The call that deposits private items, of which the ledger learns nothing but a root over salted digests. */
export function depositPrivateCall(
  { root, count }: Pick<PrivateBatch, 'root' | 'count'>,
  readers: readonly string[],
): Call {
  return {
    contract: EVIDENCE_CONTRACT,
    method: DEPOSIT_PRIVATE_METHOD,
    args: { root, count, readers: [...readers] },
  };
}

/** The evidence module of a chain. */
export class EvidenceClient {
  readonly #client: HefuClient;

  constructor(client: HefuClient) {
    this.#client = client;
  }

  /**
   * Deposits one item under one signature. What it says is on the disk of every node of the consortium: `readers` only says to whom
   * nodes show it. {@link depositPrivate} keeps it off the ledger.
   */
  async deposit(
    signer: Signer,
    item: Item,
    readers: DepositReaders,
    options: WaitOptions = {},
  ): Promise<Committed> {
    return this.#client.call(signer, depositCall(item, readers), options);
  }

  /**
   * Deposits up to 100,000 items under one signature: the bundle goes ahead, the statement names its root. Of `readers` it is as with
   * {@link deposit}.
   */
  async depositBatch(
    signer: Signer,
    items: readonly Item[],
    description: BatchDescription,
    options: WaitOptions = {},
  ): Promise<Committed & { readonly batch: Batch }> {
    const batch = buildBatch(items, await this.#client.hashName());
    await this.#client.putAttachment(toHex(batch.digest), batch.bundle);
    const committed = await this.#client.call(
      signer,
      depositBatchCall(batch, description),
      options,
    );
    return { ...committed, batch };
  }

  /**
   * Deposits items of which the ledger learns nothing but salted digests. Items and salts go into the vault of the signer's own node
   * first, as records that can be granted and erased; `batch` has them too. `readers` may know that there is the deposit.
   */
  async depositPrivate(
    signer: Signer,
    items: readonly Item[],
    readers: readonly string[],
    options: WaitOptions = {},
  ): Promise<Committed & { readonly batch: PrivateBatch }> {
    const hashName = await this.#client.hashName();
    const records = items.map((item) => privateRecord(item, hashName));
    const batch = buildPrivateBatch(records, hashName);
    for (const { digest, object } of records) {
      await this.#client.vault.put(toHex(digest), () => object);
    }
    const committed = await this.#client.call(signer, depositPrivateCall(batch, readers), options);
    return { ...committed, batch };
  }

  /** The receipt of private item `index`; it shows item and salt to whoever has it. */
  privateItemReceipt(
    statementReceipt: ReceiptDocument,
    batch: PrivateBatch,
    index: number,
  ): ReceiptDocument {
    return privateItemReceipt(statementReceipt, batch, index) as ReceiptDocument;
  }

  /** The receipt of item `index`, made here from the one of the batch's statement. */
  itemReceipt(statementReceipt: ReceiptDocument, batch: Batch, index: number): ReceiptDocument {
    const made = itemReceipt(statementReceipt, batch.item(index), index, batch.path(index));
    return made as ReceiptDocument;
  }

  /** The receipts of all items of a deposit in their order, as the node streams them. */
  async *receipts(depositId: string): AsyncGenerator<ReceiptDocument> {
    const path = `/v1/evidence/${encodeURIComponent(depositId)}/receipts`;
    const answer = await this.#client.http.send({
      path,
      headers: { accept: 'application/x-ndjson' },
    });
    if (answer.body === null) throw clientProblem('answer-not-understood', `${path} gave nothing`);
    for await (const line of linesOf(answer.body)) {
      yield this.#client.verified(JSON.parse(line));
    }
  }

  /**
   * A page of deposits, newest first; by digest the items that have it. Each is held against the proven state, and an item
   * of a batch against its receipt. That none was left out is not proven: {@link record} proves absence.
   */
  async find(query: EvidenceQuery, options: ReadOptions = {}): Promise<EvidencePage> {
    const path = '/v1/evidence';
    const { value, height } = await this.#client.readAt(path, evidencePageSchema, { ...query });
    if (options.verify !== false) {
      await proveRows(this.#client, { ...value, height }, DEPOSIT_RULE);
      for (const found of value.items) await this.#proveItem(found);
    }
    return value;
  }

  /** All that {@link find} finds, page after page. */
  async *search(
    query: EvidenceQuery = {},
    options: ReadOptions = {},
  ): AsyncGenerator<FoundEvidence> {
    yield* pages(async (cursor) =>
      this.find({ ...query, ...(cursor === undefined ? {} : { cursor }) }, options),
    );
  }

  /** What the ledger keeps of a deposit (id in hex), proven; undefined when it is proven that there is none. */
  async record(id: string, options: StateReadOptions = {}): Promise<DepositRecord | undefined> {
    const read = await this.#client.state(EVIDENCE_CONTRACT, DEPOSITS_COLLECTION, id, options);
    return read.present ? (read.value as unknown as DepositRecord) : undefined;
  }

  async #proveItem(found: FoundEvidence): Promise<void> {
    const { log } = this.#client;
    const { id, index, item, type } = found;
    if (log === undefined || type !== 'batch' || index === undefined) return;
    const path = `/v1/evidence/${id}/items/${index}/receipt`;
    const answer = await this.#client.http.json({ path });
    const receipt = await this.#client.verified(answer, { id });
    const bytes = fromBase64(receipt.item ?? '');
    const proven = bytes === undefined ? undefined : decodeItem(bytes);
    const isSame =
      receipt.itemIndex === index && proven?.ok === true && sameValue(itemJson(proven.item), item);
    if (isSame) return;
    throw log.fault('listing-contradicted', `item ${index} of ${id}`, {
      asked: path,
      answer: found,
    });
  }

  /** Stores content in the node's vault; for its operator alone. `digest` is the content's, under the chain's hash. */
  async keep(digest: string, content: RequestBody): Promise<ObjectPut> {
    const path = `/v1/vault/objects/${digest}`;
    const answer = await this.#client.http.json({
      method: 'PUT',
      path,
      headers: { 'content-type': 'application/octet-stream' },
      body: content,
    });
    const parsed = objectPutSchema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw clientProblem('answer-not-understood', `${path} gave another form than expected`);
  }
}

/** Longest line that is waited for: a receipt with the largest parts it may have. */
const LINE_CHARS_MAX = 4 * 1024 * 1024;

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = body.getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += value === undefined ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (done) break;
      if (rest.length > LINE_CHARS_MAX) {
        throw clientProblem('answer-not-understood', 'a receipt has no end');
      }
    }
  } finally {
    await reader.cancel();
  }
  if (rest !== '') throw clientProblem('answer-not-understood', 'the last receipt was cut short');
}

const DEPOSIT_RULE: RowRule<FoundEvidence> = {
  path: '/v1/evidence',
  place: ({ id }) => ({ contract: EVIDENCE_CONTRACT, collection: DEPOSITS_COLLECTION, key: id }),
  expected: (value) => {
    const record = value as unknown as DepositRecord;
    const { type, depositor, organisation, time, height, readers, count = 1, item } = record;
    const told = { type, depositor, organisation, time, height, readers, count };
    // A deposit that has neither must be told without.
    const names = {
      case: record.case ?? item?.case,
      title: record.title ?? item?.title,
    };
    if (item === undefined) return { ...told, ...names };
    return { ...told, ...names, item: itemJson(item) };
  },
};
