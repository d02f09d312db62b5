import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { ACTION_OPTIONS, actionsOf } from '../../governance/actions.ts';
import type { ActionInput } from '../../governance/actions.ts';
import { DEADLINE_DEFAULT, deadlineOf } from '../../governance/deadline.ts';
import { act, PROPOSAL_JSON } from '../../governance/proposals.ts';
import { AS_ADMIN } from '../../membership/change.ts';

export const describe: CommandText = {
  summary: 'Proposes a change of the consortium; it is carried out by the vote that suffices.',
  details: [
    'Proposing is the organisation’s yes. All that one proposal names happens together, or nothing of it. What could not be carried out as things are is refused at once.',
  ],
  examples: [
    'hefu proposal create --admit acme --name "Acme Ltd" --admin ann --public-key acme-ann.pub.pem',
    'hefu proposal create --set organisationStatementsPerDayMax=10000 --deadline 3d',
  ],
  json: PROPOSAL_JSON,
};

export const options: readonly OptionText[] = [
  { flags: '--title <text>', summary: 'One line for people; what it does unless given.' },
  {
    flags: '--deadline <time>',
    summary: `Until when votes count: 12h, 7d, or RFC 3339; ${DEADLINE_DEFAULT} unless given.`,
  },
  ...ACTION_OPTIONS,
  AS_ADMIN,
];

interface Input extends ActionInput {
  readonly title?: string;
  readonly deadline?: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const deadline = deadlineOf(input.deadline ?? DEADLINE_DEFAULT, context.io.now());
  const actions = await actionsOf(context, input);
  const title =
    input.title ??
    actions
      .map(({ method }) => method)
      .join(', ')
      .slice(0, 200);
  return act(context, {
    as: input.as,
    method: 'propose',
    args: async () => ({ title, actions, deadline }),
    proposal: (_args, statement) => statement,
  });
}
