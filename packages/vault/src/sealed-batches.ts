import { concatBytes } from '@hefu/bytes';
import type { VaultFault } from './verdict.ts';

/** Where the sealed chunks of one object go. */
export interface SealedSink {
  /** Takes what is next; a refusal, such as of a quota, ends the object. */
  write(bytes: Uint8Array): Promise<VaultFault | undefined>;
}

/** Chunks written at once: 1 MiB, so that the disk is asked seldom. */
const BATCH_CHUNKS = 16;

/** Gathers sealed chunks and writes them while the next ones are sealed: at most two batches are held. */
export class SealedBatches {
  readonly #sink: SealedSink;
  #chunks: Uint8Array[] = [];
  /** The write under way. */
  #writing: Promise<VaultFault | undefined> = Promise.resolve(undefined);

  constructor(sink: SealedSink) {
    this.#sink = sink;
  }

  /** Takes a chunk; the refusal of an earlier one, when there was one. */
  async add(chunk: Uint8Array): Promise<VaultFault | undefined> {
    this.#chunks.push(chunk);
    return this.#chunks.length < BATCH_CHUNKS ? undefined : this.#begin();
  }

  /** Writes what is left, and waits for all. */
  async end(): Promise<VaultFault | undefined> {
    return (await this.#begin()) ?? this.#writing;
  }

  /** Waits until nothing is being written any more, whatever came of it. */
  async settled(): Promise<void> {
    await this.#writing.catch(() => undefined);
  }

  async #begin(): Promise<VaultFault | undefined> {
    const refusal = await this.#writing;
    if (refusal !== undefined || this.#chunks.length === 0) return refusal;
    const batch = concatBytes(...this.#chunks);
    this.#chunks = [];
    this.#writing = this.#sink.write(batch);
    // Whoever asks next is told; meanwhile nobody is.
    this.#writing.catch(() => undefined);
    return undefined;
  }
}
