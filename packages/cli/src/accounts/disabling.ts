import type { CommandContext, CommandText, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { COMMAND_ACTOR, findUser, openFolderAccounts, orFault } from './open.ts';
import { userJson, userLines } from './texts.ts';

/** A command that disables a user or enables one. */
export interface DisablingCommand {
  readonly describe: CommandText;
  readonly options: readonly OptionText[];
  readonly run: (context: CommandContext, input: { readonly name: string }) => Promise<ExitCode>;
}

/** The command that lets a user in no more, or again. */
export function disablingCommand(verb: 'disable' | 'enable'): DisablingCommand {
  const disabled = verb === 'disable';
  return {
    describe: {
      arguments: [{ name: '<name>', summary: 'What they sign in with.' }],
      summary: disabled
        ? 'Disables a user: their sessions end at once, their keys count no more.'
        : 'Enables a user who was disabled.',
      examples: [`hefu account ${verb} li.wei`],
      json: '`{format: "hefu-user/1", id, name, display, roles, member, disabled, hasPassword, created, signedIn}`.',
    },
    options: [],
    async run(context, input) {
      using accounts = openFolderAccounts(context);
      const { id } = findUser(accounts, input.name);
      const { user } = orFault(accounts.users.change(COMMAND_ACTOR, id, { disabled }));
      context.output.result(userJson(user), () => userLines(user));
      return EXIT.ok;
    },
  };
}
