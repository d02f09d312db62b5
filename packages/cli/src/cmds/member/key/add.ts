import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../../membership/change.ts';
import { KEY_OPTIONS, requiredKey } from '../../../membership/key-material.ts';
import type { KeyChoice } from '../../../membership/key-material.ts';
import { actingMember } from '../../../node/signer.ts';

export const describe: CommandText = {
  arguments: [
    { name: '<member>', summary: 'ORGANISATION/NAME, or a NAME of the node’s own organisation.' },
  ],
  summary: 'Gives a member another signing key.',
  examples: [
    'hefu member key add clerk --new-key',
    'hefu member key add clerk --public-key clerk.pub.pem',
  ],
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
  const key = await requiredKey(context, input, member);
  return changeMembership(context, {
    as: input.as,
    method: 'addKey',
    args: { member, ...key, purpose: 'sign' },
    done: `${member} has another key`,
  });
}
