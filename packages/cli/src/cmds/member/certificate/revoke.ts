import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../../membership/change.ts';
import { confirmByName } from '../../../membership/confirm.ts';

export const describe: CommandText = {
  arguments: [{ name: '<id>', summary: 'Id of the certificate.' }],
  summary: 'Revokes a certificate; its key ends with it unless another certificate holds it up.',
  examples: ['hefu member certificate revoke 9f3c…e1'],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [AS_ADMIN];

interface Input {
  readonly id: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, { id, as }: Input): Promise<ExitCode> {
  await confirmByName(context, { name: id, effect: 'It can never be enrolled again.' });
  return changeMembership(context, {
    as,
    method: 'revokeCertificate',
    args: { certificate: id },
    done: 'the certificate is revoked',
  });
}
