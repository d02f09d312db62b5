import * as evidenceDeposit from './cmds/evidence/deposit.ts';
import * as init from './cmds/init.ts';
import * as nodeStart from './cmds/node/start.ts';
import * as nodeStatus from './cmds/node/status.ts';
import * as verify from './cmds/verify.ts';
import type { Command, OptionText } from './command.ts';

/** What the words that only group commands are about. */
export const NOUNS: Readonly<Record<string, string>> = {
  node: 'The node of a data folder.',
  evidence: 'Evidence: deposit and find.',
};

/** Every command, in the order of help and reference. */
export const COMMANDS: readonly Command[] = [
  { words: ['init'], ...init },
  { words: ['node', 'start'], ...nodeStart },
  { words: ['node', 'status'], ...nodeStatus },
  { words: ['evidence', 'deposit'], ...evidenceDeposit },
  { words: ['verify'], ...verify },
];

/** Options that every command takes. */
export const GLOBAL_OPTIONS: readonly OptionText[] = [
  { flags: '--data <folder>', summary: 'The data folder; HEFU_DATA or ./data unless given.' },
  { flags: '--url <address>', summary: 'The node; the one of the data folder unless given.' },
  { flags: '--json', summary: 'Prints JSON; streams as one value a line.' },
  { flags: '-q, --quiet', summary: 'Says nothing beside the result.' },
  { flags: '--no-color', summary: 'No colours; NO_COLOR does the same.' },
  { flags: '-y, --yes', summary: 'Answers every question with yes.' },
  { flags: '--no-input', summary: 'Asks nothing; what would have to be asked is refused.' },
];
