import { toHex } from '@hefu/bytes';
import { FOREIGN_STATEMENT_BYTES_MAX, parseForeignStatement } from '@hefu/protocol';
import type { ForeignStatement } from '@hefu/protocol';
import type { Chain } from '../chain.ts';
import type { Engine } from '../engine-port.ts';
import type { Clock, SignatureChecker } from '../ports.ts';
import type { ChainReader } from '../reader.ts';
import { registrationOf } from './read-registration.ts';

/** What became of a foreign statement. `ok` means durable: its digest is in the log. */
export type RegisterResult =
  | {
      readonly ok: true;
      /** Hex of its digest. */
      readonly id: string;
      readonly height: number;
      /** Place of the digest in the log. */
      readonly logIndex: number;
      /** It had been registered before; this is that entry. */
      readonly duplicate?: true;
    }
  | { readonly ok: false; readonly id?: string; readonly code: string };

/** Foreign statements on their way at once: few systems send them, and each is checked by itself. */
export const REGISTRATIONS_MAX = 1_000;

export interface RegistrationsOptions {
  readonly chain: Chain;
  readonly engine: Engine;
  readonly reader: ChainReader;
  readonly clock: Clock;
  readonly signatures: SignatureChecker;
}

/** Takes foreign statements in: judged as the next block would, signature checked on all cores, then brought into order. */
export class Registrations {
  readonly #options: RegistrationsOptions;
  /** By hex of the digest, which covers the signature: nobody's bad copy stands in a good one's way. */
  readonly #underWay = new Map<string, Promise<RegisterResult>>();

  constructor(options: RegistrationsOptions) {
    this.#options = options;
  }

  /** Never throws for what a client sends. */
  async register(bytes: Uint8Array): Promise<RegisterResult> {
    const { engine, chain, reader } = this.#options;
    if (engine.halted) return { ok: false, code: 'halted' };
    if (chain.spec.hashName !== 'sha256') return { ok: false, code: 'suite-has-no-standard' };
    if (bytes.length > FOREIGN_STATEMENT_BYTES_MAX) return { ok: false, code: 'scitt-too-large' };
    const parsed = parseForeignStatement(bytes);
    if (!parsed.ok) return parsed;
    const { statement } = parsed;
    const id = toHex(statement.digest);
    const twin = this.#underWay.get(id);
    if (twin !== undefined) return asDuplicate(await twin);
    const known = registered(reader, statement.digest);
    if (known !== undefined) return asDuplicate(known);
    if (this.#underWay.size >= REGISTRATIONS_MAX) return { ok: false, id, code: 'queue-full' };
    const result = this.#run(statement, id);
    this.#underWay.set(id, result);
    try {
      return await result;
    } finally {
      this.#underWay.delete(id);
    }
  }

  /** Resolves when all that was sent is answered. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay.values());
  }

  async #run(statement: ForeignStatement, id: string): Promise<RegisterResult> {
    const { engine } = this.#options;
    try {
      return await this.#checkAndOrder(statement, id);
    } catch (error) {
      // The store can't be read, say. Nothing that a client sends leads here.
      engine.halt(error);
      return { ok: false, id, code: 'halted' };
    }
  }

  async #checkAndOrder(statement: ForeignStatement, id: string): Promise<RegisterResult> {
    const { chain, clock, engine, signatures, reader } = this.#options;
    const judgement = chain.previewForeign(statement, clock.nowMs());
    if (!judgement.ok) return { ok: false, id, code: judgement.code };
    const { publicKey } = judgement;
    const { algorithm, toBeSigned: message, signature } = statement;
    const items = [{ algorithm, publicKey, message, signature }];
    // A checking thread that dies takes its batch with it, and another one follows: once more, then something is broken.
    const [isGood] = await signatures
      .verifyBatch(items)
      .catch(async () => signatures.verifyBatch(items));
    if (isGood !== true) return { ok: false, id, code: 'signature-wrong' };
    const [ordered] = await engine.order([{ foreign: statement, verifiedBy: publicKey }]);
    if (ordered === undefined) throw new Error('the engine gave no answer');
    if (!ordered.ok) return { ok: false, id, code: ordered.code };
    const { result, height } = ordered;
    if (result.entered) return { ok: true, id, height, logIndex: result.logIndex };
    const known = result.code === 'duplicate' ? registered(reader, statement.digest) : undefined;
    return known === undefined ? { ok: false, id, code: result.code } : asDuplicate(known);
  }
}

function registered(reader: ChainReader, digest: Uint8Array): RegisterResult | undefined {
  const known = registrationOf(reader, digest);
  if (known === undefined) return undefined;
  return { ok: true, id: toHex(digest), height: known.height, logIndex: known.index };
}

function asDuplicate(result: RegisterResult): RegisterResult {
  return result.ok ? { ...result, duplicate: true } : result;
}
