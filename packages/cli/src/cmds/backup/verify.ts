import { verifyBackup } from '@hefu/server';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { resolvePath } from '../../node/data-folder.ts';
import { bytesText } from '../../output/bytes-text.ts';
import { startProgress } from '../../output/progress.ts';

export const describe: CommandText = {
  arguments: [{ name: '<folder>', summary: 'The folder of backups.' }],
  summary: 'Proves a backup: reads every piece of it and holds it against its digest.',
  details: [
    'Needs neither the data folder nor the master key. Ends with 4 when anything does not hold.',
  ],
  examples: [
    'hefu backup verify /mnt/backups/hefu',
    'hefu backup verify /mnt/backups/hefu --backup 20260301T021500000Z',
  ],
  json: '`{format: "hefu-backup-verify/1", ok: true, id, files, pieces, totalBytes, chains: [{chain, height, size, root}]}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--backup <id>', summary: 'Which one; the newest unless given.' },
];

interface Input {
  readonly folder: string;
  readonly backup?: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output, io } = context;
  const stop = new AbortController();
  void io.stopped().then(() => stop.abort());
  const progress = startProgress(output, { label: 'verifying', total: 1, now: io.now });
  try {
    const { manifest, pieces, totalBytes } = await verifyBackup({
      from: resolvePath(context, input.folder),
      ...(input.backup === undefined ? {} : { id: input.backup }),
      signal: stop.signal,
      onProgress: (done, total) => progress.update(done / Math.max(total, 1)),
    });
    progress.end();
    const { id, files } = manifest;
    const chains = manifest.chains.map(({ chain, height, size, root }) => ({
      chain,
      height,
      size,
      root,
    }));
    const value = { ok: true, id, files: files.length, pieces, totalBytes, chains };
    output.result({ format: 'hefu-backup-verify/1', ...value }, () => [
      `${output.style('good', '✓')} backup ${id} holds: ${files.length} files, ${pieces} pieces, ${bytesText(totalBytes)}`,
      ...chains.map(({ chain, height, size }) => `  ${chain}, height ${height}: ${size} entries`),
    ]);
    return EXIT.ok;
  } finally {
    progress.end();
  }
}
