import { toHex } from '@hefu/bytes';
import type { OutcomeData } from '@hefu/contract';
import { parseStatement } from '@hefu/protocol';
import type { Statement } from '@hefu/protocol';
import type { Attachment } from './attachments.ts';
import type { Chain } from './chain.ts';
import type { Engine, Ordered } from './engine-port.ts';
import { preflight } from './preflight.ts';
import type { PreflightOptions } from './preflight.ts';
import type { Clock, SignatureChecker, SignatureItem } from './ports.ts';

/** What became of a submitted statement. `ok` means durable: it has an entry, whatever the entry's code. */
export type SubmitResult =
  | {
      readonly ok: true;
      readonly id: string;
      readonly height: number;
      readonly position: number;
      readonly logIndex: number;
      /** The entry's code: `ok`, or why it was refused. */
      readonly code: string;
      readonly data?: OutcomeData;
      /** The same statement had been taken in before; this is its first result. */
      readonly duplicate?: true;
    }
  | SubmitRefusal;

/** No entry was made; submitting it again may help only where the code is retryable. */
export interface SubmitRefusal {
  readonly ok: false;
  readonly id?: string;
  readonly code: string;
  readonly data?: OutcomeData;
}

/** Codes of refusals that say something about the node, not about the statement. */
export const RETRYABLE_CODES: ReadonlySet<string> = new Set(['queue-full', 'store-full', 'halted']);

/** Statements on their way at once, from admission to their block; more are refused with `queue-full`. */
export const IN_FLIGHT_MAX = 100_000;
/** Bytes of the statements on their way: so many of the largest size would be 6.5 GB. */
export const IN_FLIGHT_BYTES_MAX: number = 256 * 1024 * 1024;

/** What may be on its way at once. */
export interface InFlightLimits {
  readonly statementsMax: number;
  readonly bytesMax: number;
}

export interface IntakeOptions extends PreflightOptions {
  readonly chain: Chain;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly signatures: SignatureChecker;
  /** The committed result of a statement that has an entry. */
  readonly resultOf: (id: Uint8Array) => SubmitResult | undefined;
  /** Lower bounds than IN_FLIGHT_MAX and IN_FLIGHT_BYTES_MAX, where memory is short. */
  readonly inFlight?: InFlightLimits;
}

/** What became of statements, by name. Lacks those that a fault of this node left without an answer. */
type Results = ReadonlyMap<string, SubmitResult>;

interface Pending {
  readonly statement: Statement;
  readonly publicKey: Uint8Array;
  readonly attachment: Attachment | undefined;
  /** Hex of the statement id. */
  readonly id: string;
  /**
   * Id and signature in hex. What is under way is known by both: with the id alone, a copy with a wrong signature sent first would
   * have the right one refused.
   */
  readonly name: string;
  /** Places in the answer: one for each time that the body holds the statement. */
  readonly places: number[];
}

/**
 * Where statements come in: form, chain, expiry, duplicates and what would certainly be refused are seen here, signatures on all
 * cores, and only what passes is ordered. Execution judges everything again; nothing here decides for the chain.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #limits: InFlightLimits;
  /** Statements on their way, by name, with what becomes of all that came with them: the same one submitted meanwhile gets the same answer. */
  readonly #inFlight = new Map<string, Promise<Results>>();
  #inFlightBytes = 0;
  #closed = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#limits = options.inFlight ?? {
      statementsMax: IN_FLIGHT_MAX,
      bytesMax: IN_FLIGHT_BYTES_MAX,
    };
  }

  /** Submits statements; answers in the same order, each when it is durable or refused. Never rejects. */
  async submit(statements: readonly Uint8Array[]): Promise<SubmitResult[]> {
    const results: SubmitResult[] = [];
    const elsewhere: Promise<void>[] = [];
    const pending = new Map<string, Pending>();
    for (const [place, bytes] of statements.entries()) {
      // What waits for its answer is put in its place when that is known.
      const early = this.#admit(bytes, place, pending) ?? ON_ITS_WAY;
      if (early instanceof Promise) {
        results.push(ON_ITS_WAY);
        elsewhere.push(early.then((result) => void (results[place] = result)));
      } else {
        results.push(early);
      }
    }
    const work = this.#run([...pending.values()]);
    for (const { name, statement } of pending.values()) {
      this.#inFlight.set(name, work);
      this.#inFlightBytes += statement.bytes.length;
    }
    const done = await work;
    for (const { id, name, places, statement } of pending.values()) {
      this.#inFlight.delete(name);
      this.#inFlightBytes -= statement.bytes.length;
      const result = done.get(name) ?? refusal(id, 'halted');
      for (const [nth, place] of places.entries()) {
        results[place] = nth === 0 ? result : asDuplicate(result);
      }
    }
    await Promise.all(elsewhere);
    return results;
  }

  /** Takes nothing in any more, and waits until what is on its way has its answer. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#inFlight.values());
  }

  /** The answer, when it is known at once; otherwise the statement is put among the pending ones. */
  #admit(
    bytes: Uint8Array,
    place: number,
    pending: Map<string, Pending>,
  ): SubmitResult | Promise<SubmitResult> | undefined {
    const { chain, engine } = this.#options;
    const parsed = parseStatement(bytes, chain.spec.hashName);
    if (!parsed.ok) return { ok: false, code: parsed.code };
    const id = toHex(parsed.statement.id);
    if (this.#closed || engine.halted) return refusal(id, 'halted');
    try {
      return this.#judge(parsed.statement, id, place, pending);
    } catch (error) {
      // The store can't be read, say. Nothing that a client sends leads here.
      engine.halt(error);
      return refusal(id, 'halted');
    }
  }

  #judge(
    statement: Statement,
    id: string,
    place: number,
    pending: Map<string, Pending>,
  ): SubmitResult | Promise<SubmitResult> | undefined {
    const { chain, clock } = this.#options;
    const name = id + toHex(statement.signature);
    const twin = pending.get(name);
    if (twin !== undefined) {
      twin.places.push(place);
      return undefined;
    }
    const underway = this.#inFlight.get(name);
    if (underway !== undefined) {
      return underway.then((done) => asDuplicate(done.get(name) ?? refusal(id, 'halted')));
    }
    const judgement = chain.preview(statement, clock.nowMs());
    // Execution knows duplicates anyway; only one that would be refused for another reason, such as its age, is looked up here.
    if (!judgement.ok) return this.#known(statement.id) ?? refusal(id, judgement.code);
    const { organisation } = judgement.signer.memberRecord;
    if (
      judgement.refused === undefined &&
      chain.isQuotaSpent(organisation, statement.contract, clock.nowMs())
    ) {
      return this.#known(statement.id) ?? refusal(id, 'statement-quota-exceeded');
    }
    const checked = preflight(statement, this.#options);
    // Who is suspended gets an entry that says so. Its attachment goes along all the same: the block may find the member reinstated.
    if (!checked.ok && judgement.refused === undefined) {
      return this.#known(statement.id) ?? { ...checked, id };
    }
    const attachment = checked.ok ? checked.attachment : undefined;
    if (this.#isFull(pending)) return refusal(id, 'queue-full');
    pending.set(name, {
      statement,
      attachment,
      publicKey: judgement.signer.key.publicKey,
      id,
      name,
      places: [place],
    });
    return undefined;
  }

  /** The first result of a statement that has an entry already. */
  #known(id: Uint8Array): SubmitResult | undefined {
    const known = this.#options.resultOf(id);
    return known === undefined ? undefined : asDuplicate(known);
  }

  #isFull(pending: ReadonlyMap<string, Pending>): boolean {
    const { statementsMax, bytesMax } = this.#limits;
    return this.#inFlight.size + pending.size >= statementsMax || this.#inFlightBytes >= bytesMax;
  }

  async #run(pending: readonly Pending[]): Promise<Results> {
    const done = new Map<string, SubmitResult>();
    if (pending.length === 0) return done;
    try {
      await this.#checkAndOrder(pending, done);
    } catch (error) {
      this.#options.engine.halt(error);
    }
    return done;
  }

  async #checkAndOrder(
    pending: readonly Pending[],
    done: Map<string, SubmitResult>,
  ): Promise<void> {
    const good = await this.#checkSignatures(pending, done);
    const ordered = await this.#options.engine.order(
      good.map(({ statement, id, publicKey, attachment }) => ({
        statement,
        name: id,
        verifiedBy: publicKey,
        ...(attachment === undefined ? {} : { attachment }),
      })),
    );
    for (const [index, each] of good.entries()) {
      const result = ordered[index];
      if (result !== undefined) done.set(each.name, this.#resultOf(each, result));
    }
  }

  async #checkSignatures(
    pending: readonly Pending[],
    done: Map<string, SubmitResult>,
  ): Promise<Pending[]> {
    const items = pending.map(({ statement, publicKey }): SignatureItem => ({
      algorithm: statement.algorithm,
      publicKey,
      message: statement.toBeSigned,
      signature: statement.signature,
    }));
    const { signatures } = this.#options;
    // A checking thread that dies takes its batch with it, and another one follows: once more, then something is broken.
    const verdicts = await signatures
      .verifyBatch(items)
      .catch(async () => signatures.verifyBatch(items));
    return pending.filter(({ id, name }, index) => {
      if (verdicts[index] === true) return true;
      done.set(name, refusal(id, 'signature-wrong'));
      return false;
    });
  }

  #resultOf({ id, statement }: Pending, ordered: Ordered): SubmitResult {
    if (!ordered.ok) return refusal(id, ordered.code);
    const { result } = ordered;
    if (!result.entered) {
      const known = result.code === 'duplicate' ? this.#known(statement.id) : undefined;
      return known ?? refusal(id, result.code);
    }
    return {
      ok: true,
      id,
      height: ordered.height,
      position: result.position,
      logIndex: result.logIndex,
      code: result.code,
      ...(result.data === undefined ? {} : { data: result.data }),
    };
  }
}

/** Stands in an answer until it is known. */
const ON_ITS_WAY: SubmitRefusal = Object.freeze({ ok: false, code: 'halted' });

function refusal(id: string, code: string): SubmitRefusal {
  return { ok: false, id, code };
}

function asDuplicate(result: SubmitResult): SubmitResult {
  return result.ok ? { ...result, duplicate: true } : result;
}
