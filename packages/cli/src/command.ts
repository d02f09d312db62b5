import type { ExitCode } from './exit-codes.ts';
import type { Io } from './io.ts';
import type { Output } from './output/output.ts';

/** What help and the reference page say about a command. */
export interface CommandText {
  /** Arguments as they are typed: `<paths...>`, `[digest]`. */
  readonly arguments?: readonly ArgumentText[];
  /** One sentence. */
  readonly summary: string;
  /** More, in paragraphs. */
  readonly details?: readonly string[];
  readonly examples: readonly string[];
  /** What `--json` prints, in words. */
  readonly json: string;
}

export interface ArgumentText {
  /** `<name>` is required, `[name]` is not, `...` takes several. */
  readonly name: string;
  readonly summary: string;
}

export interface OptionText {
  /** As commander takes it: `--out <folder>`, `-v, --verbose`, `--no-x`. */
  readonly flags: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  readonly required?: boolean;
}

/** Options of every command. */
export interface GlobalOptions {
  readonly data?: string;
  readonly url?: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
  /** Questions are answered with yes. */
  readonly yes: boolean;
  /** Whether questions may be asked. */
  readonly input: boolean;
}

/** What a command works with. */
export interface CommandContext {
  readonly io: Io;
  readonly output: Output;
  readonly globals: GlobalOptions;
}

/** Arguments and options by name, in camel case. */
export type CommandInput = Readonly<Record<string, unknown>>;

/** One command: a file under `cmds/`. */
export interface Command {
  /** Words that call it: `['evidence', 'deposit']`. */
  readonly words: readonly string[];
  readonly describe: CommandText;
  readonly options: readonly OptionText[];
  readonly run: (context: CommandContext, input: never) => Promise<ExitCode>;
}
