import { equalBytes, toHex, utf8Decode } from '@hefu/bytes';
import { verifyCheckpoint } from '@hefu/protocol';
import type { ValidatorSet } from '@hefu/protocol';
import type { ChainSpec } from '../chain-spec.ts';
import type { Head } from '../head.ts';
import { checkpointKey, numberOfKey } from '../keys.ts';
import type { StoreReader } from '../store-port.ts';
import type { Findings } from './report.ts';
import { ExpectedRows } from './rows.ts';

/** A block's place and the log after it. */
interface Sealed {
  readonly height: number;
  readonly size: number;
  readonly root: Uint8Array;
  /** Who signs it. */
  readonly set: ValidatorSet;
}

/** Proves the checkpoints beside the log: for each size the first, and at most one more, from the last heartbeat before the next block. */
export class CheckpointCheck {
  readonly #findings: Findings;
  readonly #spec: ChainSpec;
  readonly #rows: ExpectedRows;
  #timeSeconds = 0;
  /** Height of the last checkpoint that was there. */
  #height = -1;

  constructor(store: StoreReader, findings: Findings, spec: ChainSpec) {
    this.#findings = findings;
    this.#spec = spec;
    this.#rows = new ExpectedRows(store, findings, 'checkpoints');
  }

  /** The checkpoints of a block's size. */
  block(sealed: Sealed): void {
    // One of the size before can't be younger than this block.
    if (this.#height >= sealed.height) {
      this.#findings.add('checkpoint-wrong', this.#height, 'height');
    }
    const first = this.#rows.take(checkpointKey(sealed.size, sealed.height));
    if (first === undefined) this.#findings.add('checkpoint-missing', sealed.size);
    else this.#note(first, sealed);
    this.#height = sealed.height;
    const beat = this.#rows.takeBelow(checkpointKey(sealed.size + 1, 0));
    if (beat === undefined) return;
    const [key, bytes] = beat;
    const height = numberOfKey(key.subarray(8));
    if (!equalBytes(key, checkpointKey(sealed.size, height)) || height <= sealed.height) {
      this.#findings.add('row-unexpected', `checkpoints/${toHex(key)}`);
      return;
    }
    this.#height = height;
    this.#note(bytes, sealed);
  }

  finish(head: Head, entryHeight: number): void {
    this.#rows.finish();
    // A heartbeat after the last block has signed anew.
    if (head.height === this.#height) return;
    const code = head.height > entryHeight ? 'checkpoint-missing' : 'checkpoint-wrong';
    this.#findings.add(code, head.size, 'height');
  }

  close(): void {
    this.#rows.close();
  }

  #note(bytes: Uint8Array, { size, root, set }: Sealed): void {
    const spec = this.#spec;
    this.#findings.counts.checkpoints++;
    const verdict = verifyCheckpoint({
      note: utf8Decode(bytes) ?? '',
      suite: spec.genesis.suite,
      chain: spec.chain,
      set,
      exact: true,
    });
    if (!verdict.ok) {
      this.#findings.add('checkpoint-wrong', size, verdict.code);
      return;
    }
    if (verdict.size !== size || !equalBytes(verdict.root, root)) {
      this.#findings.add('checkpoint-wrong', size, 'root');
    }
    if (verdict.timeSeconds < this.#timeSeconds) {
      this.#findings.add('checkpoint-wrong', size, 'time');
    }
    this.#timeSeconds = verdict.timeSeconds;
  }
}
