import { COMMAND_ACTOR, findUser, openFolderAccounts, orFault } from '../../accounts/open.ts';
import { userJson, userLines } from '../../accounts/texts.ts';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';

export const describe: CommandText = {
  arguments: [{ name: '<name>', summary: 'What they sign in with.' }],
  summary: 'Disables a user: their sessions end at once, their keys count no more.',
  examples: ['hefu account disable li.wei'],
  json: '`{format: "hefu-user/1", id, name, display, roles, member, disabled, hasPassword, created, signedIn}`.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly name: string },
): Promise<ExitCode> {
  using accounts = openFolderAccounts(context);
  const { id } = findUser(accounts, input.name);
  const { user } = orFault(accounts.users.change(COMMAND_ACTOR, id, { disabled: true }));
  context.output.result(userJson(user), () => userLines(user));
  return EXIT.ok;
}
