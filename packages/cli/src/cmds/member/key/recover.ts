import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../../membership/change.ts';
import { confirmByName } from '../../../membership/confirm.ts';
import { KEY_OPTIONS, requiredKey } from '../../../membership/key-material.ts';
import type { KeyChoice } from '../../../membership/key-material.ts';
import { actingMember } from '../../../node/signer.ts';

export const describe: CommandText = {
  arguments: [
    { name: '<member>', summary: 'ORGANISATION/NAME, or a NAME of the node’s own organisation.' },
  ],
  summary: 'Gives a member who lost its keys a new one, and ends all that it signed with.',
  details: [
    'An admin of the member’s organisation does it. For the only admin of an organisation it takes the consortium: `hefu proposal create --recover`.',
  ],
  examples: ['hefu member key recover clerk --public-key clerk.pub.pem'],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [...KEY_OPTIONS, AS_ADMIN];

interface Input extends KeyChoice {
  readonly member: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const member = actingMember(context, input.member, 'admin');
  await confirmByName(context, {
    name: member,
    effect: `Statements by the keys that ${member} has had will be refused.`,
  });
  const key = await requiredKey(context, input, member);
  return changeMembership(context, {
    as: input.as,
    method: 'recoverKeys',
    args: { member, ...key, purpose: 'sign' },
    done: `${member} has a new key and no other`,
  });
}
