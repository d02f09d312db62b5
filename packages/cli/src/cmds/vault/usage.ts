import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { fields, sizeText } from '../../output/table.ts';

export const describe: CommandText = {
  summary: 'Tells how much room the vault takes, and how much is left.',
  details: ['What does not fit is refused whole, with the code quota-exceeded.'],
  examples: ['hefu vault usage'],
  json: '`{usedBytes, quotaBytes, freeBytes, objectBytesMax, own: {usedBytes}, granted: [{granter, usedBytes, quotaBytes}]}`; null sets no limit.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const usage = await connectNode(context).vault.usage();
  const { usedBytes, quotaBytes, freeBytes, own, granted } = usage;
  const limit = (bytes: number | null): string => (bytes === null ? 'no limit' : sizeText(bytes));
  output.result(usage, () =>
    fields([
      ['used', sizeText(usedBytes)],
      ['quota', limit(quotaBytes)],
      ...(freeBytes === null
        ? []
        : [
            [
              'free',
              freeBytes > 0 ? sizeText(freeBytes) : output.style('bad', '0 B: nothing is taken in'),
            ] as const,
          ]),
      ['own objects', sizeText(own.usedBytes)],
      ...granted.map(
        (each) =>
          [
            `granted by ${each.granter}`,
            `${sizeText(each.usedBytes)} of ${limit(each.quotaBytes)}`,
          ] as const,
      ),
    ]),
  );
  return EXIT.ok;
}
