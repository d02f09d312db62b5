/** Arrays this long or shorter lie in the heap itself and cost little. */
const IN_HEAP_BYTES_MAX = 64;
/** Bytes that short-lived arrays share; an eighth of it is the longest that is taken from it. */
const POOL_BYTES = 16 * 1024;
const SHARED_BYTES_MAX: number = POOL_BYTES / 8;

let pool: Uint8Array<ArrayBuffer> = new Uint8Array(0);
let used = 0;

/**
 * An array of `size` bytes, not zeroed, for what lives no longer than the work in hand. It shares its buffer with others, because
 * an array of its own costs an allocation outside the heap and its release, more than most of what is put into one (measured).
 * Whoever keeps one for long keeps 16 KiB, and whoever hands its buffer to another thread hands over strangers' bytes: copy first.
 */
export function shortLivedBytes(size: number): Uint8Array<ArrayBuffer> {
  if (size <= IN_HEAP_BYTES_MAX || size > SHARED_BYTES_MAX) return new Uint8Array(size);
  if (used + size > pool.length) {
    pool = new Uint8Array(POOL_BYTES);
    used = 0;
  }
  const bytes = pool.subarray(used, used + size);
  used += size;
  return bytes;
}
