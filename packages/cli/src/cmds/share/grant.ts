import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { objectsNamed } from '../../deposit/private.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { deadlineOf } from '../../governance/deadline.ts';
import { AS_ADMIN, requireAccepted } from '../../membership/change.ts';
import { resolvePath } from '../../node/data-folder.ts';
import { actingMember, openSigner } from '../../node/signer.ts';
import { trustedClient } from '../../node/trusted-client.ts';
import { timeText } from '../../output/table.ts';
import { ID_SHOWN, organisationsOf, requireOrganisations } from '../../sharing/grants.ts';

export const describe: CommandText = {
  arguments: [
    {
      name: '<objects...>',
      summary: 'Digests of objects in the vault, or files NAME.private.json of private deposits.',
    },
  ],
  summary: 'Grants objects of the vault to another organisation.',
  details: [
    'A grant is a statement by an admin or operator. The other organisation’s node then pulls the objects from this one; both prove themselves with keys on the ledger. Hand over the ids of the grants and the address of this node.',
  ],
  examples: [
    'hefu share grant ./receipts/plan.pdf.private.json --to court --until 30d',
    'hefu share grant 3a7f…e1 --to court',
  ],
  json: 'one line for each: `{format: "hefu-grant/1", grant, object, granter, grantee, until, readers, height}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--to <organisation>', summary: 'Who may have them.', required: true },
  {
    flags: '--until <time>',
    summary: 'When it ends by itself: 12h, 30d, or a time; never unless given.',
  },
  {
    flags: '--readers <organisations>',
    summary: 'Who may know of the grant besides the two, with commas between them.',
  },
  AS_ADMIN,
];

interface Input {
  readonly objects: readonly string[];
  readonly to: string;
  readonly until?: string;
  readonly readers?: string;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output, io } = context;
  const objects = input.objects.flatMap((typed) =>
    objectsNamed(resolvePath(context, typed), typed),
  );
  const [grantee = ''] = organisationsOf('--to', input.to);
  const until = input.until === undefined ? undefined : deadlineOf(input.until, io.now());
  const member = actingMember(context, input.as, 'admin');
  const [granter = ''] = member.split('/');
  const readers = [granter, grantee, ...organisationsOf('--readers', input.readers)];
  const { client } = await trustedClient(context);
  await requireOrganisations(client, readers);
  const signer = await openSigner(context, client, member);
  let last = 0;
  for (const object of new Set(objects)) {
    if ((await client.vault.stat(object)) === undefined) {
      output.warn(`${object} is not in this node’s vault: nothing can be pulled until it is`);
    }
    const request = { object, grantee, readers, ...(until === undefined ? {} : { until }) };
    const committed = await client.sharing.grant(signer, request);
    requireAccepted(committed);
    const { grant, height } = committed;
    last = Math.max(last, height);
    const value = { format: 'hefu-grant/1', grant, granter, ...request, height };
    output.result(value, () => [
      `${output.style('good', '✓')} ${grantee} may pull ${object.slice(0, ID_SHOWN)}…${until === undefined ? '' : ` until ${timeText(until)}`}`,
      `  grant ${grant}`,
    ]);
  }
  await client.waitForReads(last);
  return EXIT.ok;
}
