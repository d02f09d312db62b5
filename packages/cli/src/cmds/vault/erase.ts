import type { HefuClient } from '@hefu/sdk';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { objectsNamed, PRIVATE_ENDING } from '../../deposit/private.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault } from '../../fault.ts';
import { jsonText, writeWhole } from '../../files/write-file.ts';
import { confirmByName } from '../../membership/confirm.ts';
import { openDataFolder, resolvePath } from '../../node/data-folder.ts';
import { trustedClient } from '../../node/trusted-client.ts';
import { timeText } from '../../output/table.ts';
import { ID_SHOWN, organisationsOf } from '../../sharing/grants.ts';

export const describe: CommandText = {
  arguments: [
    {
      name: '<object>',
      summary:
        'Digest of an object in the vault, or a file NAME.private.json of a private deposit.',
    },
  ],
  summary: 'Erases an object for good, and records that on the ledger.',
  details: [
    'Its key is destroyed, the object removed, and its digest never taken in again. The nodes of all organisations to whom it was granted erase their copies when they ask next, within the hour. The statement that records it has a receipt, which is verified here; --receipt writes it to a file for anybody to check. Receipts of a private deposit show name and salt: remove them where they are kept. Copies that people made, and backups from before, are beyond reach (docs/operating/backup.md).',
  ],
  examples: [
    'hefu vault erase ./receipts/plan.pdf.private.json --receipt plan.erasure.json',
    'hefu vault erase 3a7f…e1 --yes',
  ],
  json: 'one line for each object: `{format: "hefu-erasure/1", object, erased, statement, readers, receipt}`.',
};

export const options: readonly OptionText[] = [
  {
    flags: '--readers <organisations>',
    summary: 'Who may read the record of it besides one’s own and all to whom it was granted.',
  },
  { flags: '--receipt <file>', summary: 'Where the receipt of erasure goes.' },
];

interface Input {
  readonly object: string;
  readonly readers?: string;
  readonly receipt?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output } = context;
  const objects = objectsNamed(resolvePath(context, input.object), input.object);
  const named = organisationsOf('--readers', input.readers);
  const { organisation } = openDataFolder(context).chain;
  const { client } = await trustedClient(context);
  const grantees = await granteesOf(client, objects, organisation);
  for (const object of objects) await requireThere(client, object, organisation);
  await confirmByName(context, {
    name: objects[0]?.slice(0, ID_SHOWN) ?? '',
    effect: `${objects.map((each) => `${each.slice(0, ID_SHOWN)}…`).join(' and ')} will be unreadable for ever, for everybody${grantees.length === 0 ? '' : `; ${grantees.join(', ')}, to whom it was granted, lose it too`}. The ledger will say that ${organisation} erased it.`,
  });
  const readers = [...new Set([organisation, ...grantees, ...named])];
  for (const [position, object] of objects.entries()) {
    const { erased, statement } = await client.vault.erase(object, readers);
    // What is recorded already is found by the listing, which follows the ledger a moment later.
    const receipt =
      statement === undefined
        ? await client.vault.erasureReceipt(object, organisation)
        : await client.receipt(statement);
    const file = receiptFile(input.receipt, objects.length, position);
    if (file !== undefined) writeWhole(resolvePath(context, file), jsonText(receipt));
    const value = { format: 'hefu-erasure/1', object, erased, statement, readers, receipt: file };
    output.result(value, () => [
      `${output.style('good', '✓')} ${object} was erased, ${timeText(erased)}`,
      `  its receipt holds${file === undefined ? '' : `, and is in ${file}`}`,
      ...(statement === undefined ? [] : [output.style('dim', `  statement ${statement}`)]),
    ]);
  }
  if (input.object.endsWith(PRIVATE_ENDING)) {
    output.warn(
      'the folder of this file still shows its name and salt, in the receipt and in .hefu-deposit: remove them there too',
    );
  }
  return EXIT.ok;
}

/** All to whom one of the objects was ever granted: whoever pulled it has a copy to erase. */
async function granteesOf(
  client: HefuClient,
  objects: readonly string[],
  granter: string,
): Promise<readonly string[]> {
  const grantees = new Set<string>();
  for (const object of objects) {
    for await (const { grantee } of client.sharing.grants({ object, granter })) {
      grantees.add(grantee);
    }
  }
  return [...grantees].toSorted();
}

/** Nobody is asked about what is not there; what was erased before may be asked about again, for its receipt. */
async function requireThere(
  client: HefuClient,
  object: string,
  organisation: string,
): Promise<void> {
  if ((await client.vault.stat(object)) !== undefined) return;
  for await (const _erasure of client.sharing.erasures({ object, organisation })) return;
  throw new CliFault({
    code: 'object-unknown',
    exitCode: EXIT.notFound,
    what: `the vault holds no object ${object}`,
    advice: 'hefu vault list shows what it holds.',
  });
}

/** A private item has two objects: the second receipt has a number. */
function receiptFile(
  named: string | undefined,
  count: number,
  position: number,
): string | undefined {
  if (named === undefined || count === 1 || position === 0) return named;
  return named.replace(/(\.json)?$/, `.${position + 1}$1`);
}
