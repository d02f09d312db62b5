import { decodeCbor, encodeCbor } from '@hefu/bytes';
import { MEMBERSHIP_CONTRACT } from '@hefu/protocol';
import type { Parameters } from './parameters.ts';
import type { BlockState } from './state/block-state.ts';
import type { ReadValue } from './state/signer-directory.ts';

/** Collection of membership that holds what organisations have used of their quotas; key = organisation id. */
export const USAGE_COLLECTION = 'usage';
/** Statements of one organisation on one day; absent or 0 sets no bound. */
export const STATEMENTS_PER_DAY_PARAMETER = 'organisationStatementsPerDayMax';

/** A day of UTC, without leap seconds, as blocks count time. */
const DAY_MS = 86_400_000;

/**
 * Counts the statements of each organisation that get an entry, in order, and tells when a day's are used up. Those to membership do not
 * count: a consortium must always be able to change its quota. Where none is set, nothing is read or written.
 */
export class QuotaMeter {
  readonly #max: number;
  readonly #day: number;
  readonly #read: ReadValue;
  readonly #used = new Map<string, number>();

  constructor(options: {
    readonly parameters: Parameters;
    readonly timeMs: number;
    readonly read: ReadValue;
  }) {
    this.#max = options.parameters[STATEMENTS_PER_DAY_PARAMETER] ?? 0;
    this.#day = Math.floor(options.timeMs / DAY_MS);
    this.#read = options.read;
  }

  /** Whether nothing is left for a statement of this organisation to this contract. */
  isSpent(organisation: string, contract: string): boolean {
    if (this.#max === 0 || contract === MEMBERSHIP_CONTRACT) return false;
    return this.#usedBy(organisation) >= this.#max;
  }

  /** Counts one. */
  count(organisation: string, contract: string): void {
    if (this.#max === 0 || contract === MEMBERSHIP_CONTRACT) return;
    this.#used.set(organisation, this.#usedBy(organisation) + 1);
  }

  /** Writes what was counted, once for each organisation. */
  flush(state: BlockState): void {
    for (const [organisation, statements] of this.#used) {
      const value = encodeCbor({ day: this.#day, statements });
      state.put(MEMBERSHIP_CONTRACT, USAGE_COLLECTION, organisation, value);
    }
  }

  #usedBy(organisation: string): number {
    const counted = this.#used.get(organisation);
    if (counted !== undefined) return counted;
    const bytes = this.#read(MEMBERSHIP_CONTRACT, USAGE_COLLECTION, organisation);
    if (bytes === undefined) return 0;
    const decoded = decodeCbor(bytes, { maps: 'object' });
    if (!decoded.ok) throw new Error(`the usage record of ${organisation} is malformed`);
    const { day, statements } = decoded.value as {
      readonly day?: number;
      readonly statements?: number;
    };
    return day === this.#day ? (statements ?? 0) : 0;
  }
}
