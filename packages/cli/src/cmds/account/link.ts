import { COMMAND_ACTOR, findUser, openFolderAccounts, orFault } from '../../accounts/open.ts';
import { timeText } from '../../accounts/texts.ts';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { signInUrl } from '@hefu/server';
import { nodeAddress } from '../../node/connect.ts';
import { fields } from '../../output/table.ts';

export const describe: CommandText = {
  arguments: [{ name: '<name>', summary: 'What they sign in with.' }],
  summary: 'Makes a link that signs a user in, once and within an hour.',
  details: [
    'An earlier link of the same user is worth nothing any more. Hand it over by a way that you trust.',
  ],
  examples: ['hefu account link li.wei'],
  json: '`{format: "hefu-sign-in-link/1", url, user, expires}`.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly name: string },
): Promise<ExitCode> {
  using accounts = openFolderAccounts(context);
  const { id, name } = findUser(accounts, input.name);
  const { link } = orFault(accounts.links.add(COMMAND_ACTOR, id));
  const url = signInUrl(nodeAddress(context).url, link.token);
  const expires = timeText(link.expiresMs);
  context.output.result({ format: 'hefu-sign-in-link/1', url, user: name, expires }, () =>
    fields([
      ['link', url],
      ['good', `once, until ${expires}`],
    ]),
  );
  return EXIT.ok;
}
