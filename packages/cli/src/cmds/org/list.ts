import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { table } from '../../output/table.ts';

export const describe: CommandText = {
  summary: 'Lists the organisations of the chain.',
  examples: ['hefu org list'],
  json: 'one line for each, as the API has it.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const rows: string[][] = [];
  for await (const organisation of connectNode(context).members.organisations()) {
    if (output.json) output.value(organisation);
    else rows.push([organisation.id, output.cell(organisation.name), organisation.status]);
  }
  if (!output.json) for (const line of table(['id', 'name', 'status'], rows)) output.line(line);
  return EXIT.ok;
}
