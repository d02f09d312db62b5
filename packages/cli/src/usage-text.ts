import type { CommanderError } from 'commander';
import { EXIT } from './exit-codes.ts';
import type { FaultText } from './fault.ts';

/** Whether `--json` is said anywhere on a command line, also on one that is too wrong to be parsed. Behind `--` it is an argument. */
export function isJsonWanted(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? words.length : end).includes('--json');
}

/** What the parser says before its reasons. */
const PARSER_PREFIX = /^error: /;

/** A command line that the parser refused, in the shape of all faults; whatever is wrong with it, its code is `usage`. */
export function usageText(error: CommanderError): FaultText {
  const [first = '', ...others] = error.message.replace(PARSER_PREFIX, '').split('\n');
  // The parser answers with its help, and no message, where the words end before they name a command.
  const what = error.code === 'commander.help' ? 'the command line names no command' : first;
  return {
    code: 'usage',
    exitCode: EXIT.usage,
    what,
    why: others.filter((line) => line !== ''),
    advice:
      '`hefu --help` lists the commands, `hefu COMMAND --help` explains one; options come after the command.',
  };
}
