import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { isOrganisationId } from '@hefu/protocol';
import type { DepositReaders, HefuClient } from '@hefu/sdk';
import { toHex } from '@hefu/bytes';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { depositFiles, pendingFiles } from '../../deposit/deposit.ts';
import { Journal } from '../../deposit/journal.ts';
import type { JournalFile } from '../../deposit/journal.ts';
import { requirePlaces, writeTrust } from '../../deposit/receipt-files.ts';
import { walkPaths } from '../../deposit/walk.ts';
import type { Source } from '../../deposit/walk.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { CliFault, faultTextOf, usageFault } from '../../fault.ts';
import { digestFile } from '../../files/digest-file.ts';
import { openDataFolder, resolvePath } from '../../node/data-folder.ts';
import { actingMember, openSigner } from '../../node/signer.ts';
import { trustedClient } from '../../node/trusted-client.ts';
import { startProgress } from '../../output/progress.ts';
import { requireOrganisations } from '../../sharing/grants.ts';
import { countText, sizeText } from '../../output/table.ts';

export const describe: CommandText = {
  arguments: [
    { name: '<paths...>', summary: 'Files and folders; folders with all that is in them.' },
  ],
  summary: 'Deposits files as evidence and writes a receipt for each.',
  details: [
    'Each file is hashed (SHA-256 and SM3); the digests, its name and size go to the ledger under one signature for up to 100,000 files. The file itself stays where it is. Receipts go to --out, folders mirrored, as NAME.receipt.json, with trust.json beside them: all that a verifier needs.',
    'With --private the ledger learns nothing but salted digests: names, sizes and digests of the files go, with a random salt each, into the node’s own vault and nowhere else, and --readers names who may know that there is the deposit. Beside each receipt NAME.private.json says which objects of the vault it is about: `hefu share grant` gives them to another organisation, `hefu vault erase` destroys them. Receipts of private deposits show name and salt: keep them like the files. Without --private --readers only says to whom nodes show what was said; every node of the consortium holds it.',
    'Links inside folders are not followed. A run that was interrupted goes on when the same command is given again; later runs with the same --out deposit only what is new or has changed.',
  ],
  examples: [
    'hefu evidence deposit ./contracts --out ./receipts',
    'hefu evidence deposit order.pdf --out ./receipts --case 2026-117 --readers public',
    'hefu evidence deposit plan.pdf --out ./receipts --private --keep --readers court',
    'hefu evidence deposit ./photos --out ./receipts --keep --title "Site visit"',
  ],
  json: '`{format: "hefu-deposit/1", chain, member, out, files, bytes, receipts, statements, private, skipped}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--out <folder>', summary: 'Where the receipts go.', required: true },
  { flags: '--case <reference>', summary: 'Case, order or project that all of them belong to.' },
  { flags: '--title <text>', summary: 'Title of the deposit.' },
  {
    flags: '--readers <readers>',
    summary:
      'Who may read what is said of the files: public, consortium (the default), or organisations with commas between them. With --private organisations alone, the node’s own unless given.',
  },
  { flags: '--claim-times', summary: 'States when each file was last written, as a claim.' },
  {
    flags: '--private',
    summary: 'The ledger learns salted digests alone; all else stays in the node’s vault.',
  },
  { flags: '--keep', summary: 'Also keeps the contents, encrypted, in the node’s vault.' },
  {
    flags: '--single',
    summary: 'One statement for each file instead of one for all; not with --private.',
  },
  { flags: '--as <member>', summary: 'Who signs; the node’s own depositor unless given.' },
];

interface Input {
  readonly paths: readonly string[];
  readonly out: string;
  readonly case?: string;
  readonly title?: string;
  readonly readers?: string;
  readonly claimTimes?: boolean;
  readonly keep?: boolean;
  readonly private?: boolean;
  readonly single?: boolean;
  readonly as?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output, io } = context;
  const out = resolvePath(context, input.out);
  const organisation = openDataFolder(context).chain.organisation;
  const isPrivate = input.private === true;
  const readers = readersOf(input.readers ?? (isPrivate ? organisation : undefined), organisation);
  if (isPrivate) requirePrivate(input, readers);
  else if (typeof readers !== 'string') output.warn(READERS_NOTE);
  const walk = walkPaths(
    input.paths.map((path) => resolvePath(context, path)),
    out,
  );
  for (const skipped of walk.skipped) output.warn(`left out: ${skipped}`);
  if (walk.files.length === 0) {
    throw new CliFault({
      code: 'nothing-to-deposit',
      exitCode: EXIT.notFound,
      what: 'there are no files under the paths given',
    });
  }
  requirePlaces(walk.files.map(({ name }) => name));
  const member = actingMember(context, input.as, 'depositor');
  const { client, trust } = await trustedClient(context);
  if (typeof readers !== 'string') await requireOrganisations(client, readers);
  const signer = await openSigner(context, client, member);
  using journal = new Journal(out);
  journal.begin({ chain: trust.chain, genesis: trust.genesis });
  const files = await hashFiles(context, walk.files, journal);
  if (input.keep === true && !isPrivate) await keepFiles(context, client, walk.files, files);
  writeTrust(out, trust);
  const pending = pendingFiles(journal, files).length;
  const progress = startProgress(output, { label: 'receipts', total: pending, now: io.now });
  let written = 0;
  let lastHeight = 0;
  const result = await depositFiles(
    {
      client,
      signer,
      journal,
      out,
      readers,
      settings: {
        ...(input.case === undefined ? {} : { case: input.case }),
        ...(input.title === undefined ? {} : { title: input.title }),
        claimTimes: input.claimTimes === true,
      },
      single: input.single === true,
      ...(isPrivate && typeof readers !== 'string' ? { privateReaders: readers } : {}),
      ...(isPrivate && input.keep === true ? { saltedPath: pathsOf(walk.files) } : {}),
      onCommitted(height) {
        lastHeight = Math.max(lastHeight, height);
      },
      onReceipt(count) {
        written += count;
        progress.update(written);
      },
    },
    files,
  );
  progress.end();
  // So that whoever looks for the files next finds them.
  await client.waitForReads(lastHeight);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  output.result(
    {
      format: 'hefu-deposit/1',
      chain: trust.chain,
      member,
      out,
      files: files.length,
      bytes,
      ...result,
      private: isPrivate,
      skipped: walk.skipped,
    },
    () => [
      result.receipts === 0
        ? `${countText(files.length, 'file')}, nothing new: every one has its receipt in ${input.out}`
        : `${output.style('good', '✓')} ${countText(result.receipts, 'receipt')} in ${input.out} ` +
          `(${countText(files.length, 'file')}, ${sizeText(bytes)}; ` +
          `${countText(result.statements.length, 'statement')} signed by ${member})`,
    ],
  );
  if (result.receipts > 0) output.say(`Check them anywhere: hefu verify ${input.out}`);
  return EXIT.ok;
}

/** Organisations that are named always include the depositor's own, who could not get the receipts otherwise. */
function readersOf(text: string = 'consortium', own: string): DepositReaders {
  if (text === 'public' || text === 'consortium') return text;
  const named = text.split(',').map((each) => each.trim());
  for (const organisation of named) {
    if (!isOrganisationId(organisation)) {
      throw usageFault(
        'readers-invalid',
        `--readers: ${organisation} is no organisation`,
        'Name public, consortium, or organisations with commas between them.',
      );
    }
  }
  return [...new Set([own, ...named])];
}

/** What named readers do not do; said where somebody may believe it. */
const READERS_NOTE =
  'names, titles and digests of these files go into a statement that every node of the consortium holds; --readers only says to whom nodes show it. --private keeps them off the ledger.';

function requirePrivate({ single }: Input, readers: DepositReaders): void {
  if (single === true) throw usageFault('usage', '--single does not go with --private');
  if (typeof readers !== 'string') return;
  throw usageFault(
    'readers-invalid',
    `--readers: a private deposit is not for ${readers}`,
    'Name organisations with commas between them.',
  );
}

function pathsOf(sources: readonly Source[]): (name: string) => string | undefined {
  const paths = new Map(sources.map(({ name, path }) => [name, path]));
  return (name) => paths.get(name);
}

/** Hashes what the journal does not know as it is now. A file that can't be read stops the run before anything is said. */
async function hashFiles(
  { output, io }: CommandContext,
  sources: readonly Source[],
  journal: Journal,
): Promise<JournalFile[]> {
  const total = sources.reduce((sum, { size }) => sum + size, 0);
  const progress = startProgress(output, { label: 'hashing', total, now: io.now });
  const files: JournalFile[] = [];
  const faults: string[] = [];
  let read = 0;
  for (const { path, name, size, mtimeMs } of sources) {
    const known = journal.files.get(name);
    if (known !== undefined && known.size === size && known.mtimeMs === mtimeMs) {
      files.push(known);
      read += size;
      continue;
    }
    try {
      const digests = await digestFile(path, (bytes) => {
        read += bytes;
        progress.update(read, name);
      });
      const file: JournalFile = {
        type: 'file',
        name,
        size: digests.size,
        mtimeMs,
        sha256: toHex(digests.sha256),
        sm3: toHex(digests.sm3),
      };
      journal.append([file]);
      files.push(file);
    } catch (error) {
      faults.push(`${name}: ${faultTextOf(error).what}`);
    }
  }
  progress.end();
  if (faults.length === 0) return files;
  throw new CliFault({
    code: 'files-unreadable',
    exitCode: EXIT.failure,
    what: `${countText(faults.length, 'file')} could not be read; nothing was deposited`,
    why: faults.slice(0, FAULTS_SHOWN_MAX),
    advice: 'Make them readable or leave them out, and run the same command again.',
  });
}

/** Faults that a message names; the first ones tell the story. */
const FAULTS_SHOWN_MAX = 10;

async function keepFiles(
  { output, io }: CommandContext,
  client: HefuClient,
  sources: readonly Source[],
  files: readonly JournalFile[],
): Promise<void> {
  const hashName = await client.hashName();
  const progress = startProgress(output, { label: 'keeping', total: files.length, now: io.now });
  for (const [position, file] of files.entries()) {
    const source = sources[position];
    if (source === undefined) continue;
    const content = Readable.toWeb(createReadStream(source.path)) as ReadableStream<Uint8Array>;
    await client.evidence.keep(file[hashName], content);
    progress.update(position + 1, file.name);
  }
  progress.end();
}
