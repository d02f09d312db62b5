import { styleText } from 'node:util';
import type { FaultText } from '../fault.ts';
import type { Io } from '../io.ts';
import { cutCells, fitCells, visible } from './visible.ts';

/** Styles in use; each has a meaning. */
export type Style = 'good' | 'bad' | 'warn' | 'dim' | 'strong';

const STYLES = {
  good: 'green',
  bad: 'red',
  warn: 'yellow',
  dim: 'dim',
  strong: 'bold',
} as const;

/** Cells that names and titles take in a table on a terminal: three quarters of an id, so that the columns behind stay near. */
const TEXT_CELLS_MAX = 48;

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** Data goes to standard output, talk to standard error. */
export class Output {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly #io: Io;
  readonly #color: boolean;

  constructor(io: Io, options: OutputOptions) {
    this.#io = io;
    this.json = options.json;
    this.quiet = options.quiet;
    this.#color = options.color && (io.env['NO_COLOR'] ?? '') === '';
  }

  /** A line of data. */
  line(text: string = ''): void {
    this.#io.stdout.write(`${text}\n`);
  }

  /** A JSON value on a line of its own. */
  value(value: unknown): void {
    this.line(JSON.stringify(value));
  }

  /** A result: the value with `--json`, else the lines. */
  result(value: unknown, lines: () => readonly string[]): void {
    if (this.json) this.value(value);
    else for (const text of lines()) this.line(text);
  }

  /** Text from elsewhere as a cell of a table: on a terminal a long one is cut, to a program that reads on it goes whole. */
  cell(text: string): string {
    const shown = visible(text);
    return this.#io.stdout.isTty ? cutCells(shown, TEXT_CELLS_MAX) : shown;
  }

  /** A remark, kept back with `--quiet` and `--json`. */
  say(text: string): void {
    if (!this.quiet && !this.json) this.#io.stderr.write(`${text}\n`);
  }

  /** A warning: kept back by nothing. */
  warn(text: string): void {
    this.#io.stderr.write(`${this.styleError('warn', 'note:')} ${visible(text)}\n`);
  }

  /** Whether a moving picture of progress makes sense. */
  get progressShown(): boolean {
    return this.#io.stderr.isTty && !this.quiet && !this.json;
  }

  /** Rewrites the last line of the terminal. */
  redraw(text: string): void {
    const width = Math.max(this.#io.stderr.columns - 1, 1);
    this.#io.stderr.write(`\r\u001B[K${fitCells(visible(text), width)}`);
  }

  /** Text for standard output, in colour where that is a terminal. */
  style(style: Style, text: string): string {
    return this.#color && this.#io.stdout.isTty ? colored(style, text) : text;
  }

  /** Text for standard error. */
  styleError(style: Style, text: string): string {
    return this.#color && this.#io.stderr.isTty ? colored(style, text) : text;
  }

  /** What went wrong, why, what to do, and the code. */
  fault(fault: FaultText): void {
    const { code, exitCode, what, why = [], advice } = fault;
    if (this.json) {
      const error = { code, exitCode, message: what, details: why, advice };
      this.#io.stderr.write(`${JSON.stringify({ error })}\n`);
      return;
    }
    const report = [
      `${this.styleError('bad', 'hefu:')} ${visible(what)}`,
      ...why.map((each) => `  why:  ${visible(each)}`),
      ...(advice === undefined ? [] : [`  do:   ${advice}`]),
      this.styleError('dim', `  code: ${code} (exit ${exitCode})`),
    ];
    this.#io.stderr.write(`${report.join('\n')}\n`);
  }
}

function colored(style: Style, text: string): string {
  return styleText(STYLES[style], text, { validateStream: false });
}
