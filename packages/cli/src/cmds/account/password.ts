import { isCancel, password as askPassword } from '@clack/prompts';
import { COMMAND_ACTOR, findUser, openFolderAccounts, orFault } from '../../accounts/open.ts';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault } from '../../fault.ts';

export const describe: CommandText = {
  arguments: [{ name: '<name>', summary: 'What they sign in with.' }],
  summary: 'Sets a user’s password and ends all their sessions.',
  details: [
    'The password is asked for, or with --stdin read from the first line of standard input; never from the command line, which others can see.',
  ],
  examples: ['hefu account password li.wei', 'hefu account password li.wei --stdin < secret'],
  json: '`{format: "hefu-user-password/1", user}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--stdin', summary: 'Reads the password from standard input.' },
];

interface Input {
  readonly name: string;
  readonly stdin?: boolean;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  using accounts = openFolderAccounts(context);
  const { id, name } = findUser(accounts, input.name);
  const password = await passwordOf(context, input);
  orFault(await accounts.passwords.set(COMMAND_ACTOR, id, password));
  context.output.result({ format: 'hefu-user-password/1', user: name }, () => [
    `${name} has a new password; all their sessions have ended`,
  ]);
  return EXIT.ok;
}

async function passwordOf({ io, globals, output }: CommandContext, input: Input): Promise<string> {
  if (input.stdin === true) return (await io.readStdin()).split(/\r?\n/, 1)[0] ?? '';
  if (!globals.input || !io.stdout.isTty || output.json) {
    throw new CliFault({
      code: 'password-needed',
      exitCode: EXIT.usage,
      what: 'there is no terminal to ask for the password on',
      advice: 'Give it on standard input with --stdin.',
    });
  }
  const answer = await askPassword({ message: `New password of ${input.name}` });
  if (!isCancel(answer)) return answer;
  throw new CliFault({
    code: 'not-confirmed',
    exitCode: EXIT.failure,
    what: 'no password was given; nothing was done',
  });
}
