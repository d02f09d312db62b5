import { checkVaults } from '@hefu/server';
import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { dataFolder } from '../../node/data-folder.ts';
import { countText, sizeText } from '../../output/table.ts';

export const describe: CommandText = {
  summary: 'Checks that every object of the vault is there and can be opened.',
  details: [
    'Opens each object, in the data folder or in its bucket, with the keys of the keystore; a running node is not disturbed. After a restore also each object that was in the bucket when the backup was made. With --read every object is read and compared with its digest. Ends with 4 when one cannot be had.',
  ],
  examples: ['hefu vault check', 'hefu vault check --read --json'],
  json: '`{format: "hefu-vault-check/1", ok, chain, objects, storedBytes, listed, faults: [{code, place, digest}]}`.',
};

export const options: readonly OptionText[] = [
  { flags: '--read', summary: 'Reads every object whole.' },
];

/** Faults that are drawn; with --json there are all. */
const FAULTS_SHOWN_MAX = 20;

/** Runs the command. */
export async function run(
  context: CommandContext,
  input: { readonly read?: boolean },
): Promise<ExitCode> {
  const { output, io } = context;
  const report = await checkVaults({
    directory: dataFolder(context),
    environment: io.env,
    read: input.read === true,
    onObject: (objects) => {
      if (output.progressShown) output.redraw(`checked ${countText(objects, 'object')}`);
    },
  });
  if (output.progressShown) output.redraw('');
  const { chain, objects, storedBytes, listed, faults } = report;
  const ok = faults.length === 0;
  output.result({ format: 'hefu-vault-check/1', ok, ...report }, () => [
    `${chain}: ${countText(objects, 'object')}, ${sizeText(storedBytes)}${listed === 0 ? '' : `; ${listed} were in the bucket at the backup`}`,
    ...faults
      .slice(0, FAULTS_SHOWN_MAX)
      .map(({ code, place, digest }) => `${output.style('bad', '✗')} ${code}, ${place}: ${digest}`),
    ok
      ? `${output.style('good', '✓')} Every object can be opened.`
      : `${output.style('bad', '✗')} ${countText(faults.length, 'object')} cannot be had.`,
  ]);
  return ok ? EXIT.ok : EXIT.refused;
}
