import { existsSync } from 'node:fs';
import { exportTail } from '@hefu/server';
import type { CommandContext, CommandText, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { CliFault, usageFault } from '../fault.ts';
import { openDataFolder, resolvePath } from '../node/data-folder.ts';
import { startProgress } from '../output/progress.ts';

export const describe: CommandText = {
  summary: 'Writes the part of the chain that another copy lacks, for `hefu restore --tail`.',
  details: [
    'Holds statements, attachments and checkpoints from a number of entries on, which is what the other copy has (`hefu restore` without options tells it). Contents of the vault are not in it. The node may run. The file holds what only the consortium may see.',
  ],
  examples: ['hefu export-tail --from-size 10452 --out tail.hefu'],
  json: '`{format: "hefu-tail/1", out, chain, fromSize, size, blocks, statements, attachments}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--from-size <number>', summary: 'Entries that the other copy has.', required: true },
  { flags: '--out <file>', summary: 'The file; it must not be there.', required: true },
];

interface Input {
  readonly fromSize: string;
  readonly out: string;
}

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output, io } = context;
  if (!/^[1-9]\d{0,14}$/.test(input.fromSize)) {
    throw usageFault('usage', `--from-size: ${input.fromSize} is no number of entries`);
  }
  const folder = openDataFolder(context);
  const out = resolvePath(context, input.out);
  if (existsSync(out)) {
    throw new CliFault({
      code: 'file-exists',
      exitCode: EXIT.refused,
      what: `${input.out} is there already`,
      advice: 'Name another file.',
    });
  }
  const progress = startProgress(output, { label: 'tail', total: 1, now: io.now });
  try {
    const report = exportTail({
      storePath: folder.chainPaths.store,
      fromSize: Number(input.fromSize),
      out,
      onProgress: (size, last) => progress.update(size / Math.max(last, 1), `${size} of ${last}`),
    });
    progress.end();
    const { chain, fromSize, size, blocks, statements, attachments } = report;
    output.result({ format: 'hefu-tail/1', out, ...report }, () => [
      `${output.style('good', '✓')} ${chain}, entries ${fromSize} to ${size}: ${blocks} blocks, ${statements} statements, ${attachments} attachments in ${input.out}`,
    ]);
    return EXIT.ok;
  } finally {
    progress.end();
  }
}
