import { hash } from '@hefu/crypto/hash';

const SUM_BYTES = 32;
const TABLES = ['indexes', 'due'] as const;

/** Tables outside the state tree that contracts read through. */
export type DerivedTable = (typeof TABLES)[number];

/**
 * A sum over all rows of the derived tables, kept with them in the store: no tree proves these rows, and one that is lost or changed
 * would have contracts come to other outcomes. The XOR of the rows' SHA-256, one for each table, so that adding and removing a row are the
 * same step and cost nothing for the rest. It finds damage; it is no proof against somebody who writes the store.
 */
export class DerivedSum {
  readonly #sums: Uint8Array;
  #changed = false;

  /** Goes on from what `bytes` gave; from nothing when there is none. */
  constructor(bytes?: Uint8Array) {
    this.#sums = new Uint8Array(TABLES.length * SUM_BYTES);
    if (bytes !== undefined) this.#sums.set(bytes.subarray(0, this.#sums.length));
  }

  /** Takes a row in that was not there, or out that was. */
  toggle(table: DerivedTable, key: Uint8Array, value: Uint8Array): void {
    const row = new Uint8Array(4 + key.length + value.length);
    new DataView(row.buffer).setUint32(0, key.length);
    row.set(key, 4);
    row.set(value, 4 + key.length);
    const sum = hash('sha256', row);
    const at = TABLES.indexOf(table) * SUM_BYTES;
    for (const [i, byte] of sum.entries()) this.#sums[at + i] = (this.#sums[at + i] ?? 0) ^ byte;
    this.#changed = true;
  }

  get changed(): boolean {
    return this.#changed;
  }

  /** Both sums, as they are stored. */
  get bytes(): Uint8Array {
    return this.#sums;
  }

  /** The sum of one table. */
  of(table: DerivedTable): Uint8Array {
    const at = TABLES.indexOf(table) * SUM_BYTES;
    return this.#sums.subarray(at, at + SUM_BYTES);
  }
}
