import type { Accounts, AccountsFault, Actor, User } from '@hefu/accounts';
import { openNodeAccounts } from '@hefu/server';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { openDataFolder } from '../node/data-folder.ts';

/** Whoever works on the node's own machine, as the audit trail tells it. */
export const COMMAND_ACTOR: Actor = { kind: 'machine', id: 'command', name: 'hefu account' };

/** The accounts of the data folder; the node may run on them at the same time. */
export function openFolderAccounts(context: CommandContext): Accounts {
  const { paths } = openDataFolder(context);
  return openNodeAccounts(paths, context.io.env);
}

/** What a verdict holds when it is good; throws its fault otherwise. */
export function orFault<T extends { readonly ok: true }>(verdict: T | AccountsFault): T {
  if (verdict.ok) return verdict;
  throw accountsFault(verdict);
}

const ADVICE: Readonly<Record<string, string>> = {
  'user-not-found': 'List the users with `hefu account list`.',
  'user-exists':
    'Take another name, or make a link for the user that is there: `hefu account link`.',
  'user-name-invalid': 'A name to sign in with has 1 to 64 of a–z 0–9 . _ @ + -.',
  'roles-invalid': 'Roles are admin, operator, member, auditor and read-only.',
  'member-missing': 'Name the member with --member ORGANISATION/NAME.',
  'member-invalid': 'A member is ORGANISATION/NAME.',
  'last-admin': 'Make another admin first: `hefu account add NAME --role admin`.',
  'password-too-short': 'A password has at least 12 characters.',
  'password-too-long': 'A password has at most 128 characters.',
  'password-guessable': 'A few words that do not belong together are a good one.',
  'api-key-not-found': 'List the keys with `hefu account keys`.',
  'api-key-life-invalid': 'A key lives from one second to five years: --expires 90d.',
};

function accountsFault({ code }: AccountsFault): CliFault {
  const advice = ADVICE[code];
  return new CliFault({
    code,
    exitCode: code.endsWith('-not-found') ? EXIT.notFound : EXIT.refused,
    what: `the accounts say ${code}`,
    ...(advice === undefined ? {} : { advice }),
  });
}

/** The user of a name or an id. */
export function findUser(accounts: Accounts, named: string): User {
  const user = accounts.users.named(named) ?? accounts.users.get(named);
  if (user !== undefined) return user;
  throw accountsFault({ ok: false, code: 'user-not-found' });
}
