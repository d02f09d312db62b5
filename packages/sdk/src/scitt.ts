import { CborTagged, decodeCbor, fromHex, toHex } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import {
  attachReceipts,
  parseForeignStatement,
  RECEIPTS_MAX,
  verifyReceiptsOf,
  verifyTransparentStatement,
} from '@hefu/protocol';
import type { TransparentStatementVerdict } from '@hefu/protocol';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import type { ReadOptions } from './calls.ts';
import type { HefuClient } from './client.ts';
import type { RequestBody } from './http.ts';
import { clientProblem, ProblemError } from './problem.ts';
import { sleep } from './sleep.ts';

/** Where statements of other systems are registered. */
const ENTRIES = '/scitt/entries';
const COSE = 'application/cose';
/** How long a final receipt is waited for unless the caller says otherwise. */
const RECEIPT_TIMEOUT_MS_DEFAULT = 60_000;
/** Pause between two questions for it, where the node names none. */
const RECEIPT_POLL_MS = 1_000;
/** Refusals that may pass. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 503, 504, 507]);

/** A registered statement, with what proves it. */
export interface Registration {
  /** Its digest, hex: the name of its entry. */
  readonly id: string;
  /** COSE Receipts, one for each validator. */
  readonly receipts: readonly Uint8Array[];
  /** The statement with its receipts (RFC 9943 §7). */
  readonly transparentStatement: Uint8Array;
}

export interface RegisterOptions extends ReadOptions {
  /** How long a final receipt may take. */
  readonly timeoutMs?: number;
}

/** SCITT (RFC 9943): statements of other systems, registered on the chain, and what proves that they are. */
export class ScittClient {
  readonly #client: HefuClient;

  constructor(client: HefuClient) {
    this.#client = client;
  }

  /**
   * Registers a Signed Statement and waits for its receipts, which are verified; the same one again gives the same entry. Throws
   * ProblemError with the refusal, `wait-timeout`; ProofError `receipt-not-verified`.
   */
  async register(statement: Uint8Array, options: RegisterOptions = {}): Promise<Registration> {
    const parsed = parseForeignStatement(statement);
    // What stands outside the signature is nobody's business; what can't be read is for the node to name.
    const body = parsed.ok ? parsed.statement.bytes : statement;
    const answer = await this.#client.http.ask({
      method: 'POST',
      path: ENTRIES,
      headers: { 'content-type': COSE, accept: COSE },
      body: body as Uint8Array<ArrayBuffer> satisfies RequestBody,
      signal: options.signal,
    });
    await requireGood(answer, ENTRIES);
    await answer.arrayBuffer();
    if (!parsed.ok) throw clientProblem('answer-not-understood', `${ENTRIES} took ${parsed.code}`);
    const id = toHex(parsed.statement.digest);
    const receipts = await this.receipts(id, options);
    return { id, receipts, transparentStatement: attachReceipts(parsed.statement, receipts) };
  }

  /**
   * The receipts of a registered statement by its digest (hex), verified; waits while none is final. Throws ProblemError
   * `scitt-entry-not-found`, `wait-timeout`; ProofError `receipt-not-verified`.
   */
  async receipts(id: string, options: RegisterOptions = {}): Promise<readonly Uint8Array[]> {
    const receipts = await this.#ask(id, options);
    const { verifier } = this.#client;
    if (verifier === undefined || options.verify === false) return receipts;
    const { log } = verifier;
    const digest = fromHex(id);
    const wrong = (detail: string): Error =>
      log.fault('receipt-not-verified', detail, {
        asked: `receipts of entry ${id}`,
        answer: receipts.map(toHex),
      });
    if (digest === undefined) throw wrong('the id is no digest');
    let verdict = verifyReceiptsOf({ digest, receipts, trust: log.trust });
    if (verdict.code === 'scitt-quorum-short') {
      // The validators may have handed over since the trust file was made.
      const before = log.trust;
      await log.current(verifier.freshMs, options.signal);
      if (log.trust !== before) verdict = verifyReceiptsOf({ digest, receipts, trust: log.trust });
    }
    if (!verdict.ok) throw wrong(verdict.code ?? 'it does not hold');
    return receipts;
  }

  /**
   * One COSE Receipt of a registered statement, by its digest (hex): that of a validator, or of the first that signed; verified.
   * Throws as `receipts` does.
   */
  async receipt(
    id: string,
    options: ReadOptions & { readonly validator?: string } = {},
  ): Promise<Uint8Array> {
    await this.receipts(id, options);
    const path = `${ENTRIES}/${encodeURIComponent(id)}`;
    const { validator, signal } = options;
    const answer = await this.#client.http.ask({
      path,
      query: { validator },
      headers: { accept: COSE },
      signal,
    });
    await requireGood(answer, path);
    const receipt = new Uint8Array(await answer.arrayBuffer());
    const { verifier } = this.#client;
    if (verifier === undefined || options.verify === false) return receipt;
    const { log } = verifier;
    // That all of them together hold has been seen; this answer is another one.
    const digest = fromHex(id);
    const finding =
      digest && verifyReceiptsOf({ digest, receipts: [receipt], trust: log.trust }).receipts[0];
    const expected = validator ?? finding?.organisation;
    if (finding?.ok === true && finding.organisation === expected) return receipt;
    throw log.fault('receipt-not-verified', 'the receipt does not hold', {
      asked: `receipt of entry ${id}`,
      answer: toHex(receipt),
    });
  }

  /**
   * Verifies a Transparent Statement against the client's trust file; nothing is asked of any node. Throws TypeError when the
   * client takes the nodes' word.
   */
  verify(
    transparentStatement: Uint8Array,
    options: {
      readonly issuerKey?: {
        readonly algorithm: SignatureAlgorithm;
        readonly publicKey: Uint8Array;
      };
    } = {},
  ): TransparentStatementVerdict {
    const { verifier } = this.#client;
    if (verifier === undefined) throw new TypeError('verifying needs a trust file');
    const { trust } = verifier.log;
    return verifyTransparentStatement({ bytes: transparentStatement, trust, ...options });
  }

  async #ask(id: string, options: RegisterOptions): Promise<readonly Uint8Array[]> {
    const { timeoutMs = RECEIPT_TIMEOUT_MS_DEFAULT, signal } = options;
    const path = `${ENTRIES}/${encodeURIComponent(id)}/receipts`;
    for (let waitedMs = 0; ;) {
      const answer = await this.#client.http.ask({
        path,
        headers: { accept: 'application/cbor' },
        signal,
      });
      await requireGood(answer, path);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      if (answer.status !== 204) return receiptsIn(bytes, path);
      const pauseMs = retryMs(answer);
      waitedMs += pauseMs;
      if (waitedMs > timeoutMs) throw clientProblem('wait-timeout', `receipt of entry ${id}`);
      await sleep(pauseMs, signal);
    }
  }
}

function retryMs(answer: Response): number {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : RECEIPT_POLL_MS;
}

function receiptsIn(bytes: Uint8Array, path: string): readonly Uint8Array[] {
  const decoded = decodeCbor(bytes, { maps: 'map' });
  const items = decoded.ok && Array.isArray(decoded.value) ? decoded.value : [];
  const receipts = (items as readonly CborValue[]).filter((item) => item instanceof Uint8Array);
  if (receipts.length === 0 || receipts.length > RECEIPTS_MAX) {
    throw clientProblem('answer-not-understood', `${path} gave no receipts`);
  }
  return receipts;
}

/** Refusals here are concise problem documents (RFC 9290). Throws ProblemError. */
async function requireGood(answer: Response, path: string): Promise<void> {
  if (answer.status < 400) return;
  const { status } = answer;
  const decoded = decodeCbor(new Uint8Array(await answer.arrayBuffer()), {
    maps: 'map',
    tags: true,
  });
  const fields = decoded.ok && decoded.value instanceof Map ? decoded.value : undefined;
  const entries = fields as ReadonlyMap<CborKey, CborValue> | undefined;
  const [title, detail, type] = [entries?.get(-1), textOf(entries?.get(-2)), entries?.get(-3)];
  if (typeof title !== 'string' || typeof type !== 'string') {
    throw clientProblem('answer-not-understood', `${path} answered ${status}`);
  }
  throw new ProblemError({
    type,
    title: detail ?? title,
    status,
    code: type.slice(type.lastIndexOf('/') + 1),
    retryable: RETRYABLE.has(status),
  });
}

/** A text, or one with its language (tag 38). */
function textOf(value: CborValue | undefined): string | undefined {
  const text = value instanceof CborTagged && Array.isArray(value.value) ? value.value[1] : value;
  return typeof text === 'string' ? text : undefined;
}
