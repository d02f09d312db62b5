import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../membership/change.ts';
import { chosenKey, KEY_OPTIONS } from '../../membership/key-material.ts';
import type { KeyChoice } from '../../membership/key-material.ts';
import { rolesOf } from '../../membership/roles.ts';
import { actingMember } from '../../node/signer.ts';

export const describe: CommandText = {
  arguments: [
    { name: '<member>', summary: 'ORGANISATION/NAME, or a NAME of the node’s own organisation.' },
  ],
  summary: 'Adds a member: a person, a service or a device.',
  details: [
    'An admin adds members of its own organisation. With --appoint governance appoints the first admin of another one, or a rescue admin.',
  ],
  examples: [
    'hefu member add clerk --kind person --role depositor --new-key',
    'hefu member add acme/admin --appoint --public-key acme-admin.pub.pem',
  ],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [
  {
    flags: '--kind <kind>',
    summary: 'What it is; person unless given.',
    choices: ['person', 'service', 'device'],
  },
  { flags: '--role <roles...>', summary: 'Its roles.' },
  ...KEY_OPTIONS,
  { flags: '--appoint', summary: 'Appoints an admin, by governance.' },
  AS_ADMIN,
];

interface Input extends KeyChoice {
  readonly member: string;
  readonly kind?: 'person' | 'service' | 'device';
  readonly role?: readonly string[];
  readonly appoint?: boolean;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { kind = 'person', as } = input;
  const member = actingMember(context, input.member, 'admin');
  const key = await chosenKey(context, input, member);
  const keyed = key === undefined ? {} : { key };
  const done = `${member} is a member`;
  if (input.appoint === true) {
    const args = { member, kind, ...keyed };
    return changeMembership(context, { as, method: 'appointAdmin', args, done });
  }
  const args = { member, kind, roles: rolesOf(input.role ?? []), ...keyed };
  return changeMembership(context, { as, method: 'addMember', args, done });
}
