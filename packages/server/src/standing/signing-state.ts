import { closeSync, existsSync, fdatasyncSync, openSync, readSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { fromHex, toHex } from '@hefu/bytes';
import { writeFileAtomic } from '../node/files.ts';

/** Size and root of a log: what a checkpoint says. */
export interface LogHead {
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** What a node remembers of its last signature on a chain. */
export interface SignedHead {
  /** `intent`: about to be signed, so that it may have left; `committed`: in the store as well. */
  readonly phase: 'intent' | 'committed';
  readonly head: LogHead;
  /** Where the log stood before. */
  readonly before: LogHead;
}

/** Bytes of one of the two slots: a sector, so that a disk writes it whole or not at all. */
const SLOT_BYTES = 512;
const SLOTS = 2;
const FORMAT = 'hefu-signing-state/1';
const SUM_DIGITS = 16;

interface Slot extends SignedHead {
  readonly sequence: number;
}

/**
 * The signing state of one chain: what this node has signed last, in a file beside the chain. It is synced before a signature can
 * leave the node, and no backup holds it. Two slots are written in turn, in place, so that a crash leaves the earlier one whole
 * and a full disk does not matter.
 */
export class SigningState implements Disposable {
  readonly #file: number;
  #slot: Slot;

  private constructor(file: number, slot: Slot) {
    this.#file = file;
    this.#slot = slot;
  }

  /** Opens the file; undefined when it is not there. Throws an Error with the code `signing-state-damaged`. */
  static open(path: string): SigningState | undefined {
    if (!existsSync(path)) return undefined;
    const file = openSync(path, 'r+');
    const slot = readSlots(file);
    if (slot !== undefined) return new SigningState(file, slot);
    closeSync(file);
    throw Object.assign(
      new Error(`${path} is damaged: what this node has signed last is not known any more`),
      { code: 'signing-state-damaged' },
    );
  }

  /** Makes the file for a chain that stands at `head`. */
  static create(path: string, head: LogHead): SigningState {
    const slot: Slot = { phase: 'committed', head, before: head, sequence: 0 };
    writeFileAtomic(path, slotText(slot) + ' '.repeat(SLOT_BYTES - 1) + '\n');
    return new SigningState(openSync(path, 'r+'), slot);
  }

  get signed(): SignedHead {
    return this.#slot;
  }

  /**
   * To be called before `head` is signed: synced when it returns. Nothing is written when the same is signed again, as by a
   * heartbeat.
   */
  intend(head: LogHead): void {
    const { phase, head: last, before } = this.#slot;
    if (isSame(last, head)) return;
    // An intent that came to nothing was never committed, so that the log still stands where it stood before it.
    this.#write({ phase: 'intent', head, before: phase === 'committed' ? last : before });
    fdatasyncSync(this.#file);
  }

  /**
   * To be called when the store holds `head`. Not synced: should the machine stop now, the store says the same. It is what tells
   * a store that was set back from a block that was never committed.
   */
  committed(head: LogHead): void {
    const { phase, head: last } = this.#slot;
    if (phase === 'committed' && isSame(last, head)) return;
    this.#write({ phase: 'committed', head, before: head });
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }

  #write(signed: SignedHead): void {
    const slot = { ...signed, sequence: this.#slot.sequence + 1 };
    const bytes = Buffer.from(slotText(slot), 'latin1');
    const position = (slot.sequence % SLOTS) * SLOT_BYTES;
    for (let done = 0; done < bytes.length;) {
      done += writeSync(this.#file, bytes, done, bytes.length - done, position + done);
    }
    this.#slot = slot;
  }
}

/** Whether two heads are the same. */
export function isSame(left: LogHead, right: LogHead): boolean {
  return left.size === right.size && toHex(left.root) === toHex(right.root);
}

function slotText({ phase, head, before, sequence }: Slot): string {
  const fields = JSON.stringify({
    format: FORMAT,
    sequence,
    phase,
    size: head.size,
    root: toHex(head.root),
    beforeSize: before.size,
    beforeRoot: toHex(before.root),
  });
  return `${`${sumOf(fields)} ${fields}`.padEnd(SLOT_BYTES - 1)}\n`;
}

/** The newest slot that is whole. */
function readSlots(file: number): Slot | undefined {
  const bytes = Buffer.alloc(SLOT_BYTES * SLOTS);
  readSync(file, bytes, 0, bytes.length, 0);
  const slots = Array.from({ length: SLOTS }, (_, index) =>
    parseSlot(bytes.toString('latin1', index * SLOT_BYTES, (index + 1) * SLOT_BYTES)),
  ).filter((slot) => slot !== undefined);
  return slots.toSorted((left, right) => right.sequence - left.sequence)[0];
}

function parseSlot(text: string): Slot | undefined {
  const [, sum = '', fields = ''] = /^([0-9a-f]+) (\{.*\}) *\n$/.exec(text) ?? [];
  if (sum !== sumOf(fields)) return undefined;
  const value = JSON.parse(fields) as Readonly<Record<string, unknown>>;
  const root = fromHex(String(value['root']));
  const beforeRoot = fromHex(String(value['beforeRoot']));
  const phase = value['phase'] === 'intent' ? 'intent' : 'committed';
  if (value['format'] !== FORMAT || root === undefined || beforeRoot === undefined) {
    return undefined;
  }
  return {
    phase,
    sequence: Number(value['sequence']),
    head: { size: Number(value['size']), root },
    before: { size: Number(value['beforeSize']), root: beforeRoot },
  };
}

function sumOf(fields: string): string {
  return createHash('sha256').update(fields).digest('hex').slice(0, SUM_DIGITS);
}
