import { equalBytes } from '@hefu/bytes';
import { decodeEntry } from '@hefu/protocol';

/** An entry that can't stand where it stands. */
export interface OrderFault {
  readonly code: 'entry-malformed' | 'genesis-wrong' | 'entry-out-of-order';
  readonly index: number;
}

/**
 * Looks at entries one after the other: the genesis first; heights that rise, each block's entries numbered from 0 and
 * closed by its block entry; a registered statement's digest followed by its registration; times that never go
 * back.
 */
export class EntryOrder {
  readonly #genesis: Uint8Array;
  #index = 0;
  #height = -1;
  #time = 0;
  /** Entries of the block under way. */
  #open = 0;
  #openHeight = -1;
  /** A registered statement's digest whose registration has to follow. */
  #foreign: Uint8Array | undefined;

  /** `genesis` is the digest that the trust file names. */
  constructor(genesis: Uint8Array) {
    this.#genesis = genesis;
  }

  /** Takes the next entry; a fault when it does not fit. */
  next(bytes: Uint8Array): OrderFault | undefined {
    const index = this.#index++;
    const verdict = decodeEntry(bytes);
    if (!verdict.ok) return { code: 'entry-malformed', index };
    const { entry } = verdict;
    if ((entry.kind === 'genesis') !== (index === 0)) return { code: 'entry-out-of-order', index };
    if (entry.kind === 'genesis') {
      if (!equalBytes(entry.genesisDigest, this.#genesis)) return { code: 'genesis-wrong', index };
      this.#open = 1;
      this.#openHeight = 0;
      return undefined;
    }
    const foreign = this.#foreign;
    this.#foreign = undefined;
    if (entry.kind === 'foreign') {
      // It says nothing but a digest; where it belongs is said by its registration, which follows it.
      if (foreign !== undefined) return { code: 'entry-out-of-order', index };
      this.#foreign = entry.digest;
      return undefined;
    }
    const { height, time } = entry;
    if ((entry.kind === 'registration') !== (foreign !== undefined)) {
      return { code: 'entry-out-of-order', index };
    }
    if (time < this.#time || height <= this.#height) return { code: 'entry-out-of-order', index };
    if (this.#open > 0 && height !== this.#openHeight) return { code: 'entry-out-of-order', index };
    if (entry.kind === 'block') {
      if (entry.count !== this.#open) return { code: 'entry-out-of-order', index };
      this.#height = height;
      this.#time = time;
      this.#open = 0;
      return undefined;
    }
    if (entry.kind === 'registration') {
      if (foreign === undefined || !equalBytes(foreign, entry.digest)) {
        return { code: 'entry-out-of-order', index };
      }
      this.#open++;
    }
    if (entry.index !== this.#open) return { code: 'entry-out-of-order', index };
    this.#open++;
    this.#openHeight = height;
    return undefined;
  }

  /** Whether the last block is closed. */
  get isClosed(): boolean {
    return this.#open === 0 && this.#foreign === undefined;
  }
}
