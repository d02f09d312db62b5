// Goal: the reference page says what the program's help says, and every command has all that a command must have. Method: the
// page made anew is compared with the one in docs; help of each command is asked of the program itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { runProgram } from '../program.ts';
import { testIo } from '../testing/test-io.ts';
import { referencePage } from './reference.ts';

const PAGE = new URL('../../../../docs/reference/cli.md', import.meta.url);

describe('docs/reference/cli.md', () => {
  it('is what the commands say (HEFU_WRITE_REFERENCE=1 writes it anew)', () => {
    const page = referencePage();
    if (process.env['HEFU_WRITE_REFERENCE'] === '1') writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
  });

  it('has every exit code', () => {
    for (const code of Object.values(EXIT)) expect(referencePage()).toContain(`| ${code} | `);
  });
});

describe.each(COMMANDS)('hefu $words', ({ words, describe: text, options }) => {
  it('explains itself', async () => {
    const io = testIo();
    expect(await runProgram([...words, '--help'], io)).toBe(0);
    const help = io.out().replaceAll(/\s+/g, ' ');
    expect(help).toContain(text.summary);
    for (const { flags } of options) expect(help).toContain(flags);
    for (const example of text.examples) expect(help).toContain(example);
    expect(text.examples.length).toBeGreaterThan(0);
    expect(text.json).not.toBe('');
  });

  it('refuses an option that it does not know', async () => {
    const io = testIo();
    const required = options.filter((option) => option.required === true);
    const given = [
      ...(text.arguments ?? []).map(() => 'x'),
      ...required.flatMap(({ flags }) => [flags.split(' ')[0] ?? '', 'x']),
    ];
    expect(await runProgram([...words, ...given, '--unknown-option'], io)).toBe(2);
    expect(io.err()).toContain('unknown option');
  });
});

it('without a command the help is shown', async () => {
  const io = testIo();
  expect(await runProgram(['--help'], io)).toBe(0);
  for (const { words } of COMMANDS) expect(io.out()).toContain(words[0]);
  expect(await runProgram(['frobnicate'], testIo())).toBe(2);
});
