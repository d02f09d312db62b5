/** Counts the bytes that objects take, those being written included. */
export interface Quota {
  /** Takes `bytes`; false, and nothing is taken, when that would exceed this quota or the one around it. */
  take(bytes: number): boolean;
  /** Takes `bytes` that are there already, whatever the limit. */
  count(bytes: number): void;
  /** Gives `bytes` back. */
  release(bytes: number): void;
  /** Bytes taken now. */
  readonly usedBytes: number;
  /** Bytes not taken. */
  readonly freeBytes: number;
}

/**
 * A quota of `limitBytes`, nothing of it taken; without a limit it only counts. What is taken of it is taken of `within`
 * too: the quota of all vaults of a chain around those of single organisations.
 */
export function createQuota(limitBytes: number = Infinity, within?: Quota): Quota {
  let used = 0;
  return {
    take(bytes) {
      if (used + bytes > limitBytes) return false;
      if (within?.take(bytes) === false) return false;
      used += bytes;
      return true;
    },
    count(bytes) {
      used += bytes;
      within?.count(bytes);
    },
    release(bytes) {
      const released = Math.min(bytes, used);
      used -= released;
      within?.release(released);
    },
    get usedBytes() {
      return used;
    },
    get freeBytes() {
      return Math.max(0, Math.min(limitBytes - used, within?.freeBytes ?? Infinity));
    },
  };
}
