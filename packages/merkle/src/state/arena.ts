/** Size of the first chunk; each further one is twice as large, up to the largest. */
const CHUNK_BYTES_FIRST = 1024;
/** Large enough that a chunk costs nothing a record, small enough to be let go soon. */
const CHUNK_BYTES_MAX: number = 256 * 1024;

/**
 * Hands out zeroed pieces of larger arrays: an array of its own costs ten times as much as a view
 * once it has more than 64 bytes (measured). A chunk lives as long as any piece of it: that is why
 * the first ones are small, so that the records of a small block, which a cache may keep for long,
 * hold little more memory than they need.
 */
export class Arena {
  #chunk: Uint8Array = new Uint8Array(0);
  #used: number = 0;

  take(size: number): Uint8Array {
    if (size > CHUNK_BYTES_MAX / 4) return new Uint8Array(size);
    if (this.#used + size > this.#chunk.length) {
      this.#chunk = new Uint8Array(nextSize(this.#chunk.length, size));
      this.#used = 0;
    }
    const piece = this.#chunk.subarray(this.#used, this.#used + size);
    this.#used += size;
    return piece;
  }
}

function nextSize(last: number, needed: number): number {
  return Math.min(CHUNK_BYTES_MAX, Math.max(CHUNK_BYTES_FIRST, 2 * last, 2 * needed));
}
