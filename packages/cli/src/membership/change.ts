import type { Committed, HefuClient } from '@hefu/sdk';
import { ProblemError } from '@hefu/sdk';
import type { CommandContext, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { connectNode } from '../node/connect.ts';
import { actingMember, openSigner } from '../node/signer.ts';

type MembersClient = HefuClient['members'];
type Method = Parameters<MembersClient['call']>[1];
type ArgsOf<M extends Method> = Parameters<typeof callOf<M>>[2];

/** Who signs a change of membership. */
export const AS_ADMIN: OptionText = {
  flags: '--as <member>',
  summary: 'Who signs; the node’s own admin unless given.',
};

/** What `--json` prints after a change. */
export const CHANGE_JSON =
  '`{format: "hefu-change/1", method, args, as, statement, height, index, code}`.';

function callOf<M extends Method>(
  client: HefuClient,
  method: M,
  args: Parameters<typeof client.members.call<M>>[2],
): { method: M; args: typeof args } {
  return { method, args };
}

/** Signs and submits a call of the membership contract, and tells what came of it. */
export async function changeMembership<M extends Method>(
  context: CommandContext,
  change: {
    readonly as: string | undefined;
    readonly method: M;
    readonly args: ArgsOf<M>;
    /** What has happened, as a sentence without its full stop. */
    readonly done: string;
  },
): Promise<ExitCode> {
  const { output } = context;
  const { method, args, done } = change;
  const member = actingMember(context, change.as, 'admin');
  const client = connectNode(context);
  const signer = await openSigner(context, client, member);
  const committed = await client.members.call(signer, method, args);
  requireAccepted(committed);
  const { id, height, index, code } = committed;
  // So that whoever lists members next sees what has just been done.
  await client.waitForReads(height);
  output.result(
    {
      format: 'hefu-change/1',
      method,
      args: jsonArgs(args),
      as: member,
      statement: id,
      height,
      index,
      code,
    },
    () => [
      `${output.style('good', '✓')} ${done}, from height ${height + 1} on`,
      output.style('dim', `  statement ${id}, signed by ${member}`),
    ],
  );
  return EXIT.ok;
}

/** A refusal has an entry too; to whoever typed the command it is a refusal all the same. */
export function requireAccepted({ code, data, id }: Committed): void {
  if (code === 'ok') return;
  throw new ProblemError({
    type: `/problems/${code}`,
    title: `The change was refused: ${code}.`,
    status: 409,
    code,
    detail: `the refusal is in the log as statement ${id}`,
    retryable: false,
    ...(data === undefined ? {} : { data }),
  });
}

/** Bytes in base64, the rest as it is. */
function jsonArgs(args: object): unknown {
  return JSON.parse(
    JSON.stringify(args, (_name, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value,
    ),
  );
}
