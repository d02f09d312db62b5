import type { CommandContext, CommandText, OptionText } from '../../../command.ts';
import type { ExitCode } from '../../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../../membership/change.ts';
import { kidBytes } from '../../../scitt/kid.ts';

export const describe: CommandText = {
  arguments: [{ name: '<issuer>', summary: 'Its name.' }],
  summary: 'Ends the keys of an issuer; what was registered stays.',
  details: [
    'With --revoke governance takes an issuer away from whichever organisation answers for it.',
  ],
  examples: [
    'hefu scitt issuer remove https://vendor.example',
    'hefu scitt issuer remove vendor.example --kid key-2025',
  ],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [
  { flags: '--kid <text>', summary: 'This key alone, as text or hex:DIGITS.' },
  { flags: '--revoke', summary: 'By governance.' },
  AS_ADMIN,
];

interface Input {
  readonly issuer: string;
  readonly kid?: string;
  readonly revoke?: boolean;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { issuer, kid, as } = input;
  const done = `${issuer} is registered no more`;
  if (input.revoke === true) {
    return changeMembership(context, { as, method: 'revokeIssuer', args: { issuer }, done });
  }
  const args = { issuer, ...(kid === undefined ? {} : { kid: kidBytes(kid) }) };
  return changeMembership(context, { as, method: 'removeIssuer', args, done });
}
