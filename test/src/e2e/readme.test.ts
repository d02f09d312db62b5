// Goal: the tour in README.md works as it is printed. Method: its commands are run in order on a fresh data folder, the node
// stopped where the text says so, and what they print is compared, with numbers, digests and times left open.
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface Shown {
  readonly command: string;
  readonly output: readonly string[];
  /** Whether the text has said by then that the node is stopped. */
  readonly isStopped: boolean;
}

/** The commands of the tour with what the page says they print. */
function tour(): readonly Shown[] {
  const page = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const section = page.slice(page.indexOf('## A tour'), page.indexOf('## What is where'));
  const shown: { command: string; output: string[]; isStopped: boolean }[] = [];
  for (const block of section.matchAll(/```console\n([\s\S]*?)```/g)) {
    const isStopped = section.slice(0, block.index).includes('stop the node');
    for (const line of (block[1] ?? '').trimEnd().split('\n')) {
      if (line.startsWith('$ ')) shown.push({ command: line.slice(2), output: [], isStopped });
      else if (line.trim() !== '') shown.at(-1)?.output.push(line);
    }
  }
  return shown;
}

/** What may differ from run to run: digests, times, counts, widths of columns, paths. */
function open(lines: readonly string[]): readonly string[] {
  return lines
    .map((line) =>
      line
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
        .replaceAll(/\b[0-9a-f]{16,64}\b/g, 'DIGEST')
        .replaceAll(/\d+(\.\d+)?/g, 'N')
        .replaceAll(/\b(kB|MB|B)\b/g, 'SIZE')
        .replaceAll(/\s+/g, ' ')
        .trimEnd(),
    )
    .filter((line) => line !== '');
}

it('every command of the tour prints what the page shows', async () => {
  await using sandbox = new Sandbox();
  cpSync(join(ROOT, 'docs'), sandbox.path('docs'), { recursive: true });
  const node = await sandbox.start('--sample');
  const commands = tour();
  expect(commands.map(({ isStopped }) => isStopped)).toContain(true);
  expect(commands.length).toBeGreaterThan(4);
  for (const { command, output, isStopped } of commands) {
    if (isStopped) await node.stop();
    const [npx, hefu, ...words] = command.split(' ');
    expect([npx, hefu], command).toEqual(['npx', 'hefu']);
    const ran = await sandbox.run(...words);
    expect(open(ran.stdout.split('\n')), `${command}\n${ran.stderr}`).toEqual(open(output));
  }
});
