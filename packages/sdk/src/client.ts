import { concatBytes } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { HashName } from '@hefu/crypto/algorithm';
import { parseTrustAsync, prepareStatement, verifyReceiptAsync } from '@hefu/protocol';
import type { ReceiptDocument, StatementArgs, Trust, TrustDocument } from '@hefu/protocol';
import type { z } from 'zod';
import {
  chainInfoSchema,
  committedSchema,
  stateValueSchema,
  statementInfoSchema,
  submitResultsSchema,
} from './answers.ts';
import type { ChainInfo, Committed, StatementInfo, StateValue, SubmitResult } from './answers.ts';
import { EvidenceClient } from './evidence.ts';
import { NodeHttp } from './http.ts';
import type { Fetch, RequestBody } from './http.ts';
import { MembersClient } from './members.ts';
import { clientProblem, readProblem } from './problem.ts';
import type { Signer } from './signer.ts';

/** Statements that a node takes in one body. */
export const STATEMENTS_PER_BODY_MAX = 1_000;
/** How long a statement may wait for its block unless the caller says otherwise. */
const EXPIRES_AFTER_MS_DEFAULT = 60 * 60 * 1000;

/** How long reads are waited for unless the caller says otherwise. */
const READS_TIMEOUT_MS_DEFAULT = 5_000;
/** Time between two questions whether reads have come so far. */
const READS_POLL_MS = 25;

/** How to reach a node. */
export interface HefuClientOptions {
  /** Of the node, or of one of its chains: `http://127.0.0.1:8440/chains/SLUG`. */
  readonly url: string;
  /** Bearer token, for whoever may see more than the public. */
  readonly token?: string;
  /** When given, every receipt is verified before it is returned. */
  readonly trust?: Trust;
  /** The runtime's own unless given. */
  readonly fetch?: Fetch;
  /** Milliseconds UTC; the runtime's clock unless given. */
  readonly now?: () => number;
}

/** What to say, and who says it. */
export interface Call {
  readonly contract: string;
  readonly method: string;
  readonly args: StatementArgs;
  /** Milliseconds UTC, at most a day ahead; an hour from now unless given. */
  readonly expires?: number;
}

/** A signed statement. */
export interface SignedStatement {
  readonly bytes: Uint8Array;
  /** 32 bytes, known before anyone else has seen the statement. */
  readonly id: Uint8Array;
}

/** The forms of a receipt. */
export type ReceiptFormat = 'json' | 'tlog-proof' | 'cose';

/** One chain of one node. Methods throw ProblemError when the node refuses or can't be reached. */
export class HefuClient {
  readonly http: NodeHttp;
  readonly evidence: EvidenceClient;
  readonly members: MembersClient;
  readonly #trust: Trust | undefined;
  readonly #now: () => number;
  #chain: Promise<ChainInfo> | undefined;

  constructor(options: HefuClientOptions) {
    this.http = new NodeHttp(
      options.url,
      options.token,
      options.fetch ?? (async (url, init) => fetch(url, init)),
    );
    this.#trust = options.trust;
    this.#now = options.now ?? (() => Date.now());
    this.evidence = new EvidenceClient(this);
    this.members = new MembersClient(this);
  }

  /** Where the chain stands and what it runs, asked anew. */
  async chainInfo(): Promise<ChainInfo> {
    const info = await this.read('/v1/chain', chainInfoSchema);
    if (this.#trust !== undefined && this.#trust.chain !== info.chain) {
      throw clientProblem('foreign-chain', `${info.chain} instead of ${this.#trust.chain}`);
    }
    this.#chain = Promise.resolve(info);
    return info;
  }

  /** The hash of the chain. */
  async hashName(): Promise<HashName> {
    return suiteHash((await this.#knownChain()).suite);
  }

  /** The trust file that the node gives; whoever trusts it trusts the node. */
  async trust(): Promise<TrustDocument> {
    return (await this.http.json({ path: '/v1/trust' })) as TrustDocument;
  }

  /** The chain's checkpoint of now: a signed note. */
  async checkpoint(): Promise<string> {
    return this.http.text({ path: '/log/checkpoint', headers: { accept: 'text/plain' } });
  }

  /** Makes and signs a statement; nothing is sent. */
  async sign(signer: Signer, call: Call): Promise<SignedStatement> {
    const { chain, suite } = await this.#knownChain();
    const { contract, method, args } = call;
    const unsigned = prepareStatement({
      hash: suiteHash(suite),
      chain,
      member: signer.member,
      algorithm: signer.algorithm,
      keyId: signer.keyId,
      contract,
      method,
      args,
      expires: call.expires ?? this.#now() + EXPIRES_AFTER_MS_DEFAULT,
    });
    const signature = await signer.sign(unsigned.toBeSigned);
    return { bytes: unsigned.finish(signature), id: unsigned.id };
  }

  /**
   * Submits one statement. The answer means that it is committed and durable; the same bytes again give the first
   * answer. Look at `code`: a statement that its contract refused is committed too.
   */
  async submit(statement: Uint8Array): Promise<Committed> {
    const answer = await this.http.json({
      method: 'POST',
      path: '/v1/statements',
      headers: { 'content-type': 'application/cose' },
      body: asBody(statement),
    });
    return understood(committedSchema, answer, '/v1/statements');
  }

  /** Submits any number of statements, in bodies of up to a thousand; the results are in their order. */
  async submitMany(statements: readonly Uint8Array[]): Promise<SubmitResult[]> {
    const results: SubmitResult[] = [];
    for (let from = 0; from < statements.length; from += STATEMENTS_PER_BODY_MAX) {
      const part = statements.slice(from, from + STATEMENTS_PER_BODY_MAX);
      const answer = await this.http.json({
        method: 'POST',
        path: '/v1/statements',
        headers: { 'content-type': 'application/cbor-seq' },
        body: asBody(concatBytes(...part)),
      });
      const read = understood(submitResultsSchema, answer, '/v1/statements').results;
      if (read.length !== part.length) {
        throw clientProblem('answer-not-understood', '/v1/statements gave too few results');
      }
      results.push(...read.map(submitResult));
    }
    return results;
  }

  /** Signs and submits a call. */
  async call(signer: Signer, call: Call): Promise<Committed> {
    return this.submit((await this.sign(signer, call)).bytes);
  }

  /** A committed statement by its id (hex); undefined when the node knows none. */
  async statement(id: string): Promise<StatementInfo | undefined> {
    const path = `/v1/statements/${encodeURIComponent(id)}`;
    const answer = await this.http.ask({ path });
    if (answer.status === 404) {
      await answer.arrayBuffer();
      return undefined;
    }
    return this.read(path, statementInfoSchema);
  }

  /** The receipt of a statement (id in hex), verified when the client was given a trust file. */
  async receipt(id: string): Promise<ReceiptDocument> {
    const path = `/v1/statements/${encodeURIComponent(id)}/receipt`;
    const accept = 'application/vnd.hefu.receipt+json';
    const receipt = await this.http.json({ path, headers: { accept } });
    return this.verified(receipt);
  }

  /** A receipt in another form, as bytes. Chains of the GM suite have no such forms: `suite-has-no-standard`. */
  async receiptBytes(id: string, format: ReceiptFormat): Promise<Uint8Array> {
    const path = `/v1/statements/${encodeURIComponent(id)}/receipt`;
    return this.http.bytes({ path, query: { format }, headers: { accept: '*/*' } });
  }

  /**
   * Waits until what is found and listed (members, evidence) tells of a height: read models follow the ledger a moment
   * later. False when they have not come so far in time, or the node keeps none.
   */
  async waitForReads(
    height: number,
    timeoutMs: number = READS_TIMEOUT_MS_DEFAULT,
  ): Promise<boolean> {
    const end = this.#now() + timeoutMs;
    for (;;) {
      const answer = await this.http.ask({ path: '/v1/organisations', query: { limit: 1 } });
      await answer.arrayBuffer();
      if (answer.status >= 400) return false;
      if (Number(answer.headers.get('ledger-height')) >= height) return true;
      if (this.#now() >= end) return false;
      await new Promise((resolve) => setTimeout(resolve, READS_POLL_MS));
    }
  }

  /** A value of the state; undefined when there is none. */
  async state(contract: string, collection: string, key: string): Promise<StateValue | undefined> {
    const name = key.split('/').map(encodeURIComponent).join('/');
    const path = `/v1/state/${contract}/${collection}/${name}`;
    const answer = await this.http.ask({ path });
    if (answer.status === 404) {
      await answer.arrayBuffer();
      return undefined;
    }
    return this.read(path, stateValueSchema);
  }

  /** Lays an attachment beside the ledger, ahead of the statement that names it. */
  async putAttachment(digest: string, bytes: Uint8Array): Promise<void> {
    await this.http.send({
      method: 'PUT',
      path: `/v1/attachments/${digest}`,
      headers: { 'content-type': 'application/octet-stream' },
      body: asBody(bytes),
    });
  }

  /** An answer of the form expected of it. Throws ProblemError `answer-not-understood`. */
  async read<S extends z.ZodType>(
    path: string,
    schema: S,
    query: Readonly<Record<string, string | number | undefined>> = {},
  ): Promise<z.output<S>> {
    return understood(schema, await this.http.json({ path, query }), path);
  }

  /** The receipt again, once it is known to hold. Throws ProblemError `receipt-not-verified`. */
  async verified(receipt: unknown): Promise<ReceiptDocument> {
    if (this.#trust === undefined) return receipt as ReceiptDocument;
    const verdict = await verifyReceiptAsync({ receipt, trust: this.#trust });
    if (!verdict.ok) throw clientProblem('receipt-not-verified', verdict.code);
    return receipt as ReceiptDocument;
  }

  async #knownChain(): Promise<ChainInfo> {
    return (this.#chain ??= this.chainInfo());
  }
}

/** A client that pins the trust file its node gives now: good against later changes, not against this node. */
export async function connect(options: Omit<HefuClientOptions, 'trust'>): Promise<HefuClient> {
  const document = await new HefuClient(options).trust();
  const verdict = await parseTrustAsync(document);
  if (!verdict.ok) throw clientProblem('answer-not-understood', `/v1/trust gave ${verdict.code}`);
  return new HefuClient({ ...options, trust: verdict.trust });
}

function submitResult(result: Readonly<Record<string, unknown>>): SubmitResult {
  if (result['ok'] === true) {
    return { ok: true, ...understood(committedSchema, result, '/v1/statements') };
  }
  const problem = readProblem(result);
  if (problem === undefined) {
    throw clientProblem('answer-not-understood', '/v1/statements gave a result of no known form');
  }
  const id = result['id'];
  return { ok: false, ...(typeof id === 'string' ? { id } : {}), problem };
}

/** The answer, when it has the form expected of it. */
function understood<S extends z.ZodType>(schema: S, answer: unknown, path: string): z.output<S> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined ? '' : ` at /${issue.path.join('/')}`;
  throw clientProblem('answer-not-understood', `${path} gave another form than expected${where}`);
}

/** Bytes as a body: DOM types ask for a buffer that is not shared, which ours never is. */
function asBody(bytes: Uint8Array): RequestBody {
  return bytes as Uint8Array<ArrayBuffer>;
}
