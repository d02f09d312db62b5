import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { usageFault } from '../../../fault.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../../membership/change.ts';
import { requiredKey } from '../../../membership/key-material.ts';
import { kidBytes } from '../../../scitt/kid.ts';

export const describe: CommandText = {
  arguments: [{ name: '<issuer>', summary: 'Its name: `iss` of its statements.' }],
  summary: 'Registers a key of an issuer, for which the admin’s organisation answers.',
  examples: [
    'hefu scitt issuer add https://vendor.example --public-key vendor.pub.pem',
    'hefu scitt issuer add vendor.example --public-key vendor.pub.pem --kid key-2026 --until 2027-12-31',
  ],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [
  { flags: '--public-key <file>', summary: 'Its key (SPKI, PEM); - reads it.', required: true },
  {
    flags: '--kid <text>',
    summary:
      'What its statements call the key, as text or hex:DIGITS; the thumbprint unless given.',
  },
  { flags: '--until <date>', summary: 'When the key ends: a day or a time, RFC 3339.' },
  AS_ADMIN,
];

interface Input {
  readonly issuer: string;
  readonly publicKey: string;
  readonly kid?: string;
  readonly until?: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { issuer, publicKey: path, kid, as } = input;
  const { algorithm, publicKey } = await requiredKey(context, { publicKey: path }, issuer);
  if (algorithm === 'sm2') throw usageFault('scitt-algorithm', 'SCITT has no number for SM2');
  const notAfter = timeOf(input.until);
  const key = { algorithm, publicKey, ...(kid === undefined ? {} : { kid: kidBytes(kid) }) };
  return changeMembership(context, {
    as,
    method: 'registerIssuer',
    args: { issuer, key, ...(notAfter === undefined ? {} : { notAfter }) },
    done: `${issuer} is registered`,
  });
}

function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw usageFault('time-invalid', `--until: ${text} is no time`);
  return time;
}
