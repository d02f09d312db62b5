import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { usageFault } from '../../fault.ts';
import { act, findProposal, PROPOSAL_JSON } from '../../governance/proposals.ts';
import { AS_ADMIN } from '../../membership/change.ts';

export const describe: CommandText = {
  arguments: [
    { name: '<proposal>', summary: 'Its id, or the beginning of it.' },
    { name: '<vote>', summary: 'yes, no, or withdraw to take the vote back.' },
  ],
  summary: 'Votes on a proposal for the signer’s organisation.',
  details: ['Each organisation has one vote, which any of its admins can change until the end.'],
  examples: ['hefu proposal vote 3f9c12ab yes'],
  json: PROPOSAL_JSON,
};

export const options: readonly OptionText[] = [AS_ADMIN];

interface Input {
  readonly proposal: string;
  readonly vote: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { vote } = input;
  if (vote !== 'yes' && vote !== 'no' && vote !== 'withdraw') {
    throw usageFault('vote-invalid', `${vote} is no vote`, 'One of yes, no and withdraw.');
  }
  return act(context, {
    as: input.as,
    method: 'vote',
    args: async (client) => ({ proposal: await findProposal(client, input.proposal), vote }),
    proposal: (args) => args.proposal,
  });
}
