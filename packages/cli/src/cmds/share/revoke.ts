import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { AS_ADMIN, requireAccepted } from '../../membership/change.ts';
import { actingMember, openSigner } from '../../node/signer.ts';
import { trustedClient } from '../../node/trusted-client.ts';
import { findGrant } from '../../sharing/grants.ts';

export const describe: CommandText = {
  arguments: [{ name: '<grant>', summary: 'Its id, or the beginning of it.' }],
  summary: 'Ends a grant: nothing more can be pulled by it.',
  details: [
    'What has been pulled before stays with the other organisation; only `hefu vault erase` reaches it there.',
  ],
  examples: ['hefu share revoke 5d1c07ab'],
  json: '`{format: "hefu-revocation/1", grant, as, statement, height}`.',
};

export const options: readonly OptionText[] = [AS_ADMIN];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly grant: string; readonly as?: string },
): Promise<ExitCode> {
  const { output } = context;
  const member = actingMember(context, input.as, 'admin');
  const { client } = await trustedClient(context);
  const grant = await findGrant(client, input.grant);
  const signer = await openSigner(context, client, member);
  const committed = await client.sharing.revoke(signer, grant);
  requireAccepted(committed);
  const { id: statement, height } = committed;
  await client.waitForReads(height);
  output.result({ format: 'hefu-revocation/1', grant, as: member, statement, height }, () => [
    `${output.style('good', '✓')} nothing more can be pulled by ${grant}`,
    output.style('dim', `  statement ${statement}, signed by ${member}`),
  ]);
  return EXIT.ok;
}
