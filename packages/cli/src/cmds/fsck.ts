import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { equalBytes } from '@hefu/bytes';
import { fsck, replay } from '@hefu/ledger';
import type { FsckFault, FsckReport } from '@hefu/ledger';
import { genesisDigest, parseGenesis } from '@hefu/protocol';
import { createBuiltInHost } from '@hefu/server';
import { openStore } from '@hefu/store-lmdb';
import type { CommandContext, CommandText, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { openStoreView } from '../folder/open-store.ts';
import type { StoreView } from '../folder/open-store.ts';
import { connectNode } from '../node/connect.ts';
import { resolvePath } from '../node/data-folder.ts';
import { openFolderKeystore } from '../node/signer.ts';
import { startProgress } from '../output/progress.ts';

export const describe: CommandText = {
  summary: 'Proves a data folder from its first entry to its last.',
  details: [
    'Hashes every entry into the tree again and compares tiles, checkpoints, statements with their signatures, outcomes, indexes, the state tree and attachments; opens every key. With --replay every block is executed again and must come to the same log and state. A running node is not disturbed: the folder is read as it is at this moment. Ends with 4 when anything does not hold.',
  ],
  examples: ['hefu fsck', 'hefu fsck --replay --data /srv/hefu', 'hefu fsck --json'],
  json: '`{format: "hefu-fsck/1", ok, chain, height, entries, statements, blocks, checkpoints, stateLeaves, attachments, keys, faults: [{code, at, detail}], replayed, running}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--replay', summary: 'Executes every block again, in a folder of its own.' },
  {
    flags: '--work <folder>',
    summary:
      'Where that folder is made; it grows as large as the store. The system’s own unless given.',
  },
  { flags: '--skip-signatures', summary: 'Leaves out the signatures, which take the most time.' },
];

interface Input {
  readonly replay?: boolean;
  readonly work?: string;
  readonly skipSignatures?: boolean;
}

/** Faults after which the walk ends: a damaged store has them without end. */
const FAULTS_MAX = 100;

/** A fault of the store, or of what lies around it. */
interface FolderFault {
  readonly code: string;
  readonly at: string;
  readonly detail?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output } = context;
  const running = await isRunning(context);
  using view = openStoreView(context);
  const { chain } = view.folder.chain;
  const { height } = view.reader.head();
  if (running) {
    output.say(`The node is running; the folder is read as it is now, at height ${height}.`);
  }
  const { keys, keyFaults } = checkKeys(context);
  const report = walkStore(context, view, input.skipSignatures !== true);
  const replayed = input.replay === true ? replayStore(context, view, input.work) : undefined;
  const faults: readonly FolderFault[] = [
    ...checkGenesis(view),
    ...keyFaults,
    ...report.faults,
    ...(replayed?.faults ?? []),
  ];
  const ok = faults.length === 0;
  const counts = countsOf(report);
  output.result(
    {
      format: 'hefu-fsck/1',
      ok,
      chain,
      height,
      ...counts,
      keys,
      faults,
      replayed: replayed?.blocks,
      running,
    },
    () => [
      `${chain}, height ${height}: ${report.entries} entries, ${report.statements} statements, ${report.blocks} blocks,`,
      `  ${report.checkpoints} checkpoints, ${report.stateLeaves} records of the state, ${report.attachments} attachments, ${keys} keys`,
      ...(replayed === undefined ? [] : [`  ${replayed.blocks} blocks executed again`]),
      ...faults.map(
        ({ code, at, detail }) =>
          `${output.style('bad', '✗')} ${code}, ${at}${detail === undefined ? '' : `: ${detail}`}`,
      ),
      ok
        ? `${output.style('good', '✓')} Everything holds.`
        : `${output.style('bad', '✗')} ${faults.length >= FAULTS_MAX ? 'At least ' : ''}${faults.length} fault(s). Copy the folder away before you do anything else, then restore it from a backup.`,
    ],
  );
  return ok ? EXIT.ok : EXIT.refused;
}

function countsOf(report: FsckReport): Omit<FsckReport, 'faults'> {
  const { entries, statements, blocks, checkpoints, stateLeaves, attachments } = report;
  return { entries, statements, blocks, checkpoints, stateLeaves, attachments };
}

async function isRunning(context: CommandContext): Promise<boolean> {
  try {
    const answer = await connectNode(context).http.ask({ path: '/livez' });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

function walkStore(
  { output, io }: CommandContext,
  { store, reader }: StoreView,
  signatures: boolean,
): FsckReport {
  const { chain, genesis } = reader.spec;
  const host = createBuiltInHost({ chain, suite: genesis.suite });
  const progress = startProgress(output, { label: 'checking', total: 1, now: io.now });
  const walk = fsck({ store, signatures, host, faultsMax: FAULTS_MAX });
  for (;;) {
    const step = walk.next();
    if (step.done === true) {
      progress.end();
      return step.value;
    }
    const { stage, done, total } = step.value;
    progress.update(total === 0 ? 1 : done / total, `${stage}: ${done} of ${total}`);
  }
}

/** The genesis beside the store must be the one that the log begins with. */
function checkGenesis({ folder, reader }: StoreView): readonly FolderFault[] {
  const path = folder.chainPaths.genesisFile;
  const fault = { code: 'genesis-wrong', at: path };
  try {
    const verdict = parseGenesis(JSON.parse(readFileSync(path, 'utf8')));
    if (!verdict.ok) return [{ ...fault, detail: 'it is no genesis document' }];
    const same = equalBytes(genesisDigest(verdict.genesis), reader.spec.genesisDigest);
    return same ? [] : [{ ...fault, detail: 'the store began with another genesis' }];
  } catch (error) {
    return [{ ...fault, detail: error instanceof Error ? error.message : String(error) }];
  }
}

/** Every key file must open under the master key. */
function checkKeys(context: CommandContext): {
  readonly keys: number;
  readonly keyFaults: readonly FolderFault[];
} {
  const keystore = openFolderKeystore(context);
  const { keys, faults } = keystore.list();
  const keyFaults: FolderFault[] = faults.map(({ code, path }) => ({ code, at: path ?? '' }));
  for (const { id, purpose, token, service } of keys) {
    // Of a key that lies elsewhere there is the reference to check; what holds it need not be at hand.
    const opened =
      token !== undefined || service !== undefined
        ? keystore.info(id)
        : purpose === 'encrypt'
          ? keystore.decryptionKey(id)
          : keystore.signer(id);
    if (!opened.ok) keyFaults.push({ code: opened.code, at: opened.path ?? id });
  }
  return { keys: keys.length, keyFaults };
}

function replayStore(
  context: CommandContext,
  { store, reader }: StoreView,
  work: string | undefined,
): { readonly blocks: number; readonly faults: readonly FsckFault[] | readonly FolderFault[] } {
  const { output, io } = context;
  const parent = work === undefined ? tmpdir() : resolvePath(context, work);
  const folder = mkdtempSync(join(parent, 'hefu-replay-'));
  const { chain, genesis } = reader.spec;
  const progress = startProgress(output, { label: 'executing', total: 1, now: io.now });
  try {
    const target = openStore({ path: folder });
    try {
      const host = createBuiltInHost({ chain, suite: genesis.suite });
      const walk = replay({ source: store, target, host });
      for (;;) {
        const step = walk.next();
        if (step.done === true) {
          const verdict = step.value;
          if (verdict.ok) return { blocks: verdict.blocks, faults: [] };
          const { code, height } = verdict;
          return { blocks: height, faults: [{ code, at: `height ${height}` }] };
        }
        const { height, lastHeight } = step.value;
        progress.update(height / Math.max(lastHeight, 1), `height ${height} of ${lastHeight}`);
      }
    } finally {
      target.close();
    }
  } finally {
    progress.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
