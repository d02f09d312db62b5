import { toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import {
  buildBatch,
  DEPOSIT_BATCH_METHOD,
  DEPOSIT_METHOD,
  EVIDENCE_CONTRACT,
  itemReceipt,
} from '@hefu/module-evidence/api';
import type { Batch, DepositReaders, Item } from '@hefu/module-evidence/api';
import type { ReceiptDocument } from '@hefu/protocol';
import { evidencePageSchema, objectPutSchema } from './answers.ts';
import type { Committed, EvidencePage, ObjectPut } from './answers.ts';
import type { Call, HefuClient } from './client.ts';
import type { RequestBody } from './http.ts';
import { clientProblem } from './problem.ts';
import type { Signer } from './signer.ts';

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

/** The evidence module of a chain. */
export class EvidenceClient {
  readonly #client: HefuClient;

  constructor(client: HefuClient) {
    this.#client = client;
  }

  /** Deposits one item under one signature. */
  async deposit(signer: Signer, item: Item, readers: DepositReaders): Promise<Committed> {
    return this.#client.call(signer, depositCall(item, readers));
  }

  /** Deposits up to 100,000 items under one signature: the bundle goes ahead, the statement names its root. */
  async depositBatch(
    signer: Signer,
    items: readonly Item[],
    description: BatchDescription,
  ): Promise<Committed & { readonly batch: Batch }> {
    const batch = buildBatch(items, await this.#client.hashName());
    await this.#client.putAttachment(toHex(batch.digest), batch.bundle);
    const committed = await this.#client.call(signer, depositBatchCall(batch, description));
    return { ...committed, batch };
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

  /** A page of deposits, newest first; by digest the items that have it. */
  async find(query: EvidenceQuery): Promise<EvidencePage> {
    return this.#client.read('/v1/evidence', evidencePageSchema, { ...query });
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
