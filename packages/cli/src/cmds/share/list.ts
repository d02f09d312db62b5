import type { GrantQuery } from '@hefu/sdk';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { table, timeText } from '../../output/table.ts';
import { ID_SHOWN, stateOf } from '../../sharing/grants.ts';

export const describe: CommandText = {
  summary: 'Lists grants of objects, newest first.',
  examples: ['hefu share list --to court --state open', 'hefu share list --object 3a7f…e1'],
  json: 'one line for each, as the API has it, with `state` as it stands now (`ended` too).',
};

export const options: readonly OptionText[] = [
  {
    flags: '--state <state>',
    summary: 'Only those that stand so.',
    choices: ['open', 'ended', 'revoked', 'erased'],
  },
  { flags: '--object <digest>', summary: 'Only those of this object.' },
  { flags: '--by <organisation>', summary: 'Only those that it has made.' },
  { flags: '--to <organisation>', summary: 'Only those to it.' },
];

interface Input {
  readonly state?: 'open' | 'ended' | 'revoked' | 'erased';
  readonly object?: string;
  readonly by?: string;
  readonly to?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output, io } = context;
  const { state, object, by, to } = input;
  const now = io.now();
  const query: GrantQuery = {
    ...(object === undefined ? {} : { object }),
    ...(by === undefined ? {} : { granter: by }),
    ...(to === undefined ? {} : { grantee: to }),
    // The ledger knows no `ended`: such grants are open to it.
    ...(state === undefined ? {} : { state: state === 'ended' ? 'open' : state }),
    ...(state === 'open' ? { at: now } : {}),
  };
  const rows: string[][] = [];
  for await (const grant of connectNode(context).sharing.grants(query)) {
    const stands = stateOf(grant, now);
    if (state !== undefined && stands !== state) continue;
    if (output.json) {
      output.value({ ...grant, state: stands });
      continue;
    }
    const { id, until } = grant;
    rows.push([
      id.slice(0, ID_SHOWN),
      stands,
      grant.object.slice(0, ID_SHOWN),
      grant.granter,
      grant.grantee,
      until === undefined ? '-' : timeText(until),
    ]);
  }
  const headings = ['grant', 'state', 'object', 'by', 'to', 'until'];
  if (!output.json) for (const line of table(headings, rows)) output.line(line);
  return EXIT.ok;
}
