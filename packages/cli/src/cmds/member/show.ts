import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { dayText } from '../../membership/certificate-files.ts';
import { intervalsText } from '../../membership/intervals.ts';
import { connectNode } from '../../node/connect.ts';
import { actingMember } from '../../node/signer.ts';
import { fields, table } from '../../output/table.ts';

export const describe: CommandText = {
  arguments: [
    { name: '<member>', summary: 'ORGANISATION/NAME, or a NAME of the node’s own organisation.' },
  ],
  summary: 'Shows one member with its keys.',
  examples: ['hefu member show clerk'],
  json: 'the member as the API has it.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly member: string },
): Promise<ExitCode> {
  const { output } = context;
  const id = input.member.includes('/')
    ? input.member
    : actingMember(context, input.member, 'admin');
  const member = await connectNode(context).members.show(id);
  output.result(member, () => [
    ...fields([
      ['id', member.id],
      ['kind', member.kind],
      ['roles', member.roles.join(', ') || 'none'],
      ['status', member.status],
      ['heights', intervalsText(member.active)],
    ]),
    '',
    ...table(
      ['key', 'algorithm', 'purpose', 'status', 'heights', 'expires'],
      member.keys.map((key) => [
        key.id,
        key.algorithm,
        key.purpose,
        key.status,
        intervalsText(key.active),
        key.expires === null ? '' : dayText(key.expires),
      ]),
    ),
  ]);
  return EXIT.ok;
}
