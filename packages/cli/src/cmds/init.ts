import { toHex } from '@hefu/bytes';
import { initData, isDataFolder, StartError } from '@hefu/server';
import type { InitResult } from '@hefu/server';
import { masterKeyPath } from '@hefu/keystore';
import type { CommandContext, CommandText, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { usageFault } from '../fault.ts';
import { dataFolder } from '../node/data-folder.ts';
import { fields } from '../output/table.ts';

export const describe: CommandText = {
  summary: 'Makes a data folder: keys, genesis and the chain’s first block.',
  details: [
    'The folder is --data, HEFU_DATA or ./data. The master key that its keys are sealed under is made outside of it, where HEFU_MASTER_KEY_FILE says, unless there is one.',
  ],
  examples: [
    'hefu init --sample',
    'hefu init --empty --suite gm --chain ledger.example.org --organisation acme --name "Acme Ltd"',
  ],
  json: '`{format: "hefu-init/1", directory, chain, suite, organisation, members, genesis, masterKey}`.',
};

/** Options of whatever makes a data folder. */
export const MAKING_OPTIONS: readonly OptionText[] = [
  {
    flags: '--sample',
    summary: 'A small consortium of three made-up organisations (the default).',
  },
  { flags: '--empty', summary: 'The node’s own organisation alone.' },
  {
    flags: '--suite <suite>',
    summary: 'international: SHA-256 and Ed25519 (the default); gm: SM3 and SM2.',
    choices: ['international', 'gm'],
  },
  { flags: '--chain <id>', summary: 'Id of the chain, which is the origin of its log.' },
  { flags: '--organisation <id>', summary: 'With --empty: id of the node’s organisation.' },
  { flags: '--name <text>', summary: 'With --organisation: its name.' },
];

export const options: readonly OptionText[] = MAKING_OPTIONS;

/** What to make. */
export interface MakingInput {
  readonly sample?: boolean;
  readonly empty?: boolean;
  readonly suite?: 'international' | 'gm';
  readonly chain?: string;
  readonly organisation?: string;
  readonly name?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: MakingInput): Promise<ExitCode> {
  const { output, io } = context;
  const made = makeData(context, input);
  const masterKey = masterKeyPath(io.env);
  output.result({ format: 'hefu-init/1', ...initSummary(made), masterKey }, () => [
    `${output.style('good', '✓')} data folder ${made.directory}`,
    ...fields([
      ['  chain', `${made.chain} (${made.suite})`],
      ['  organisation', made.organisation],
      ['  members', made.members.join(', ')],
      ['  genesis', toHex(made.genesisDigest)],
      ['  master key', masterKey],
    ]),
  ]);
  output.say(
    'Keep a copy of the master key in another place than the data. Start: hefu node start',
  );
  return EXIT.ok;
}

/** Makes the data folder. Throws StartError. */
export function makeData(context: CommandContext, input: MakingInput): InitResult {
  const { io } = context;
  const { suite, chain, organisation, name } = input;
  if (organisation !== undefined && input.empty !== true) {
    throw usageFault('usage', '--organisation goes with --empty');
  }
  const directory = dataFolder(context);
  // Asked before the folder is locked, so that a running node is not taken for the reason.
  if (isDataFolder(directory)) throw new StartError('data-exists', `${directory} holds a node`);
  return initData({
    directory,
    consortium: input.empty === true ? 'empty' : 'sample',
    environment: io.env,
    nowMs: io.now(),
    ...(suite === undefined ? {} : { suite }),
    ...(chain === undefined ? {} : { chain }),
    ...(organisation === undefined
      ? {}
      : { organisation: { id: organisation, name: name ?? organisation } }),
  });
}

function initSummary(made: InitResult): object {
  const { directory, chain, suite, organisation, members, genesisDigest } = made;
  return { directory, chain, suite, organisation, members, genesis: toHex(genesisDigest) };
}
