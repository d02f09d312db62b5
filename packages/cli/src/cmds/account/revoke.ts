import { COMMAND_ACTOR, openFolderAccounts, orFault } from '../../accounts/open.ts';
import { apiKeyJson } from '../../accounts/texts.ts';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';

export const describe: CommandText = {
  arguments: [{ name: '<key>', summary: 'Its id: the front of the key, hefu_…' }],
  summary: 'Revokes an API key: it counts no more from this moment on.',
  examples: ['hefu account revoke hefu_3kzq8wn2m5tx7ya'],
  json: '`{format: "hefu-api-key/1", id, name, roles, member, user, created, expires, revoked, used}`.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly key: string },
): Promise<ExitCode> {
  using accounts = openFolderAccounts(context);
  const { key } = orFault(accounts.keys.revoke(COMMAND_ACTOR, input.key));
  context.output.result(apiKeyJson(key), () => [`${key.id} counts no more`]);
  return EXIT.ok;
}
