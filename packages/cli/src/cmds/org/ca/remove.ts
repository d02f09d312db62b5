import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../../membership/change.ts';
import { confirmByName } from '../../../membership/confirm.ts';

export const describe: CommandText = {
  arguments: [{ name: '<id>', summary: 'Id of the authority.' }],
  summary:
    'Ends a certificate authority of the organisation, and all certificates that it stands behind.',
  examples: ['hefu org ca remove 9f3c…e1'],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [AS_ADMIN];

interface Input {
  readonly id: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, { id, as }: Input): Promise<ExitCode> {
  await confirmByName(context, {
    name: id,
    effect: 'All members whose keys it certifies, and who have no other, can sign no more.',
  });
  return changeMembership(context, {
    as,
    method: 'removeAuthority',
    args: { authority: id },
    done: 'the authority is removed; its certificates end in the blocks that follow',
  });
}
