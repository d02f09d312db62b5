import { join } from 'node:path';
import { isDataFolder, startNode } from '@hefu/server';
import type { RunningNode } from '@hefu/server';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { usageFault } from '../../fault.ts';
import { DATA_FOLDER_DEFAULT, dataFolder, resolvePath } from '../../node/data-folder.ts';
import { readPublished, requireShown, TRUST_OPTION } from '../../node/show-published.ts';
import type { PublishedInput } from '../../node/show-published.ts';
import { requireMadeAsAsked } from '../../node/made-as-asked.ts';
import { openLogFile } from '../../node/log-file.ts';
import type { LogDestination } from '../../node/log-file.ts';
import { fields } from '../../output/table.ts';
import { makeData, MAKING_OPTIONS } from '../init.ts';
import type { MakingInput } from '../init.ts';

export const describe: CommandText = {
  summary: 'Starts the node of a data folder and runs until it is stopped.',
  details: [
    'With --sample or --empty a data folder that is not there yet is made first; one that is there is left as it is, and refused where --suite, --chain or --organisation ask for another. A missing credentials.json is made anew. Ctrl-C or SIGTERM stops the node: requests under way are finished.',
  ],
  examples: [
    'hefu node start',
    'hefu node start --published https://mirror.example.org/log/checkpoint',
    'hefu node start --sample --data ./data',
    'hefu node start --port 8441 --log -',
  ],
  json: 'one line when it answers: `{format: "hefu-node/1", url, directory, chains, log}`, and `signInLink` as long as nobody has signed in.',
};

export const options: readonly OptionText[] = [
  ...MAKING_OPTIONS,
  { flags: '--port <number>', summary: 'Port to listen on; 0 takes any free one.' },
  {
    flags: '--behind-proxy',
    summary: 'A proxy that ends TLS stands before the node; as the setting http.behindProxy.',
  },
  { flags: '--config <file>', summary: 'Settings; hefu.yaml in the data folder unless given.' },
  {
    flags: '--published <file-or-url>',
    summary:
      'The longest checkpoint that was published: until the log holds it, the chain is only read.',
  },
  TRUST_OPTION,
  {
    flags: '--log <file>',
    summary:
      'Where the log goes, JSON lines: a file, or - for standard output. node.log in the data folder unless given.',
  },
];

interface Input extends MakingInput, PublishedInput {
  readonly port?: string;
  readonly behindProxy?: boolean;
  readonly config?: string;
  readonly log?: string;
}

/** Runs the command: resolves when the node has stopped. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { io, output } = context;
  const directory = dataFolder(context);
  const port = portOf(input.port);
  const isNew = !isDataFolder(directory);
  if (!isNew) requireMadeAsAsked(context, input);
  else if (input.sample === true || input.empty === true) makeData(context, input);
  await comparePublished(context, input);
  const log =
    input.log === '-' ? '-' : resolvePath(context, input.log ?? join(directory, 'node.log'));
  using destination =
    log === '-' ? standardOutput(context) : openLogFile(log, isDataFolder(directory));
  // Whoever rotates logs from outside asks for a new file so. On a terminal it means that the terminal is gone, and ends the node.
  const reopen = (): void => destination.reopen();
  if (!io.stdout.isTty) process.on('SIGHUP', reopen);
  using _hangup = { [Symbol.dispose]: () => void process.removeListener('SIGHUP', reopen) };
  await using node = await startNode({
    directory,
    environment: io.env,
    flags: {
      ...(port === undefined ? {} : { 'http.port': port }),
      ...(input.behindProxy === true ? { 'http.behindProxy': true } : {}),
    },
    logDestination: destination,
    ...(input.config === undefined ? {} : { configFile: resolvePath(context, input.config) }),
  });
  const { url, chains } = node;
  // Before anyone is told that it runs: whoever hears it may stop it in the same moment.
  const stopped = io.stopped();
  const { signInLink } = node;
  const first = signInLink === undefined ? {} : { signInLink };
  output.result({ format: 'hefu-node/1', url, directory, chains, log, ...first }, () =>
    welcome(context, node, { log, isNew }),
  );
  if (node.credentialsMade) {
    output.warn(
      'credentials.json was missing and has been made anew, with a new token. Commands with this data folder go on as before; whoever has the old token elsewhere (HEFU_TOKEN_FILE) needs the new one.',
    );
  }
  await stopped;
  output.say('stopping …');
  return EXIT.ok;
}

/** Compares the log with what was published before anything is signed, and says so when the chain stays read-only. */
async function comparePublished(context: CommandContext, input: PublishedInput): Promise<void> {
  const published = await readPublished(context, input);
  if (published === undefined) return;
  const { chain, standing } = requireShown(context, published);
  if (standing.ok) return;
  const { code, message } = standing;
  context.output.warn(`${chain} is read-only: ${message} (${code}). See hefu restore.`);
}

function standardOutput({ io }: CommandContext): LogDestination {
  return {
    write: (line) => io.stdout.write(line),
    reopen: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw usageFault('port-invalid', `--port: ${text} is no port`, 'Ports are 0 to 65535.');
}

/** Where to look, and what to do first. */
function welcome(
  { output, io }: CommandContext,
  { url, chains, directory, signInLink }: RunningNode,
  { log, isNew }: { readonly log: string; readonly isNew: boolean },
): readonly string[] {
  const own = chains.map(({ chain }) => chain).join(', ');
  return [
    `${output.style('good', '●')} ${output.style('strong', 'Hefu 合符')} is running: ${output.style('strong', url)}`,
    '',
    ...fields([
      ['  chain', own],
      ['  log', `${url}/log/checkpoint   (tiles under ${url}/log/tile/, keys at ${url}/log/vkeys)`],
      ['  trust file', `${url}/v1/trust`],
      ['  state', `${url}/readyz?verbose   ${url}/metrics`],
      ['  data', `${directory}${isNew ? '   (made just now)' : ''}`],
      ['  log file', log === '-' ? 'standard output' : log],
      ...(signInLink === undefined
        ? []
        : [['  sign in', `${signInLink}   (once, within an hour)`] as const]),
    ]),
    '',
    directory === join(io.cwd, DATA_FOLDER_DEFAULT)
      ? '  In another terminal:'
      : `  In another terminal, with HEFU_DATA=${directory}:`,
    '    npx hefu evidence deposit README.md docs --out receipts   deposits files, a receipt for each',
    '    npx hefu verify receipts                                  verifies them, with no node at all',
    '    npx hefu --help                                           everything else',
    '',
    '  Ctrl-C stops it.',
  ];
}
