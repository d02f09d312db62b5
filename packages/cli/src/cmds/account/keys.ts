import { openFolderAccounts } from '../../accounts/open.ts';
import { apiKeyJson, timeText } from '../../accounts/texts.ts';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { table } from '../../output/table.ts';

export const describe: CommandText = {
  summary: 'Lists the API keys of the node; what is secret of them is kept nowhere.',
  examples: ['hefu account keys', 'hefu account keys --json'],
  json: 'one line for each, `{format: "hefu-api-key/1", id, name, roles, member, user, created, expires, revoked, used}`.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(context: CommandContext): Promise<ExitCode> {
  using accounts = openFolderAccounts(context);
  const { output } = context;
  const keys = accounts.keys.list();
  if (output.json) {
    for (const key of keys) output.value(apiKeyJson(key));
    return EXIT.ok;
  }
  const rows = keys.map(({ id, name, roles, member, expiresMs, revokedMs }) => [
    id,
    output.cell(name),
    roles.join(', '),
    member ?? '–',
    revokedMs === undefined ? timeText(expiresMs) : 'revoked',
  ]);
  for (const line of table(['id', 'name', 'roles', 'member', 'until'], rows)) output.line(line);
  return EXIT.ok;
}
