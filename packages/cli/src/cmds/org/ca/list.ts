import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import { EXIT } from '../../../exit-codes.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { dayText } from '../../../membership/certificate-files.ts';
import { connectNode } from '../../../node/connect.ts';
import { openDataFolder } from '../../../node/data-folder.ts';
import { table } from '../../../output/table.ts';

export const describe: CommandText = {
  arguments: [{ name: '[organisation]', summary: 'The node’s own unless given.' }],
  summary: 'Lists the certificate authorities that an organisation has registered.',
  examples: ['hefu org ca list', 'hefu org ca list beta'],
  json: 'one line for each, as the API has it.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly organisation?: string },
): Promise<ExitCode> {
  const { output } = context;
  const organisation = input.organisation ?? openDataFolder(context).chain.organisation;
  const rows: string[][] = [];
  for await (const each of connectNode(context).certificates.authorities(organisation)) {
    if (output.json) output.value(each);
    else rows.push([each.id, each.status, dayText(each.notBefore), dayText(each.notAfter)]);
  }
  const head = ['id', 'status', 'from', 'until'];
  if (!output.json) for (const line of table(head, rows)) output.line(line);
  return EXIT.ok;
}
