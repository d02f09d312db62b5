import { createHash } from 'node:crypto';
import { readVerifierPage } from '@hefu/verifier';
import type { CommandContext, CommandText, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { writeWhole } from '../files/write-file.ts';
import { resolvePath } from '../node/data-folder.ts';

export const describe: CommandText = {
  summary:
    'Writes the verifier: one HTML file that checks receipts in any browser, without a network.',
  details: [
    'Hand it over together with receipts. It opens from disk, takes a receipt, the content and a trust file, and draws each step, in Chinese, English and Russian. There is no trust file in it: whoever verifies needs one from a source of their own.',
    'The same version writes the same bytes; their SHA-256 is told, so that two copies can be compared.',
  ],
  examples: [
    'hefu verifier --out hefu-verifier.html',
    'hefu verifier --out hefu-verifier.html --json',
  ],
  json: '`{format: "hefu-verifier/1", out, bytes, sha256}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--out <file>', summary: 'Where the file goes.', required: true },
];

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly out: string },
): Promise<ExitCode> {
  const { output } = context;
  const out = resolvePath(context, input.out);
  const page = readVerifierPage();
  if (page === undefined) {
    throw new CliFault({
      code: 'verifier-not-built',
      exitCode: EXIT.failure,
      what: 'the verifier page is not there: it has not been built',
      advice: 'Run `npm run setup` in the checkout.',
    });
  }
  writeWhole(out, page.html);
  const bytes = Buffer.byteLength(page.html);
  const sha256 = createHash('sha256').update(page.html).digest('hex');
  output.result({ format: 'hefu-verifier/1', out, bytes, sha256 }, () => [
    `${output.style('good', '✓')} ${input.out}, ${bytes} bytes, SHA-256 ${sha256}`,
  ]);
  return EXIT.ok;
}
