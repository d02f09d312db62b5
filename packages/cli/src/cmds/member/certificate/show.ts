import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import { EXIT } from '../../../exit-codes.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { dayText } from '../../../membership/certificate-files.ts';
import { intervalsText } from '../../../membership/intervals.ts';
import { connectNode } from '../../../node/connect.ts';
import { fields } from '../../../output/table.ts';

export const describe: CommandText = {
  arguments: [{ name: '<id>', summary: 'Id of the certificate.' }],
  summary: 'Shows one enrolled certificate.',
  examples: ['hefu member certificate show 9f3c…e1'],
  json: 'the certificate as the API has it.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly id: string },
): Promise<ExitCode> {
  const certificate = await connectNode(context).certificates.show(input.id);
  context.output.result(certificate, () =>
    fields([
      ['id', certificate.id],
      ['member', certificate.member],
      ['key', certificate.key],
      ['authority', certificate.authority],
      ['from', dayText(certificate.notBefore)],
      ['until', dayText(certificate.notAfter)],
      ['status', certificate.ended ?? certificate.status],
      ['heights', intervalsText(certificate.active)],
    ]),
  );
  return EXIT.ok;
}
