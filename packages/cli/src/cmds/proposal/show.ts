import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { findProposal } from '../../governance/proposals.ts';
import { connectNode } from '../../node/connect.ts';
import { fields, table, timeText } from '../../output/table.ts';
import { visible } from '../../output/visible.ts';

export const describe: CommandText = {
  arguments: [{ name: '<proposal>', summary: 'Its id, or the beginning of it.' }],
  summary: 'Shows one proposal: what it does, and who voted how.',
  examples: ['hefu proposal show 3f9c12ab'],
  json: 'the proposal as the API has it, its votes in `ballots`.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly proposal: string },
): Promise<ExitCode> {
  const { output } = context;
  const client = connectNode(context);
  const id = await findProposal(client, input.proposal);
  const shown = await client.governance.proposal(id);
  const ballots = await all(client.governance.votes(id));
  const { failure } = shown;
  output.result({ ...shown, ballots }, () => [
    ...fields([
      ['id', shown.id],
      ['title', visible(shown.title)],
      ['by', `${shown.member}, at height ${shown.made.height}`],
      ['status', shown.status],
      ['deadline', timeText(shown.deadline)],
      ...(shown.closed === null ? [] : [['closed', `at height ${shown.closed.height}`] as const]),
      ...(failure === null
        ? []
        : [['failure', `action ${failure.action}: ${failure.code}`] as const]),
    ]),
    '',
    ...table(
      ['action', 'arguments'],
      shown.actions.map(({ method, args }) => [method, visible(JSON.stringify(args))]),
    ),
    '',
    ...table(
      ['organisation', 'vote', 'cast by', 'height'],
      ballots.map(({ organisation, vote, member, height }) => [
        organisation,
        vote,
        member,
        String(height),
      ]),
    ),
  ]);
  return EXIT.ok;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
