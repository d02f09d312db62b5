import { applyTail, declareNothingPublished, readStanding, restoreBackup } from '@hefu/server';
import type { StandingReport } from '@hefu/server';
import type { CommandContext, CommandText, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { CliFault, usageFault } from '../fault.ts';
import { confirmByName } from '../membership/confirm.ts';
import { dataFolder, resolvePath } from '../node/data-folder.ts';
import { readPublished, requireShown, TRUST_OPTION } from '../node/show-published.ts';
import type { Published, PublishedInput } from '../node/show-published.ts';
import { startProgress } from '../output/progress.ts';

export const describe: CommandText = {
  summary: 'Makes a data folder out of a backup, and supplies what the backup lacks.',
  details: [
    'A restored chain is only read at first: what its node has published after the backup is not in it, and signing other entries in their place would fork the log for everybody. Show the longest checkpoint that is known anywhere (a mirror, another organisation, a receipt’s) with --published. If it is longer than the log, supply the missing part with --tail, made by `hefu export-tail` from another copy. Only if nothing was published after the backup, say --nothing-published.',
    'Without --from the data folder that is there is worked on, and without any option its standing is told. The node must not run.',
  ],
  examples: [
    'hefu restore --from /mnt/backups/hefu --data /srv/hefu --published https://mirror.example.org/log/checkpoint',
    'hefu restore --data /srv/hefu --tail tail.hefu',
    'hefu restore --data /srv/hefu',
  ],
  json: '`{format: "hefu-restore/1", directory, backup, files, totalBytes, tail: {blocks, known}, chain, size, published, writable, reason: {code, message}}`.',
};

export const options: readonly OptionText[] = [
  {
    flags: '--from <folder>',
    summary: 'The folder of backups; --data must be empty or not there.',
  },
  { flags: '--backup <id>', summary: 'With --from: which one; the newest unless given.' },
  { flags: '--tail <file>', summary: 'The part of the chain that is missing.' },
  { flags: '--published <file-or-url>', summary: 'The longest checkpoint that was published.' },
  TRUST_OPTION,
  {
    flags: '--nothing-published',
    summary:
      'Declares that nothing was published after the backup. If that is wrong, the log forks.',
  },
];

interface Input extends PublishedInput {
  readonly from?: string;
  readonly backup?: string;
  readonly tail?: string;
  readonly nothingPublished?: boolean;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output } = context;
  requireSense(input);
  const directory = dataFolder(context);
  // Read first, so that a wrong address does not leave the work half done.
  const published = await readPublished(context, input);
  if (input.nothingPublished === true) await confirmFork(context);
  const restored = input.from === undefined ? undefined : await restore(context, input, input.from);
  const tail = input.tail === undefined ? undefined : supplyTail(context, input.tail);
  const standing = standingAfter(context, published, input.nothingPublished === true);
  const { chain, size } = standing;
  const reason = standing.standing.ok ? undefined : standing.standing;
  const value = {
    format: 'hefu-restore/1',
    directory,
    ...restored,
    tail,
    chain,
    size,
    published: standing.published,
    writable: reason === undefined,
    reason: reason === undefined ? undefined : { code: reason.code, message: reason.message },
  };
  output.result(value, () => [
    ...(restored === undefined
      ? []
      : [`${output.style('good', '✓')} backup ${restored.backup} is restored in ${directory}`]),
    ...(tail === undefined
      ? []
      : [
          `${output.style('good', '✓')} ${tail.blocks} blocks were supplied, ${tail.known} were there`,
        ]),
    `  ${chain}: ${size} entries${standing.published === undefined ? '' : `, published: ${standing.published}`}`,
    ...(reason === undefined
      ? [`${output.style('good', '✓')} The node will write to it. Prove it first: hefu fsck`]
      : [
          `${output.style('warn', '●')} Read-only: ${reason.message} (${reason.code}).`,
          `  ${ADVICE[reason.code] ?? ADVICE['other'] ?? ''}`,
        ]),
  ]);
  return EXIT.ok;
}

const ADVICE: Readonly<Record<string, string>> = {
  'restored-unconfirmed':
    'Show the longest checkpoint that is known anywhere: hefu restore --published <file or URL>.',
  'behind-published':
    'Supply what is missing from another copy: hefu export-tail there, hefu restore --tail here. If there is none: hefu chain break.',
  'behind-signed':
    'Supply what is missing from another copy: hefu export-tail there, hefu restore --tail here. If there is none: hefu chain break.',
  'chain-broken': 'Nothing: the chain that goes on is the one to use.',
  other: 'docs/operating/no-fork.md says what can be done.',
};

function requireSense(input: Input): void {
  if (input.backup !== undefined && input.from === undefined) {
    throw usageFault('usage', '--backup goes with --from');
  }
  if (input.published !== undefined && input.nothingPublished === true) {
    throw usageFault('usage', '--published and --nothing-published contradict each other');
  }
}

async function confirmFork(context: CommandContext): Promise<void> {
  await confirmByName(context, {
    name: 'nothing was published',
    effect:
      'The node will sign new entries after the backup’s last. If others were published there, the log forks, and everybody who compares checkpoints sees it.',
  });
}

async function restore(
  context: CommandContext,
  input: Input,
  from: string,
): Promise<{ readonly backup: string; readonly files: number; readonly totalBytes: number }> {
  const { output, io } = context;
  const stop = new AbortController();
  void io.stopped().then(() => stop.abort());
  const progress = startProgress(output, { label: 'restoring', total: 1, now: io.now });
  try {
    const { id, files, totalBytes } = await restoreBackup({
      from: resolvePath(context, from),
      directory: dataFolder(context),
      nowMs: io.now(),
      signal: stop.signal,
      ...(input.backup === undefined ? {} : { id: input.backup }),
      onProgress: ({ path, doneBytes, totalBytes: total }) => {
        progress.update(doneBytes / Math.max(total, 1), path);
      },
    });
    return { backup: id, files, totalBytes };
  } finally {
    progress.end();
  }
}

function supplyTail(
  context: CommandContext,
  file: string,
): { readonly blocks: number; readonly known: number } {
  const verdict = applyTail({
    directory: dataFolder(context),
    file: resolvePath(context, file),
    onProgress: (size) => {
      if (context.output.progressShown) context.output.redraw(`supplied up to ${size} entries`);
    },
  });
  if (context.output.progressShown) context.output.redraw('');
  if (verdict.ok) return { blocks: verdict.blocks, known: verdict.known };
  throw new CliFault({
    code: verdict.code,
    exitCode: EXIT.refused,
    what: `the tail cannot be used: ${verdict.message}`,
    why: [`${verdict.blocks} blocks before that were good, and are in the store now.`],
    advice: 'Export it again from a copy that holds the published log.',
  });
}

function standingAfter(
  context: CommandContext,
  published: Published | undefined,
  nothingPublished: boolean,
): StandingReport {
  if (published !== undefined) return requireShown(context, published);
  const directory = dataFolder(context);
  return nothingPublished ? declareNothingPublished({ directory }) : readStanding({ directory });
}
