import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../../membership/change.ts';
import { confirmByName } from '../../../membership/confirm.ts';

export const describe: CommandText = {
  arguments: [{ name: '<id>', summary: 'Id of the key.' }],
  summary: 'Revokes a key: nothing signed with it is taken from the next block on.',
  examples: ['hefu member key revoke 9f3c…e1'],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [AS_ADMIN];

interface Input {
  readonly id: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { id, as } = input;
  await confirmByName(context, { name: id, effect: `Whoever has only this key can sign no more.` });
  return changeMembership(context, {
    as,
    method: 'revokeKey',
    args: { key: id },
    done: `the key is revoked`,
  });
}
