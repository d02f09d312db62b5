import { concatBytes } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { HashName, Suite } from '@hefu/crypto/algorithm';
import { parseTrustAsync, prepareStatement } from '@hefu/protocol';
import type { ReceiptDocument, TrustDocument } from '@hefu/protocol';
import type { z } from 'zod';
import { chainInfoSchema, committedSchema, submitResultsSchema, understood } from './answers.ts';
import type { ChainInfo, Committed, SubmitResult } from './answers.ts';
import { subscribe } from './events/events.ts';
import type { EventQuery, LedgerEvent } from './events/events.ts';
import type { Call, ReadOptions, ReceiptFormat, SignedStatement } from './calls.ts';
import { EvidenceClient } from './evidence.ts';
import { NodeHttp } from './http.ts';
import type { RequestBody } from './http.ts';
import type { EntryRange, ProvenEntry } from './log/entries.ts';
import type { VerifiedLog } from './log/verified-log.ts';
import { CertificatesClient } from './certificates.ts';
import { GovernanceClient } from './governance.ts';
import { MembersClient } from './members.ts';
import { ScittClient } from './scitt.ts';
import { SharingClient } from './sharing.ts';
import { VaultClient } from './vault/vault-client.ts';
import type { ConnectionOptions, HefuClientOptions, VerifyOptions } from './options.ts';
import { clientProblem, ProblemError, readProblem } from './problem.ts';
import { ProofError } from './proof-error.ts';
import { askState, readState } from './read-state.ts';
import type { StateReadOptions, StateValue } from './read-state.ts';
import { askStatement, readStatement, requireNotInLog, unprovenRecord } from './read-statement.ts';
import type { StatementReadOptions, StatementRecord } from './read-statement.ts';
import type { Signer } from './signer.ts';
import { backoffMs, sleep } from './sleep.ts';
import { committedOf, lifeOf, submitUntilSettled } from './submit.ts';
import type { SubmitOptions, WaitOptions } from './submit.ts';
import { verifierOf } from './verifier.ts';
import type { ClientVerifier } from './verifier.ts';
import { verifyAgainst } from './verify-receipt.ts';

/** Statements that a node takes in one body. */
export const STATEMENTS_PER_BODY_MAX = 1_000;
/** How long a statement may wait for its block unless the caller says otherwise. */
const EXPIRES_AFTER_MS_DEFAULT = 60 * 60 * 1000;

/** How long a statement is waited for by its id unless the caller says otherwise. */
const WAIT_TIMEOUT_MS_DEFAULT = 60_000;
/** Longest pause between two questions for it. */
const WAIT_POLL_MS_MAX = 2_000;

/** How long reads are waited for unless the caller says otherwise. */
const READS_TIMEOUT_MS_DEFAULT = 5_000;
/** Time between two questions whether reads have come so far. */
const READS_POLL_MS = 25;

/**
 * One chain, on one node or several. With a trust file whatever is read is verified before it is returned. Methods throw
 * ProblemError when the node refuses or can't be reached, and ProofError when it is caught at a lie.
 */
export class HefuClient {
  readonly http: NodeHttp;
  readonly evidence: EvidenceClient;
  readonly members: MembersClient;
  readonly certificates: CertificatesClient;
  readonly governance: GovernanceClient;
  readonly scitt: ScittClient;
  readonly sharing: SharingClient;
  readonly vault: VaultClient;
  /** Undefined when the client was told to take the nodes' word. */
  readonly verifier: ClientVerifier | undefined;
  readonly #now: () => number;
  #chain: Promise<ChainInfo> | undefined;

  /** Throws TypeError when there is neither a trust file nor `verify: false`. */
  constructor(options: HefuClientOptions) {
    this.#now = options.now ?? (() => Date.now());
    const { url } = options;
    this.http = new NodeHttp({
      urls: typeof url === 'string' ? [url] : url,
      token: options.token,
      fetch: options.fetch ?? (async (address, init) => fetch(address, init)),
      now: this.#now,
      timeoutMs: options.timeoutMs,
    });
    this.verifier = verifierOf(options, this.http, this.#now);
    this.evidence = new EvidenceClient(this);
    this.members = new MembersClient(this);
    this.certificates = new CertificatesClient(this);
    this.governance = new GovernanceClient(this);
    this.scitt = new ScittClient(this);
    this.sharing = new SharingClient(this);
    this.vault = new VaultClient(this);
  }

  /** The log and its history as far as it was seen; undefined when the client takes the nodes' word. */
  get log(): VerifiedLog | undefined {
    return this.verifier?.log;
  }

  /** Where the chain stands and what it runs, asked anew. */
  async chainInfo(): Promise<ChainInfo> {
    const info = await this.read('/v1/chain', chainInfoSchema);
    const trust = this.verifier?.log.trust;
    if (trust !== undefined && (trust.chain !== info.chain || trust.suite !== info.suite)) {
      throw clientProblem('foreign-chain', `${info.chain} instead of ${trust.chain}`);
    }
    this.#chain = Promise.resolve(info);
    return info;
  }

  /** The hash of the chain. */
  async hashName(): Promise<HashName> {
    return suiteHash((await this.#identity()).suite);
  }

  /** The trust file that the node gives; whoever trusts it trusts the node. */
  async trust(): Promise<TrustDocument> {
    return (await this.http.json({ path: '/v1/trust' })) as TrustDocument;
  }

  /** The chain's checkpoint of now, a signed note; verified and held against what was seen before. */
  async checkpoint(options: ReadOptions = {}): Promise<string> {
    const { signal } = options;
    const verifier = this.#verifierFor(options);
    if (verifier !== undefined) {
      const freshMs = options.freshMs ?? verifier.freshMs;
      return (await this.#ahead(async () => verifier.log.current(freshMs, signal))).note;
    }
    return this.http.text({ path: '/log/checkpoint', headers: { accept: 'text/plain' }, signal });
  }

  /** Makes and signs a statement; nothing is sent. */
  async sign(signer: Signer, call: Call): Promise<SignedStatement> {
    const { chain, suite } = await this.#identity();
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
   * answer. Look at `code`: a statement that its contract refused is committed too. What the node says became of it, or
   * that it refused it, is held against the log: ProofError `outcome-contradicted`, `entry-hidden`.
   */
  async submit(statement: Uint8Array, options: SubmitOptions = {}): Promise<Committed> {
    const verifier = this.#verifierFor(options);
    if (verifier === undefined) return this.#post(statement, options.signal);
    const { id } = lifeOf(statement, verifier.log.trust.suite);
    const committed = await this.#postBelievingNothing(statement, id, verifier, options);
    const { from, signal } = options;
    const record = await this.statement(id, { ...(from === undefined ? {} : { from }), signal });
    const { height, index, code } = committed;
    const isSame =
      committed.id === id &&
      record?.height === height &&
      record.index === index &&
      record.code === code;
    if (isSame) return committed;
    const detail = `${code} at height ${height}, entry ${index}`;
    const parts = { asked: `statement ${id}`, answer: committed };
    throw verifier.log.fault('outcome-contradicted', detail, parts);
  }

  /**
   * Submits a statement until it is committed, refused or expired, whatever becomes of connections and nodes meanwhile. To
   * go on after a crash, keep the bytes and call this again. Throws ProblemError `wait-timeout`; the refusal; the reason
   * of the signal.
   */
  async submitAndWait(statement: Uint8Array, options: WaitOptions = {}): Promise<Committed> {
    const { suite } = await this.#identity();
    const life = lifeOf(statement, suite);
    const submitter = {
      now: this.#now,
      submit: async () => this.submit(statement, options),
      find: async () => this.statement(life.id, options),
    };
    return submitUntilSettled(submitter, life, options);
  }

  /**
   * Waits until a statement that was submitted before is committed, by its id (hex) alone. Throws ProblemError
   * `wait-timeout`.
   */
  async waitFor(id: string, options: WaitOptions = {}): Promise<Committed> {
    const { timeoutMs = WAIT_TIMEOUT_MS_DEFAULT, signal, onRetry } = options;
    const end = this.#now() + timeoutMs;
    for (let attempt = 1; ; attempt++) {
      // Not there yet is what is waited for, and so is taken as the node's word; what is there is verified.
      const isThere = (await this.statement(id, { signal, verify: false })) !== undefined;
      const record = isThere ? await this.statement(id, options) : undefined;
      if (record !== undefined) return committedOf(record);
      const pauseMs = Math.min(WAIT_POLL_MS_MAX, backoffMs(attempt));
      const problem = clientProblem('wait-timeout', `statement ${id}`);
      if (this.#now() + pauseMs > end) throw problem;
      onRetry?.({ attempt, problem, pauseMs });
      await sleep(pauseMs, signal);
    }
  }

  /**
   * Submits any number of statements, in bodies of up to a thousand; the results are in their order and the node's word: ask
   * for the receipts, which are verified.
   */
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

  /** Signs a call and submits it until it is settled. */
  async call(signer: Signer, call: Call, options: WaitOptions = {}): Promise<Committed> {
    const verifier = this.#verifierFor(options);
    // The statement is made after this checkpoint, and so can stand only behind it.
    const from =
      options.from ??
      (verifier === undefined
        ? undefined
        : (
            (await verifier.log.newest()) ??
            (await verifier.log.current(verifier.freshMs, options.signal))
          ).size);
    const { bytes } = await this.sign(signer, call);
    return this.submitAndWait(bytes, { ...options, ...(from === undefined ? {} : { from }) });
  }

  /** A committed statement by its id (hex), verified; undefined when the log has none. */
  async statement(
    id: string,
    options: StatementReadOptions = {},
  ): Promise<StatementRecord | undefined> {
    const verifier = this.#verifierFor(options);
    if (verifier !== undefined) {
      return this.#ahead(async () => readStatement(this.http, verifier, id, options));
    }
    const info = await askStatement(this.http, id, options.signal);
    return info === undefined ? undefined : unprovenRecord(info);
  }

  /** The receipt of a statement (id in hex), verified, and its checkpoint held against what was seen before. */
  async receipt(id: string, options: ReadOptions = {}): Promise<ReceiptDocument> {
    const path = `/v1/statements/${encodeURIComponent(id)}/receipt`;
    const accept = 'application/vnd.hefu.receipt+json';
    const receipt = await this.http.json({ path, headers: { accept }, signal: options.signal });
    return this.verified(receipt, { ...options, id });
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

  /** A value of the state, or that there is none, now or after a block; verified. */
  async state(
    contract: string,
    collection: string,
    key: string,
    options: StateReadOptions = {},
  ): Promise<StateValue> {
    const place = { contract, collection, key };
    const verifier = this.#verifierFor(options);
    if (verifier !== undefined) {
      return this.#ahead(async () => readState(this.http, verifier, place, options));
    }
    return askState(this.http, place, options);
  }

  /**
   * The entries of the log in their order, each shown to be there and none left out. Throws TypeError when the client takes
   * the nodes' word: then there is nothing to show it by.
   */
  async *entries(range: EntryRange = {}): AsyncGenerator<ProvenEntry> {
    if (this.verifier === undefined) throw new TypeError('entries are read with a trust file only');
    const { log, entries, freshMs } = this.verifier;
    yield* entries.read(await log.current(freshMs, range.signal), range);
  }

  /** Events as they happen, each once and in order, over broken connections; the node's word. */
  async *events(query: EventQuery = {}): AsyncGenerator<LedgerEvent> {
    yield* subscribe(this.http, query);
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
    return (await this.readAt(path, schema, query)).value;
  }

  /** {@link read}, with the height for which the answer is told; 0 when it names none. */
  async readAt<S extends z.ZodType>(
    path: string,
    schema: S,
    query: Readonly<Record<string, string | number | undefined>> = {},
  ): Promise<{ readonly value: z.output<S>; readonly height: number }> {
    const request = { path, query };
    const answer = await this.http.send(request);
    const height = Number(answer.headers.get('ledger-height') ?? 0);
    return { value: understood(schema, await this.http.parse(answer, request), path), height };
  }

  /**
   * The receipt again, once it is known to hold and to belong to the history seen so far. Throws ProofError
   * `receipt-not-verified`, `receipt-swapped` when it is not that of the statement `id`, and what the log throws.
   */
  async verified(
    receipt: unknown,
    options: ReadOptions & { readonly id?: string } = {},
  ): Promise<ReceiptDocument> {
    const verifier = this.#verifierFor(options);
    if (verifier !== undefined) await verifyAgainst(verifier.log, receipt, options);
    return receipt as ReceiptDocument;
  }

  /** Of several nodes one may lag: those that are behind what was seen are passed over, like those that are gone. */
  async #ahead<T>(work: () => Promise<T>): Promise<T> {
    for (let left = this.http.health().length - 1; ; left--) {
      try {
        return await work();
      } catch (error) {
        const isBehind = error instanceof ProofError && error.code === 'node-behind';
        if (!isBehind || left <= 0) throw error;
        this.http.nodes.failed(this.http.url);
      }
    }
  }

  #verifierFor(options: { readonly verify?: boolean }): ClientVerifier | undefined {
    return options.verify === false ? undefined : this.verifier;
  }

  /** Chain and suite: of the trust file, which needs no asking, else the node's. */
  async #identity(): Promise<{ readonly chain: string; readonly suite: Suite }> {
    return this.verifier?.log.trust ?? (this.#chain ??= this.chainInfo());
  }

  async #post(statement: Uint8Array, signal: AbortSignal | undefined): Promise<Committed> {
    const answer = await this.http.json({
      method: 'POST',
      path: '/v1/statements',
      headers: { 'content-type': 'application/cose' },
      body: asBody(statement),
      signal,
    });
    return understood(committedSchema, answer, '/v1/statements');
  }

  /** A refusal is believed when the log does not have the statement. */
  async #postBelievingNothing(
    statement: Uint8Array,
    id: string,
    verifier: ClientVerifier,
    { from, signal }: SubmitOptions,
  ): Promise<Committed> {
    try {
      return await this.#post(statement, signal);
    } catch (error) {
      const isRefusal =
        error instanceof ProblemError && !error.retryable && error.problem.status > 0;
      if (isRefusal && from !== undefined) await requireNotInLog(verifier, id, { from, signal });
      throw error;
    }
  }
}

/** A client that pins the trust file its node gives now: good against later changes, not against this node. */
export async function connect(options: ConnectionOptions & VerifyOptions): Promise<HefuClient> {
  const document = await new HefuClient({ ...options, verify: false }).trust();
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

/** Bytes as a body: DOM types ask for a buffer that is not shared, which ours never is. */
function asBody(bytes: Uint8Array): RequestBody {
  return bytes as Uint8Array<ArrayBuffer>;
}
