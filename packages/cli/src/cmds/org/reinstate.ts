import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../membership/change.ts';

export const describe: CommandText = {
  arguments: [{ name: '<organisation>', summary: 'Its id.' }],
  summary: 'Reinstates a suspended organisation.',
  examples: ['hefu org reinstate acme'],
  json: CHANGE_JSON,
};

export const options: readonly OptionText[] = [AS_ADMIN];

interface Input {
  readonly organisation: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { organisation, as } = input;
  return changeMembership(context, {
    as,
    method: 'reinstateOrganisation',
    args: { organisation },
    done: `${organisation} counts again`,
  });
}
