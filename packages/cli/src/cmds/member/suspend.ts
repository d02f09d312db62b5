import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../membership/change.ts';
import { confirmByName } from '../../membership/confirm.ts';
import { actingMember } from '../../node/signer.ts';

export const describe: CommandText = {
  arguments: [
    { name: '<member>', summary: 'ORGANISATION/NAME, or a NAME of the node’s own organisation.' },
  ],
  summary: 'Suspends a member: its statements are refused until it is reinstated.',
  examples: ['hefu member suspend clerk'],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [AS_ADMIN];

interface Input {
  readonly member: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const member = actingMember(context, input.member, 'admin');
  await confirmByName(context, {
    name: member,
    effect: `All statements of ${member} will be refused.`,
  });
  return changeMembership(context, {
    as: input.as,
    method: 'suspendMember',
    args: { member },
    done: `${member} is suspended`,
  });
}
