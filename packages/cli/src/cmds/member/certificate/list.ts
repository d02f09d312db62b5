import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import { EXIT } from '../../../exit-codes.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { dayText } from '../../../membership/certificate-files.ts';
import { connectNode } from '../../../node/connect.ts';
import { actingMember } from '../../../node/signer.ts';
import { table } from '../../../output/table.ts';

export const describe: CommandText = {
  summary: 'Lists enrolled certificates, and until when each holds.',
  examples: ['hefu member certificate list', 'hefu member certificate list --member clerk'],
  json: 'one line for each, as the API has it.',
};

export const options: readonly OptionText[] = [
  { flags: '--member <member>', summary: 'Those of one member.' },
];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly member?: string },
): Promise<ExitCode> {
  const { output } = context;
  const query =
    input.member === undefined ? {} : { member: actingMember(context, input.member, 'admin') };
  const rows: string[][] = [];
  for await (const each of connectNode(context).certificates.list(query)) {
    if (output.json) output.value(each);
    else rows.push([each.id, each.member, each.ended ?? each.status, dayText(each.notAfter)]);
  }
  const head = ['id', 'member', 'status', 'until'];
  if (!output.json) for (const line of table(head, rows)) output.line(line);
  return EXIT.ok;
}
