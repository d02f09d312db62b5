import { COMMAND_ACTOR, openFolderAccounts, orFault } from '../../accounts/open.ts';
import { MEMBER_OPTION, ROLE_OPTION, userJson, userLines } from '../../accounts/texts.ts';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { rolesOf } from '../../membership/roles.ts';

export const describe: CommandText = {
  arguments: [{ name: '<name>', summary: 'What they sign in with.' }],
  summary: 'Adds a user of the node. They sign in by a link first: `hefu account link`.',
  examples: [
    'hefu account add li.wei --role auditor',
    'hefu account add clerk --role member --member acme/clerk',
  ],
  json: '`{format: "hefu-user/1", id, name, display, roles, member, disabled, hasPassword, created, signedIn}`.',
};

export const options: readonly OptionText[] = [
  ROLE_OPTION,
  MEMBER_OPTION,
  { flags: '--display <name>', summary: 'A name for people to read.' },
];

interface Input {
  readonly name: string;
  readonly role: readonly string[];
  readonly member?: string;
  readonly display?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  using accounts = openFolderAccounts(context);
  const { name, member, display } = input;
  const { user } = orFault(
    accounts.users.add(COMMAND_ACTOR, {
      name,
      roles: rolesOf(input.role),
      ...(member === undefined ? {} : { member }),
      ...(display === undefined ? {} : { display }),
    }),
  );
  context.output.result(userJson(user), () => userLines(user));
  return EXIT.ok;
}
