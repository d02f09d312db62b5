import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CommandContext, CommandText, OptionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';

export const describe: CommandText = {
  arguments: [
    { name: '[subject...]', summary: 'What to measure, as `npm run bench --` takes it.' },
  ],
  summary: 'Measures this machine, in a checkout: what `npm run bench` does.',
  details: ['Takes minutes and all cores. It works in folders of its own, not in the data folder.'],
  examples: ['hefu bench', 'hefu bench ledger'],
  json: 'nothing else than without it: the tables go to standard output.',
};

export const options: readonly OptionText[] = [];

/** Runs the command. */
export async function run(
  _context: CommandContext,
  input: { readonly subject?: readonly string[] },
): Promise<ExitCode> {
  const program = fileURLToPath(new URL('../../../../bench/src/main.ts', import.meta.url));
  if (!existsSync(program)) {
    throw new CliFault({
      code: 'bench-missing',
      exitCode: EXIT.notFound,
      what: 'the measurements come with the sources, and this is an installed package',
      advice: 'Run `npm run bench` in a checkout of Hefu.',
    });
  }
  const child = spawn(
    process.execPath,
    ['--conditions=source', program, ...(input.subject ?? [])],
    { stdio: 'inherit' },
  );
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0 ? EXIT.ok : EXIT.failure;
}
