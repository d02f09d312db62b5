import { Argument, Command as Commander, CommanderError, Option } from 'commander';
import type { Command, CommandInput, GlobalOptions, OptionText } from './command.ts';
import { COMMANDS, GLOBAL_OPTIONS, NOUNS } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { faultTextOf } from './fault.ts';
import type { Io, TextSink } from './io.ts';
import { Output } from './output/output.ts';
import { version } from './program-version.ts';
import { isJsonWanted, usageText } from './usage-text.ts';

/** Runs a command line, without the program's own name. Never throws; the result is the exit code. */
export async function runProgram(words: readonly string[], io: Io): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok;
  const asJson = isJsonWanted(words);
  const frame: Frame = {
    io,
    errors: asJson ? { ...io.stderr, write: () => undefined } : io.stderr,
    onExit(code) {
      exit = code;
    },
  };
  try {
    await createProgram(frame).parseAsync([...words], { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    const text = usageText(error);
    if (asJson) new Output(io, { json: true, quiet: true, color: false }).fault(text);
    return text.exitCode;
  }
}

/** What the commands of one run are built into. */
interface Frame {
  readonly io: Io;
  /** Where the parser's own words about a wrong command line go. */
  readonly errors: TextSink;
  readonly onExit: (code: ExitCode) => void;
}

/** The program with all its commands. */
function createProgram(frame: Frame): Commander {
  const program = prepare(new Commander('hefu'), frame);
  program
    .description('Hefu 合符: evidence in, receipts out, verified offline by anyone.')
    .version(version(), '-V, --version', 'Prints the version.')
    .helpCommand('help [command]', 'Explains a command.');
  const nouns = new Map<string, Commander>();
  for (const command of COMMANDS) {
    const [first = '', second] = command.words;
    if (second === undefined) {
      const made = addCommand(program, first, command, frame);
      if (!COMMANDS.some(({ words }) => words.length > 1 && words[0] === first)) continue;
      // It is a command and has commands below it: what stands behind their names is theirs.
      nouns.set(first, made.enablePositionalOptions().helpCommand(false));
      continue;
    }
    let noun = nouns.get(first);
    if (noun === undefined) {
      noun = prepare(program.command(first), frame).description(NOUNS[first] ?? '');
      noun.helpCommand(false);
      nouns.set(first, noun);
    }
    const last = command.words.at(-1) ?? '';
    if (command.words.length === 2) {
      addCommand(noun, last, command, frame);
      continue;
    }
    const path = `${first} ${second}`;
    let inner = nouns.get(path);
    if (inner === undefined) {
      inner = prepare(noun.command(second), frame).description(NOUNS[path] ?? '');
      inner.helpCommand(false);
      nouns.set(path, inner);
    }
    addCommand(inner, last, command, frame);
  }
  return program;
}

function prepare(command: Commander, { io, errors }: Frame): Commander {
  return command
    .exitOverride()
    .showHelpAfterError('(--help explains; code: usage, exit 2)')
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => errors.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'hefu: ')),
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => errors.columns,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

function addCommand(parent: Commander, name: string, command: Command, frame: Frame): Commander {
  const { describe, options } = command;
  const made = prepare(parent.command(name), frame)
    .summary(describe.summary)
    .description([describe.summary, ...(describe.details ?? [])].join('\n\n'));
  for (const argument of describe.arguments ?? []) {
    made.addArgument(new Argument(argument.name, argument.summary));
  }
  for (const option of options) made.addOption(optionOf(option));
  made.optionsGroup('Options of every command:');
  for (const option of GLOBAL_OPTIONS) {
    made.addOption(optionOf(option).helpGroup('Options of every command:'));
  }
  made.addHelpText(
    'after',
    `\nExamples:\n${describe.examples.map((line) => `  ${line}`).join('\n')}\n\nWith --json: ${describe.json}`,
  );
  return made.action(async () => frame.onExit(await runCommand(command, made, frame.io)));
}

function optionOf(text: OptionText): Option {
  const option = new Option(text.flags, text.summary);
  if (text.choices !== undefined) option.choices([...text.choices]);
  if (text.required === true) option.makeOptionMandatory();
  return option;
}

async function runCommand(command: Command, parsed: Commander, io: Io): Promise<ExitCode> {
  const values: Record<string, unknown> = { ...parsed.opts() };
  const globals: GlobalOptions = {
    ...(typeof values['data'] === 'string' ? { data: values['data'] } : {}),
    ...(typeof values['url'] === 'string' ? { url: values['url'] } : {}),
    json: values['json'] === true,
    quiet: values['quiet'] === true,
    color: values['color'] !== false,
    yes: values['yes'] === true,
    input: values['input'] !== false,
  };
  for (const [position, argument] of (command.describe.arguments ?? []).entries()) {
    values[argument.name.replaceAll(/[<>[\].]/g, '')] = parsed.processedArgs[position] as unknown;
  }
  const output = new Output(io, globals);
  try {
    const run = command.run as (
      context: { io: Io; output: Output; globals: GlobalOptions },
      input: CommandInput,
    ) => Promise<ExitCode>;
    return await run({ io, output, globals }, values);
  } catch (error) {
    const text = faultTextOf(error);
    output.fault(text);
    if ((io.env['HEFU_DEBUG'] ?? '') !== '' && error instanceof Error) {
      io.stderr.write(`${error.stack ?? error.message}\n`);
    }
    return text.exitCode;
  }
}
