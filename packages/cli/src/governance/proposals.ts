import type { HefuClient } from '@hefu/sdk';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { requireAccepted } from '../membership/change.ts';
import { connectNode } from '../node/connect.ts';
import { actingMember, openSigner } from '../node/signer.ts';

/** Length of a proposal's id. */
const ID_LENGTH = 64;
/** As much of it as tables show. */
export const ID_SHOWN = 12;

/** What `--json` prints after proposing and voting. */
export const PROPOSAL_JSON =
  '`{format: "hefu-proposal/1", proposal, status, votes, as, statement, height, index}`.';

type Method = 'propose' | 'vote';
type ArgsOf<M extends Method> = Parameters<typeof HefuClient.prototype.members.call<M>>[2];

/** The id of a proposal by its beginning. */
export async function findProposal(client: HefuClient, beginning: string): Promise<string> {
  if (beginning.length >= ID_LENGTH) return beginning;
  const found: string[] = [];
  for await (const { id } of client.governance.proposals()) {
    if (id.startsWith(beginning)) found.push(id);
  }
  const [id] = found;
  if (id !== undefined && found.length === 1) return id;
  throw new CliFault({
    code: id === undefined ? 'proposal-unknown' : 'proposal-ambiguous',
    exitCode: id === undefined ? EXIT.notFound : EXIT.usage,
    what:
      id === undefined
        ? `no proposal begins with ${beginning}`
        : `several proposals begin with ${beginning}`,
    advice: 'List them with `hefu proposal list`.',
  });
}

/** Signs and submits a proposal or a vote, and tells where the proposal stands then. */
export async function act<M extends Method>(
  context: CommandContext,
  deed: {
    readonly as: string | undefined;
    readonly method: M;
    readonly args: (client: HefuClient) => Promise<ArgsOf<M>>;
    /** Id of the proposal: of the statement itself when it makes one. */
    readonly proposal: (args: ArgsOf<M>, statement: string) => string;
  },
): Promise<ExitCode> {
  const { output } = context;
  const member = actingMember(context, deed.as, 'admin');
  const client = connectNode(context);
  const args = await deed.args(client);
  const signer = await openSigner(context, client, member);
  const committed = await client.members.call(signer, deed.method, args);
  requireAccepted(committed);
  const { id: statement, height, index } = committed;
  await client.waitForReads(height);
  const proposal = deed.proposal(args, statement);
  const { status, votes } = await client.governance.proposal(proposal);
  output.result(
    { format: 'hefu-proposal/1', proposal, status, votes, as: member, statement, height, index },
    () => [
      `${output.style('good', '✓')} the proposal is ${status}: ${votes.yes} yes, ${votes.no} no`,
      output.style('dim', `  proposal ${proposal}, signed by ${member}`),
    ],
  );
  return EXIT.ok;
}
