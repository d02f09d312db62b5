import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { sizeText, table } from '../../output/table.ts';
import { GRANTER, whoseOf } from '../../sharing/granter-option.ts';

export const describe: CommandText = {
  summary: 'Lists the objects of the vault.',
  examples: ['hefu vault list', 'hefu vault list --granter lanhe-dairy'],
  json: 'one line for each: `{digest, storedBytes}`.',
};

export const options: readonly OptionText[] = [GRANTER];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly granter?: string },
): Promise<ExitCode> {
  const { output } = context;
  const rows: string[][] = [];
  const { vault } = connectNode(context);
  for await (const object of vault.list(whoseOf(input.granter))) {
    if (output.json) output.value(object);
    else rows.push([object.digest, sizeText(object.storedBytes)]);
  }
  if (!output.json) for (const line of table(['object', 'takes'], rows)) output.line(line);
  return EXIT.ok;
}
