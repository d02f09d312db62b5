import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { fields, timeText } from '../../output/table.ts';
import { findGrant, stateOf } from '../../sharing/grants.ts';

export const describe: CommandText = {
  arguments: [{ name: '<grant>', summary: 'Its id, or the beginning of it.' }],
  summary: 'Shows one grant.',
  examples: ['hefu share show 5d1c07ab'],
  json: 'the grant as the API has it, with `state` as it stands now (`ended` too).',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly grant: string },
): Promise<ExitCode> {
  const { output, io } = context;
  const client = connectNode(context);
  const grant = await client.sharing.show(await findGrant(client, input.grant));
  const state = stateOf(grant, io.now());
  const { revoked, erased, until } = grant;
  output.result({ ...grant, state }, () =>
    fields([
      ['grant', grant.id],
      ['state', state],
      ['object', grant.object],
      ['by', `${grant.granter} (${grant.by}, at height ${grant.height}, ${timeText(grant.time)})`],
      ['to', grant.grantee],
      ['until', until === undefined ? '-' : timeText(until)],
      ['readers', grant.readers.join(', ')],
      ...(revoked === undefined
        ? []
        : [['revoked', `${timeText(revoked.time)}, by ${revoked.by}`] as const]),
      ...(erased === undefined ? [] : [['erased', timeText(erased.time)] as const]),
    ]),
  );
  return EXIT.ok;
}
