/** Counts the bytes that objects take, those being written included. */
export interface Quota {
  /** Takes `bytes`; false, and nothing is taken, when that would exceed the quota. */
  take(bytes: number): boolean;
  /** Gives `bytes` back. */
  release(bytes: number): void;
  /** Bytes taken now. */
  readonly usedBytes: number;
  /** Bytes not taken. */
  readonly freeBytes: number;
}

/** A quota of `limitBytes`, of which `usedBytes` are taken. */
export function createQuota(limitBytes: number, usedBytes: number): Quota {
  let used = usedBytes;
  return {
    take(bytes) {
      if (used + bytes > limitBytes) return false;
      used += bytes;
      return true;
    },
    release(bytes) {
      used = Math.max(0, used - bytes);
    },
    get usedBytes() {
      return used;
    },
    get freeBytes() {
      return Math.max(0, limitBytes - used);
    },
  };
}
