import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { usageFault } from '../../../fault.ts';
import { readCertificateFile } from '../../../membership/certificate-files.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../../membership/change.ts';

export const describe: CommandText = {
  arguments: [
    { name: '<file>', summary: 'Its certificate, PEM or DER; - reads PEM from standard input.' },
  ],
  summary:
    'Registers a certificate authority of the organisation: members’ certificates by it count.',
  examples: ['hefu org ca add acme-issuing.pem'],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [AS_ADMIN];

interface Input {
  readonly file: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, { file, as }: Input): Promise<ExitCode> {
  const [certificate, ...more] = await readCertificateFile(context, file);
  if (certificate === undefined || more.length > 0) {
    throw usageFault('usage', `${file} holds several certificates`, 'Register one at a time.');
  }
  return changeMembership(context, {
    as,
    method: 'addAuthority',
    args: { certificate },
    done: 'the authority is registered',
  });
}
