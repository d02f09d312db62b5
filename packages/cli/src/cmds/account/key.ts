import { COMMAND_ACTOR, findUser, openFolderAccounts, orFault } from '../../accounts/open.ts';
import { durationMs, MEMBER_OPTION, ROLE_OPTION, timeText } from '../../accounts/texts.ts';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { rolesOf } from '../../membership/roles.ts';
import { fields } from '../../output/table.ts';

/** What a key is called when nobody says. */
const NAME_DEFAULT = 'made by hefu account key';

export const describe: CommandText = {
  summary: 'Makes an API key for a program. It is shown once.',
  details: [
    'It goes as bearer token, or as the password of HTTP Basic. It counts for a year unless --expires says otherwise.',
  ],
  examples: [
    'hefu account key --role operator --json',
    'hefu account key --role member --member acme/erp --name erp --expires 90d',
  ],
  json: '`{format: "hefu-api-key-made/1", key, id, name, roles, member, expires}`.',
};

export const options: readonly OptionText[] = [
  ROLE_OPTION,
  MEMBER_OPTION,
  { flags: '--name <name>', summary: 'What it is for.' },
  { flags: '--user <name>', summary: 'Whose it is: it ends with them, and has no more roles.' },
  { flags: '--expires <duration>', summary: 'How long it counts: 90d, 12h, 30m.' },
];

interface Input {
  readonly role: readonly string[];
  readonly member?: string;
  readonly name?: string;
  readonly user?: string;
  readonly expires?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  using accounts = openFolderAccounts(context);
  const { member, name = NAME_DEFAULT, user, expires } = input;
  const lifeMs = expires === undefined ? undefined : durationMs(expires);
  const { key, token } = orFault(
    accounts.keys.add(COMMAND_ACTOR, {
      name,
      roles: rolesOf(input.role),
      ...(member === undefined ? {} : { member }),
      ...(user === undefined ? {} : { userId: findUser(accounts, user).id }),
      ...(lifeMs === undefined ? {} : { lifeMs }),
    }),
  );
  const made = {
    format: 'hefu-api-key-made/1',
    key: token,
    id: key.id,
    name: key.name,
    roles: key.roles,
    member: key.member ?? null,
    expires: timeText(key.expiresMs),
  };
  context.output.result(made, () =>
    fields([
      ['key', token],
      ['roles', key.roles.join(', ')],
      ['member', key.member ?? '–'],
      ['expires', made.expires],
      ['', 'It is shown here alone.'],
    ]),
  );
  return EXIT.ok;
}
