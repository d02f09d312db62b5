import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { ID_SHOWN } from '../../governance/proposals.ts';
import { connectNode } from '../../node/connect.ts';
import { table, timeText } from '../../output/table.ts';

export const describe: CommandText = {
  summary: 'Lists proposals, newest first.',
  examples: ['hefu proposal list --status open'],
  json: 'one line for each, as the API has it.',
};

export const options: readonly OptionText[] = [
  {
    flags: '--status <status>',
    summary: 'Only those that stand so.',
    choices: ['open', 'carried', 'failed', 'rejected', 'expired', 'withdrawn'],
  },
  { flags: '--organisation <id>', summary: 'Only those that it made.' },
];

type Query = NonNullable<Parameters<ReturnType<typeof connectNode>['governance']['proposals']>[0]>;

/** Runs the command. */
export async function run(context: CommandContext, input: Query): Promise<ExitCode> {
  const { output } = context;
  const { status, organisation } = input;
  const query = {
    ...(status === undefined ? {} : { status }),
    ...(organisation === undefined ? {} : { organisation }),
  };
  const rows: string[][] = [];
  for await (const each of connectNode(context).governance.proposals(query)) {
    if (output.json) {
      output.value(each);
      continue;
    }
    const { id, title, votes, deadline } = each;
    rows.push([
      id.slice(0, ID_SHOWN),
      each.status,
      `${votes.yes}/${votes.no}`,
      timeText(deadline),
      each.organisation,
      output.cell(title),
    ]);
  }
  const headings = ['id', 'status', 'yes/no', 'deadline', 'by', 'title'];
  if (!output.json) for (const line of table(headings, rows)) output.line(line);
  return EXIT.ok;
}
