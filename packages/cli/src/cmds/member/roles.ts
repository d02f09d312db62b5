import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../membership/change.ts';
import { rolesOf } from '../../membership/roles.ts';
import { actingMember } from '../../node/signer.ts';

export const describe: CommandText = {
  arguments: [
    { name: '<member>', summary: 'ORGANISATION/NAME, or a NAME of the node’s own organisation.' },
    { name: '[roles...]', summary: 'All the roles it shall have; none takes them away.' },
  ],
  summary: 'Sets the roles of a member.',
  examples: ['hefu member roles clerk depositor', 'hefu member roles clerk'],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [AS_ADMIN];

interface Input {
  readonly member: string;
  readonly roles?: readonly string[];
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const member = actingMember(context, input.member, 'admin');
  return changeMembership(context, {
    as: input.as,
    method: 'setRoles',
    args: { member, roles: rolesOf(input.roles ?? []) },
    done: `${member} has these roles: ${(input.roles ?? []).join(', ') || 'none'}`,
  });
}
