import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../membership/change.ts';

export const describe: CommandText = {
  arguments: [{ name: '<organisation>', summary: 'Id: a–z, 0–9 and hyphens, at most 32.' }],
  summary: 'Adds an organisation to the chain.',
  details: [
    'Governance decides: on a chain of one operator, an admin of its organisation. The first admin of the new organisation is appointed with `hefu member add --appoint`.',
  ],
  examples: ['hefu org add acme --name "Acme Ltd"'],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [
  { flags: '--name <text>', summary: 'Its name; the id unless given.' },
  AS_ADMIN,
];

interface Input {
  readonly organisation: string;
  readonly name?: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { organisation, as } = input;
  return changeMembership(context, {
    as,
    method: 'addOrganisation',
    args: { organisation, name: input.name ?? organisation },
    done: `${organisation} is an organisation of the chain`,
  });
}
