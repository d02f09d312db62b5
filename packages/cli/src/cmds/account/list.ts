import { openFolderAccounts } from '../../accounts/open.ts';
import { userJson } from '../../accounts/texts.ts';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { table } from '../../output/table.ts';

export const describe: CommandText = {
  summary: 'Lists the users of the node.',
  examples: ['hefu account list', 'hefu account list --json'],
  json: 'one line for each, `{format: "hefu-user/1", id, name, display, roles, member, disabled, hasPassword, created, signedIn}`.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(context: CommandContext): Promise<ExitCode> {
  using accounts = openFolderAccounts(context);
  const { output } = context;
  const users = accounts.users.list();
  if (output.json) {
    for (const user of users) output.value(userJson(user));
    return EXIT.ok;
  }
  const rows = users.map(({ name, roles, member, disabled }) => [
    name,
    roles.join(', '),
    member ?? '–',
    disabled ? 'disabled' : 'enabled',
  ]);
  for (const line of table(['name', 'roles', 'member', 'state'], rows)) output.line(line);
  return EXIT.ok;
}
