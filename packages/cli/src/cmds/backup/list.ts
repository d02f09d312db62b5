import { backupIds, findBackup, readManifest } from '@hefu/server';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { resolvePath } from '../../node/data-folder.ts';
import { bytesText } from '../../output/bytes-text.ts';

export const describe: CommandText = {
  arguments: [{ name: '<folder>', summary: 'The folder of backups.' }],
  summary: 'Lists the backups in a folder, oldest first.',
  examples: ['hefu backup list /mnt/backups/hefu'],
  json: '`{format: "hefu-backup-list/1", backups: [{id, created, version, files, totalBytes, chains: [{chain, height, size, root}]}]}`.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly folder: string },
): Promise<ExitCode> {
  const { output } = context;
  const folder = resolvePath(context, input.folder);
  // Says what is wrong with a folder that holds none.
  findBackup(folder, undefined);
  const backups = backupIds(folder).map((id) => {
    const { createdMs, version, files, chains } = readManifest(folder, id);
    return {
      id,
      created: new Date(createdMs).toISOString(),
      version,
      files: files.length,
      totalBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      chains: chains.map(({ chain, height, size, root }) => ({ chain, height, size, root })),
    };
  });
  output.result({ format: 'hefu-backup-list/1', backups }, () =>
    backups.map(
      ({ id, files, totalBytes, chains }) =>
        `${id}  ${files} files, ${bytesText(totalBytes)}  ${chains.map(({ chain, size }) => `${chain}: ${size} entries`).join(', ')}`,
    ),
  );
  return EXIT.ok;
}
