import { open, rename, rm } from 'node:fs/promises';
import { getVaultFile } from '@hefu/sdk/node';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { resolvePath } from '../../node/data-folder.ts';
import { startProgress } from '../../output/progress.ts';
import { sizeText } from '../../output/table.ts';
import { GRANTER, whoseOf } from '../../sharing/granter-option.ts';

export const describe: CommandText = {
  arguments: [{ name: '<object>', summary: 'Its digest.' }],
  summary: 'Reads an object of the vault into a file, held against its digest.',
  details: [
    'Goes on over broken connections; given again after it was interrupted, it goes on from FILE.part. With --salted the 32 bytes of salt before the content of a private deposit are left out; such a run begins anew each time.',
  ],
  examples: [
    'hefu vault get 3a7f…e1 --out plan.pdf',
    'hefu vault get 3a7f…e1 --granter lanhe-dairy --salted --out plan.pdf',
  ],
  json: '`{format: "hefu-vault-get/1", object, out, size}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--out <file>', summary: 'Where it goes.', required: true },
  GRANTER,
  { flags: '--salted', summary: 'Leaves out the salt before the content.' },
];

interface Input {
  readonly object: string;
  readonly out: string;
  readonly granter?: string;
  readonly salted?: boolean;
}

const PRIVATE_FILE_MODE = 0o600;

/** Runs the command. */
export async function run(context: CommandContext, input: Input): Promise<ExitCode> {
  const { output, io } = context;
  const { object } = input;
  const path = resolvePath(context, input.out);
  const client = connectNode(context);
  const progress = startProgress(output, { label: 'reading', total: 1, now: io.now });
  const onProgress = (done: number, total: number): void => {
    progress.update(done / Math.max(total, 1));
  };
  const reading = { ...whoseOf(input.granter), onProgress };
  try {
    const size =
      input.salted === true
        ? await writeParts(path, client.vault.saltedContent(object, reading))
        : (await getVaultFile(client, object, path, reading)).size;
    progress.end();
    output.result({ format: 'hefu-vault-get/1', object, out: path, size }, () => [
      `${output.style('good', '✓')} ${input.out}: ${sizeText(size)}, as its digest says`,
    ]);
    return EXIT.ok;
  } finally {
    progress.end();
  }
}

/** The file has its name only when all of it was right. */
async function writeParts(path: string, parts: AsyncIterable<Uint8Array>): Promise<number> {
  const draft = `${path}.new`;
  const file = await open(draft, 'w', PRIVATE_FILE_MODE);
  let size = 0;
  try {
    for await (const part of parts) {
      await file.write(part);
      size += part.length;
    }
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(draft, { force: true });
    throw error;
  }
  await file.close();
  await rename(draft, path);
  return size;
}
