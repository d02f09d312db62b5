import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { readCertificateFile } from '../../../membership/certificate-files.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../../membership/change.ts';
import { actingMember } from '../../../node/signer.ts';

export const describe: CommandText = {
  arguments: [
    {
      name: '<file>',
      summary:
        'The member’s certificate, then the authorities between it and a registered one; PEM or DER, - reads PEM from standard input.',
    },
  ],
  summary:
    'Takes a member’s key in by its certificate, or renews one; the key counts until the certificate ends.',
  examples: [
    'hefu member certificate import clerk.pem --member clerk',
    'hefu member certificate import clerk-2027.pem --chain issuing.pem --member clerk --as clerk',
  ],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [
  { flags: '--member <member>', summary: 'Whose certificate it is.', required: true },
  {
    flags: '--chain <file>',
    summary: 'Authorities in between, when they are in a file of their own.',
  },
  AS_ADMIN,
];

interface Input {
  readonly file: string;
  readonly member: string;
  readonly chain?: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const member = actingMember(context, input.member, 'admin');
  const own = await readCertificateFile(context, input.file);
  const more = input.chain === undefined ? [] : await readCertificateFile(context, input.chain);
  return changeMembership(context, {
    as: input.as,
    method: 'enrolCertificate',
    args: { member, chain: [...own, ...more] },
    done: `${member} signs by this certificate`,
  });
}
