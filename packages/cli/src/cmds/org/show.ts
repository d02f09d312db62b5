import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { intervalsText } from '../../membership/intervals.ts';
import { fields } from '../../output/table.ts';

export const describe: CommandText = {
  arguments: [{ name: '<organisation>', summary: 'Its id.' }],
  summary: 'Shows one organisation.',
  examples: ['hefu org show acme'],
  json: 'the organisation as the API has it.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly organisation: string },
): Promise<ExitCode> {
  const { output } = context;
  const shown = await connectNode(context).members.organisation(input.organisation);
  output.result(shown, () =>
    fields([
      ['id', shown.id],
      ['name', shown.name],
      ['status', shown.status],
      ['heights', intervalsText(shown.active)],
    ]),
  );
  return EXIT.ok;
}
