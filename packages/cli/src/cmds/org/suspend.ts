import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { AS_ADMIN, CHANGE_JSON, changeMembership } from '../../membership/change.ts';
import { confirmByName } from '../../membership/confirm.ts';

export const describe: CommandText = {
  arguments: [{ name: '<organisation>', summary: 'Its id.' }],
  summary: 'Suspends an organisation: its members’ statements are refused until it is reinstated.',
  examples: ['hefu org suspend acme'],
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
  await confirmByName(context, {
    name: organisation,
    effect: `All members of ${organisation} will be refused.`,
  });
  return changeMembership(context, {
    as,
    method: 'suspendOrganisation',
    args: { organisation },
    done: `${organisation} is suspended`,
  });
}
