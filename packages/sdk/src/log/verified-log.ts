import { equalBytes, toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import {
  consistencyPathFromTiles,
  rootFromTiles,
  TileError,
  verifyConsistency,
} from '@hefu/merkle';
import type { Hasher } from '@hefu/merkle';
import { parseTrustAsync, treeHasher, validatorsDigest } from '@hefu/protocol';
import type { Trust, TrustDocument } from '@hefu/protocol';
import type { NodeHttp } from '../http.ts';
import { clientProblem } from '../problem.ts';
import { FAULT_FORMAT, ProofError } from '../proof-error.ts';
import type { FaultParts, ProofFaultCode } from '../proof-error.ts';
import { isRolledBack, verifySeen } from './checkpoint-seen.ts';
import type { SeenCheckpoint } from './checkpoint-seen.ts';
import type { SeenStore } from './seen-store.ts';
import { LogTiles } from './tiles.ts';

/** What the format field of a remembered checkpoint says. */
const SEEN_FORMAT = 'hefu-seen/1';
/** Checkpoints known to belong to the history that was seen; beyond that the oldest are proven again. */
const PROVEN_MAX = 1_000;
/** How far the validators' clocks may be ahead of ours. */
export const CLOCK_AHEAD_MS_MAX = 5 * 60 * 1000;

/** What the log of a chain is verified with. */
export interface VerifiedLogOptions {
  readonly trust: Trust;
  readonly http: NodeHttp;
  readonly store: SeenStore;
  readonly now: () => number;
  /** Told of the trust file that goes on from `trust`. */
  readonly onTrust?: ((document: TrustDocument) => void | Promise<void>) | undefined;
}

/**
 * The one history of a chain's log, as far as this client has seen it. Every checkpoint that comes with an answer is
 * verified and shown to belong to that history (RFC 9162 §2.1.4), by tiles; the newest is remembered.
 */
export class VerifiedLog {
  readonly tiles: LogTiles;
  readonly #options: VerifiedLogOptions;
  /** Follows the validators' handovers. */
  #trust: Trust;
  #newest: SeenCheckpoint | undefined;
  #isLoaded = false;
  readonly #proven = new Set<string>();
  /** Checkpoints are judged one after the other, so that each is held against the one before. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: VerifiedLogOptions) {
    this.#options = options;
    this.#trust = options.trust;
    this.tiles = new LogTiles(options.http);
  }

  /** The trust file, with the handovers learned since. */
  get trust(): Trust {
    return this.#trust;
  }

  get hasher(): Hasher {
    return treeHasher(suiteHash(this.#trust.suite));
  }

  /** The newest checkpoint seen so far; undefined when none was. Throws ProblemError `seen-damaged`. */
  async newest(): Promise<SeenCheckpoint | undefined> {
    return this.#inTurn(async () => this.#load());
  }

  /**
   * Verifies a checkpoint, and that it belongs to the history seen so far. Throws ProofError:
   * `checkpoint-not-verified`, `log-forked`, `log-rolled-back`, `log-not-consistent`, `tiles-wrong`.
   */
  async see(note: string, signal?: AbortSignal): Promise<SeenCheckpoint> {
    return this.#inTurn(async () => this.#see(note, signal));
  }

  /**
   * The checkpoint of now: not smaller than any seen, and at most `freshMs` old. Throws ProofError `node-behind`,
   * `checkpoint-stale`, `checkpoint-from-future`, and what {@link see} throws.
   */
  async current(freshMs: number, signal?: AbortSignal): Promise<SeenCheckpoint> {
    const before = await this.newest();
    const headers = { accept: 'text/plain' };
    const note = await this.#options.http.text({ path: '/log/checkpoint', headers, signal });
    const shown = await this.see(note, signal);
    this.requireNewest(shown, before);
    this.requireFresh(shown, freshMs);
    return shown;
  }

  /**
   * Throws ProofError `node-behind` when a larger checkpoint had been seen before the question was asked. One that came in
   * meanwhile proves nothing against an answer that was under way.
   */
  requireNewest(shown: SeenCheckpoint, before: SeenCheckpoint | undefined): void {
    if (before === undefined || shown.size >= before.size) return;
    const detail = `${shown.size} entries; ${before.size} have been seen before`;
    throw this.fault('node-behind', detail, { seen: before.note, shown: shown.note });
  }

  /** Throws ProofError `checkpoint-stale` or `checkpoint-from-future`. */
  requireFresh(shown: SeenCheckpoint, freshMs: number): void {
    const ageMs = this.#options.now() - shown.timeSeconds * 1000;
    const parts = { shown: shown.note };
    if (ageMs > freshMs) {
      throw this.fault('checkpoint-stale', `signed ${Math.round(ageMs / 1000)} s ago`, parts);
    }
    if (ageMs < -CLOCK_AHEAD_MS_MAX) {
      const detail = `signed ${Math.round(-ageMs / 1000)} s ahead of this clock`;
      throw this.fault('checkpoint-from-future', detail, parts);
    }
  }

  /** A fault of the node, with its evidence. */
  fault(code: ProofFaultCode, detail: string, parts: FaultParts = {}, cause?: unknown): ProofError {
    const { http, now } = this.#options;
    const { chain, genesis } = this.#trust;
    const evidence = {
      format: FAULT_FORMAT,
      code,
      chain,
      genesis: toHex(genesis),
      detail,
      noticed: new Date(now()).toISOString(),
      node: http.url,
      ...parts,
    } as const;
    return new ProofError(evidence, cause === undefined ? undefined : { cause });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #see(note: string, signal: AbortSignal | undefined): Promise<SeenCheckpoint> {
    const newest = await this.#load();
    // Answers of one moment carry one checkpoint: it is verified once.
    if (newest?.note === note) return newest;
    const shown = await this.#verified(note, signal);
    if (newest === undefined) {
      await this.#remember(shown);
      return shown;
    }
    const parts = { seen: newest.note, shown: note };
    if (shown.size === newest.size) {
      if (!equalBytes(shown.root, newest.root)) {
        throw this.fault('log-forked', `two roots of ${shown.size} entries`, parts);
      }
      // Signed anew, on an idle chain: only its time has moved.
      if (shown.timeSeconds > newest.timeSeconds) await this.#remember(shown);
      return shown;
    }
    const [smaller, larger] = shown.size < newest.size ? [shown, newest] : [newest, shown];
    const key = keyOf(smaller);
    if (shown === smaller && this.#proven.has(key)) return shown;
    if (shown === smaller && isRolledBack(smaller, larger)) {
      const detail = `${larger.size} entries were signed before, ${smaller.size} later`;
      throw this.fault('log-rolled-back', detail, parts);
    }
    await this.#requireConsistent(smaller, larger, parts, signal);
    if (this.#proven.size >= PROVEN_MAX) this.#proven.clear();
    this.#proven.add(key);
    if (shown === larger) await this.#remember(shown);
    return shown;
  }

  async #verified(note: string, signal: AbortSignal | undefined): Promise<SeenCheckpoint> {
    const verdict = await verifySeen(note, this.#trust);
    if (verdict.ok) return verdict.seen;
    // The validators may have handed over since the trust file was made; then the node can show how.
    const again = (await this.#followHandovers(signal))
      ? await verifySeen(note, this.#trust)
      : verdict;
    if (again.ok) return again.seen;
    throw this.fault('checkpoint-not-verified', again.code, { shown: note });
  }

  /** Whether the node's trust file leads further than ours; ours is then extended, never replaced. */
  async #followHandovers(signal: AbortSignal | undefined): Promise<boolean> {
    const answer = await this.#options.http.json({ path: '/v1/trust', signal });
    const verdict = await parseTrustAsync(answer);
    if (!verdict.ok || !extendsTrust(this.#trust, verdict.trust)) return false;
    this.#trust = verdict.trust;
    // It was read as one just now.
    await this.#options.onTrust?.(answer as TrustDocument);
    return true;
  }

  async #requireConsistent(
    smaller: SeenCheckpoint,
    larger: SeenCheckpoint,
    parts: FaultParts,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { hasher } = this;
    const sizes = `${smaller.size} to ${larger.size} entries`;
    const claim = { hasher, size1: smaller.size, size2: larger.size };
    const roots = { root1: smaller.root, root2: larger.root };
    try {
      const path = await this.tiles.use(
        (read) => consistencyPathFromTiles(hasher, claim.size1, claim.size2, read),
        signal,
      );
      if (verifyConsistency({ ...claim, ...roots, path })) return;
      // Tiles that make the larger root are true to it; then the smaller one is of another history.
      const root = await this.tiles.use((read) => rootFromTiles(hasher, larger.size, read), signal);
      const isFork = equalBytes(root, larger.root);
      this.tiles.clear();
      throw this.fault(isFork ? 'log-forked' : 'tiles-wrong', sizes, parts);
    } catch (error) {
      if (!(error instanceof TileError)) throw error;
      this.tiles.clear();
      throw this.fault('log-not-consistent', `${sizes}: ${error.message}`, parts, error);
    }
  }

  async #load(): Promise<SeenCheckpoint | undefined> {
    if (this.#isLoaded) return this.#newest;
    const text = await this.#options.store.load(this.#trust.chain);
    if (text !== undefined) this.#newest = await this.#read(text);
    this.#isLoaded = true;
    return this.#newest;
  }

  async #read(text: string): Promise<SeenCheckpoint> {
    const { checkpoint, genesis } = readSeen(text);
    if (checkpoint === undefined || genesis !== toHex(this.#trust.genesis)) {
      throw clientProblem('seen-damaged', `what was seen of ${this.#trust.chain} can't be read`);
    }
    return this.#verified(checkpoint, undefined);
  }

  async #remember(seen: SeenCheckpoint): Promise<void> {
    const { chain, genesis } = this.#trust;
    const document = { format: SEEN_FORMAT, chain, genesis: toHex(genesis), checkpoint: seen.note };
    await this.#options.store.save(chain, JSON.stringify(document));
    this.#newest = seen;
  }
}

function keyOf({ size, root }: SeenCheckpoint): string {
  return `${size} ${toHex(root)}`;
}

function readSeen(text: string): { readonly checkpoint?: string; readonly genesis?: string } {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value !== 'object' || value === null) return {};
    const { format, checkpoint, genesis } = value as Readonly<Record<string, unknown>>;
    if (format !== SEEN_FORMAT) return {};
    if (typeof checkpoint !== 'string' || typeof genesis !== 'string') return {};
    return { checkpoint, genesis };
  } catch {
    return {};
  }
}

/** Whether a trust file begins with everything that ours says, and goes on. */
function extendsTrust(ours: Trust, theirs: Trust): boolean {
  if (ours.chain !== theirs.chain || ours.suite !== theirs.suite) return false;
  if (!equalBytes(ours.genesis, theirs.genesis)) return false;
  if (theirs.spans.length <= ours.spans.length) return false;
  const hashName = suiteHash(ours.suite);
  return ours.spans.every(({ fromSize, set }, position) => {
    const span = theirs.spans[position];
    if (span === undefined || span.fromSize !== fromSize) return false;
    const digest = validatorsDigest(hashName, set, position);
    return equalBytes(validatorsDigest(hashName, span.set, position), digest);
  });
}
