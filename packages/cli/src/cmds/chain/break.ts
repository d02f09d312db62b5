import { toHex } from '@hefu/bytes';
import { declareBreak } from '@hefu/server';
import type { BreakPlan, BreakVerdict } from '@hefu/server';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault } from '../../fault.ts';
import { confirmByName } from '../../membership/confirm.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { readPublished, requireShown, TRUST_OPTION } from '../../node/show-published.ts';
import type { PublishedInput } from '../../node/show-published.ts';

export const describe: CommandText = {
  summary: 'Declares that published entries are lost for good, and goes on under a new origin.',
  details: [
    'For a chain that its node may not write to, because more was published or signed than this copy holds, and no other copy has the rest. The chain is never written to again; all that is in it can be read and proven, and its receipts verify with its own trust file. A new chain begins under the same name with /2 (or the next number) behind it: its first entry names the last checkpoint that is known of the old one, and it takes over the organisations, members, keys, validators, rules and parameters as they stand. What the contracts of applications keep begins anew. The node must not run.',
    'With --published the longest checkpoint that is known anywhere is shown first: the break names it.',
  ],
  examples: [
    'hefu chain break --published https://mirror.example.org/log/checkpoint',
    'hefu chain break --yes --json',
  ],
  json: '`{format: "hefu-break/1", chain, size, lastSize, successor, genesis, organisations, members}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--chain <id>', summary: 'Which chain; the node’s first unless given.' },
  { flags: '--published <file-or-url>', summary: 'The longest checkpoint that was published.' },
  TRUST_OPTION,
];

interface Input extends PublishedInput {
  readonly chain?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { io, output } = context;
  const directory = dataFolder(context);
  const chain = input.chain === undefined ? {} : { chain: input.chain };
  const published = await readPublished(context, input);
  if (published !== undefined) requireShown(context, published, input.chain);
  const verdict = await declareBreak({
    directory,
    ...chain,
    environment: io.env,
    nowMs: io.now(),
    confirm: async (plan) =>
      confirmByName(context, { name: plan.successor, effect: effectOf(plan) }),
  });
  if (!verdict.ok) throw faultOf(verdict);
  const { ok: _ok, genesis, ...plan } = verdict;
  const value = { format: 'hefu-break/1', ...plan, genesis: toHex(genesis) };
  output.result(value, () => [
    `${output.style('good', '✓')} ${plan.chain} is closed with ${plan.size} entries here, ${plan.lastSize} known; ${plan.successor} goes on`,
    `  genesis ${toHex(genesis)}`,
    '  Tell it to everybody who holds a trust file: the new chain has one of its own (/v1/trust), which names the old.',
  ]);
  return EXIT.ok;
}

function effectOf({ chain, successor, size, lastSize, organisations, members }: BreakPlan): string {
  const lost = lastSize > size ? `${lastSize - size} entries that were published are lost, ` : '';
  return (
    `${lost}${chain} is never written to again, and ${successor} begins: ` +
    `${organisations} organisations and ${members} members go over, what applications keep does not. This cannot be undone.`
  );
}

const ADVICE: Readonly<Record<string, string>> = {
  'break-not-needed': 'There is nothing to do: start the node.',
  'chain-broken': 'Start the node: the new chain is its first.',
  'published-unknown':
    'Show the longest checkpoint that is known anywhere with --published, or say `hefu restore --nothing-published`.',
  'break-impossible': 'Begin a chain of another name: hefu init --chain.',
  'not-the-operator': 'A chain that several sign goes on by their agreement.',
};

function faultOf({ code, message }: Extract<BreakVerdict, { readonly ok: false }>): CliFault {
  return new CliFault({
    code,
    exitCode: EXIT.refused,
    what: `no break is declared: ${message}`,
    advice: ADVICE[code] ?? '',
  });
}
