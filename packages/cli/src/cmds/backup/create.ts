import { createBackup, KEEP_DEFAULT, readSecrets } from '@hefu/server';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { usageFault } from '../../fault.ts';
import { dataFolder, resolvePath } from '../../node/data-folder.ts';
import { bytesText } from '../../output/bytes-text.ts';
import { startProgress } from '../../output/progress.ts';
import { version } from '../../program-version.ts';

export const describe: CommandText = {
  summary: 'Makes a backup of the data folder while its node runs.',
  details: [
    'Only what no earlier backup in the folder holds is written. The backup is one moment of the chain with the keys (sealed), settings, accounts and the vault; of objects in an S3 bucket it has the list alone, which `hefu vault check` holds against the bucket; the master key, the signing state and credentials are never in it. A run that is stopped or fails leaves the earlier backups as they were.',
  ],
  examples: [
    'hefu backup --out /mnt/backups/hefu',
    'hefu backup --out /mnt/backups/hefu --keep 30',
  ],
  json: '`{format: "hefu-backup/1", out, id, chains: [{chain, height, size, root}], files, totalBytes, newBytes, unlisted, removed}`.',
};

export const options: readonly OptionText[] = [
  {
    flags: '--out <folder>',
    summary: 'Where backups go; always the same folder. It must be given.',
  },
  {
    flags: '--keep <number>',
    summary: `Backups to keep in it, this one included; ${KEEP_DEFAULT} unless given.`,
  },
];

interface Input {
  readonly out?: string;
  readonly keep?: string;
}

/** Most backups kept: more would be a year of hours. */
const KEEP_MAX = 10_000;

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output, io } = context;
  if (input.out === undefined) throw usageFault('usage', '--out names the folder of backups');
  const out = resolvePath(context, input.out);
  const keep = keepOf(input.keep);
  const stop = new AbortController();
  void io.stopped().then(() => stop.abort());
  const bucketCredentials = readSecrets(io.env).secrets.s3;
  const progress = startProgress(output, { label: 'backup', total: 1, now: io.now });
  try {
    const report = await createBackup({
      directory: dataFolder(context),
      out,
      nowMs: io.now(),
      version: version(),
      keep,
      ...(bucketCredentials === undefined ? {} : { bucketCredentials }),
      signal: stop.signal,
      onProgress: ({ path, doneBytes, totalBytes }) => {
        progress.update(doneBytes / Math.max(totalBytes, 1), path);
      },
    });
    progress.end();
    const { id, files, totalBytes, newBytes, unlisted, removed } = report;
    for (const slug of unlisted) {
      output.warn(
        `${slug}: its objects are in a bucket that could not be listed (HEFU_S3_ACCESS_KEY_ID and HEFU_S3_SECRET_ACCESS_KEY open it); the backup does not say which there are`,
      );
    }
    const chains = report.chains.map(({ chain, height, size, root }) => ({
      chain,
      height,
      size,
      root,
    }));
    const value = {
      format: 'hefu-backup/1',
      out,
      id,
      chains,
      files,
      totalBytes,
      newBytes,
      unlisted,
      removed,
    };
    output.result(value, () => [
      `${output.style('good', '✓')} backup ${id} in ${input.out}: ${files} files, ${bytesText(totalBytes)}, of them ${bytesText(newBytes)} new`,
      ...chains.map(({ chain, height, size }) => `  ${chain}, height ${height}: ${size} entries`),
      ...removed.map((old) => `  ${old} was taken away`),
    ]);
    output.say('The master key is not in it: keep a copy of that in another place.');
    return EXIT.ok;
  } finally {
    progress.end();
  }
}

function keepOf(text: string | undefined): number {
  if (text === undefined) return KEEP_DEFAULT;
  const keep = Number(text);
  if (/^\d{1,5}$/.test(text) && keep >= 1 && keep <= KEEP_MAX) return keep;
  throw usageFault('usage', `--keep: ${text} is not a number from 1 to ${KEEP_MAX}`);
}
