import type { CommandContext, CommandText, OptionText } from '../../command.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { connectNode } from '../../node/connect.ts';
import { table } from '../../output/table.ts';

export const describe: CommandText = {
  summary: 'Asks all granters again: what they have erased is erased here too.',
  details: ['The node does so by itself every hour.'],
  examples: ['hefu share check'],
  json: 'one line for each pull: `{grant, code}`; `ok`, or the code that a pull ends with now.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(context: CommandContext): Promise<ExitCode> {
  const { output } = context;
  const checks = await connectNode(context).sharing.checkPulls();
  if (output.json) for (const each of checks) output.value(each);
  else {
    const rows = checks.map(({ grant, code }) => [grant, code]);
    for (const line of table(['grant', 'now'], rows)) output.line(line);
  }
  return EXIT.ok;
}
