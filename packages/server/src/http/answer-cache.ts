import { entityTag } from './entity-tag.ts';

/** What a kept answer costs beside its bytes: objects, map slot, name. */
const OVERHEAD_BYTES = 400;

/** An answer as it was sent, with its tag. */
export interface KeptAnswer {
  readonly body: Buffer;
  readonly tag: string;
}

/** Answers that stay right for ever once they were right, within a number of bytes; the least lately asked for goes first. */
export class AnswerCache {
  readonly #bytesMax: number;
  /** In order of use. */
  readonly #answers = new Map<string, KeptAnswer>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get(name: string): KeptAnswer | undefined {
    const kept = this.#answers.get(name);
    if (kept === undefined) return undefined;
    this.#answers.delete(name);
    this.#answers.set(name, kept);
    return kept;
  }

  /** Keeps the text or the bytes, if they are not too large for that, and returns them as they are to be sent. */
  keep(name: string, content: string | Uint8Array, tag?: string): KeptAnswer {
    const body =
      typeof content === 'string'
        ? Buffer.from(content)
        : Buffer.from(content.buffer, content.byteOffset, content.length);
    const kept = { body, tag: tag ?? entityTag(body) };
    const before = this.#answers.get(name);
    if (before !== undefined) this.#drop(name, before);
    const cost = costOf(kept);
    if (cost > this.#bytesMax) return kept;
    this.#answers.set(name, kept);
    this.#bytes += cost;
    for (const [oldest, answer] of this.#answers) {
      if (this.#bytes <= this.#bytesMax) break;
      this.#drop(oldest, answer);
    }
    return kept;
  }

  #drop(name: string, answer: KeptAnswer): void {
    this.#answers.delete(name);
    this.#bytes -= costOf(answer);
  }
}

function costOf({ body }: KeptAnswer): number {
  return body.length + OVERHEAD_BYTES;
}
