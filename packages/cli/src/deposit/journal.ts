import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { makeFolders } from '@hefu/keystore';
import { writeDurable } from '../files/write-file.ts';

/** Folder beside the receipts that holds what an interrupted run needs. */
export const JOURNAL_FOLDER = '.hefu-deposit';
const JOURNAL_FILE = 'journal.ndjson';
const LOCK_FILE = 'lock';

/** Whose deposit the folder holds. */
export interface JournalStart {
  readonly type: 'start';
  readonly format: 'hefu-deposit/1';
  readonly chain: string;
  readonly genesis: string;
}

/** A file that was hashed. */
export interface JournalFile {
  readonly type: 'file';
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly sha256: string;
  readonly sm3: string;
}

/** A statement, noted before anyone else sees it. */
export interface JournalSigned {
  readonly type: 'signed';
  readonly kind: 'single' | 'batch' | 'private';
  /** Hex. */
  readonly id: string;
  /** Base64. */
  readonly statement: string;
  /** Names and SHA-256 digests of the files, in the order of the items. */
  readonly files: readonly (readonly [name: string, sha256: string])[];
}

/** What became of a statement: `committed`, `done` when its receipts are written, `void` when it never counted. */
export interface JournalStep {
  readonly type: 'committed' | 'done' | 'void';
  readonly id: string;
}

export type JournalLine = JournalStart | JournalFile | JournalSigned | JournalStep;

/** A statement and how far it came. */
export interface JournalDeposit {
  readonly signed: JournalSigned;
  state: 'signed' | 'committed' | 'done' | 'void';
}

/**
 * What a deposit has done so far, one line of JSON each, only ever appended to. A statement is on disk before it is sent,
 * so that a run that was cut off sends the same bytes again, and the same bytes count once.
 */
export class Journal implements Disposable {
  readonly folder: string;
  readonly files: Map<string, JournalFile> = new Map();
  readonly deposits: Map<string, JournalDeposit> = new Map();
  #start: JournalStart | undefined;
  readonly #file: number;

  /** Opens the journal of a folder of receipts; makes both when they are not there. */
  constructor(out: string) {
    this.folder = join(out, JOURNAL_FOLDER);
    requireWritable(out, this.folder);
    lock(join(this.folder, LOCK_FILE), out);
    const path = join(this.folder, JOURNAL_FILE);
    for (const line of readLines(path)) this.#apply(line);
    this.#file = openSync(path, 'a');
  }

  /** Notes whose deposit this is. Throws CliFault `journal-foreign` when it is another chain's. */
  begin(start: Omit<JournalStart, 'type' | 'format'>): void {
    const known = this.#start;
    if (known === undefined) {
      this.append([{ type: 'start', format: 'hefu-deposit/1', ...start }]);
      return;
    }
    if (known.chain === start.chain && known.genesis === start.genesis) return;
    throw new CliFault({
      code: 'journal-foreign',
      exitCode: EXIT.refused,
      what: `${this.folder} is of a deposit on ${known.chain}, not on the chain of this node`,
      advice: 'Name another folder with --out.',
    });
  }

  /** Appends lines; with `durable` they are on disk when this returns. */
  append(lines: readonly JournalLine[], durable: boolean = false): void {
    writeSync(this.#file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    if (durable) fsyncSync(this.#file);
    for (const line of lines) this.#apply(line);
  }

  /** Keeps a batch's bundle, or the records of a private one, which its receipts are made of, also when somebody has removed them. */
  keepBundle(id: string, bundle: Uint8Array): void {
    writeDurable(this.#bundlePath(id), bundle);
  }

  bundle(id: string): Uint8Array {
    return new Uint8Array(readFileSync(this.#bundlePath(id)));
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
    rmSync(join(this.folder, LOCK_FILE), { force: true });
  }

  #bundlePath(id: string): string {
    return join(this.folder, `${id}.bundle`);
  }

  #apply(line: JournalLine): void {
    switch (line.type) {
      case 'start':
        this.#start = line;
        return;
      case 'file':
        this.files.set(line.name, line);
        return;
      case 'signed':
        this.deposits.set(line.id, { signed: line, state: 'signed' });
        return;
      case 'committed':
      case 'done':
      case 'void': {
        const deposit = this.deposits.get(line.id);
        if (deposit !== undefined) deposit.state = line.type;
        return;
      }
    }
  }
}

/** The whole lines of a journal; a last one that was cut off is taken away. */
function readLines(path: string): JournalLine[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  const end = text.lastIndexOf('\n') + 1;
  if (end < text.length) truncateSync(path, Buffer.byteLength(text.slice(0, end)));
  try {
    return text
      .slice(0, end)
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as JournalLine);
  } catch (cause) {
    throw new CliFault(
      {
        code: 'journal-damaged',
        exitCode: EXIT.failure,
        what: `${path} does not hold what it must`,
        advice: 'Name another folder with --out; what was deposited stays deposited.',
      },
      { cause },
    );
  }
}

/** Name of a file that is made and taken away again. */
const TRIAL_FILE = 'trial';

/** Receipts and journal must have their place before anything is said. Throws CliFault `out-not-writable`. */
function requireWritable(out: string, folder: string): void {
  const trials = [join(out, `${JOURNAL_FOLDER}.${TRIAL_FILE}`), join(folder, TRIAL_FILE)];
  try {
    makeFolders(folder);
    for (const trial of trials) {
      writeFileSync(trial, '');
      rmSync(trial, { force: true });
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    // A full disk has a code of its own.
    if (code === 'ENOSPC') throw cause;
    throw new CliFault(
      {
        code: 'out-not-writable',
        exitCode: EXIT.usage,
        what: `receipts cannot be written to ${out}; nothing was deposited`,
        why: [message],
        advice: 'Name another folder with --out, or give this user the right to write to this one.',
      },
      { cause },
    );
  }
}

function lock(path: string, out: string): void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if (attempt === 0 && !isAlive(Number(readFileSync(path, 'utf8')))) rmSync(path);
    }
  }
  throw new CliFault({
    code: 'deposit-running',
    exitCode: EXIT.unavailable,
    what: `another deposit writes to ${out}`,
    advice: `Wait for it, or remove ${path} when you know that none runs.`,
  });
}

function isAlive(processId: number): boolean {
  if (!Number.isSafeInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
