// Goal: a data folder without credentials.json is told as what it is, and the next start makes it whole; a damaged file stays a damaged
// file. Method: a node whose file is removed, asked by commands before, while and after it is started again.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runProgram } from '../program.ts';
import { TestPlace } from '../testing/test-node.ts';

it('a missing credentials.json is told of, and made anew by a start', async () => {
  await using place = new TestPlace();
  const file = place.path('data', 'credentials.json');
  const tokenOf = (): string => (JSON.parse(readFileSync(file, 'utf8')) as { token: string }).token;
  await place.must('init', '--sample');
  const before = tokenOf();
  const node = await place.start();
  expect(node.credentialsMade).toBe(false);
  rmSync(file);

  const asked = await place.run('node', 'status');
  expect(asked.exit).toBe(3);
  expect(asked.err).toContain(`${file} is missing: it tells commands where the node is`);
  expect(asked.err).toMatch(/do: .*`hefu node start`.*Nothing of the chain is lost/);
  expect(asked.err).toContain('code: credentials-missing (exit 3)');
  expect(asked.err).not.toContain('damaged');
  // The address is enough for what needs no token.
  expect((await place.run('node', 'status', '--url', node.url)).exit).toBe(0);
  await node.close();

  const io = place.io({
    stopped: async () => {
      expect((await place.run('node', 'status')).exit).toBe(0);
      expect((await place.run('member', 'list')).exit).toBe(0);
    },
  });
  expect(await runProgram(['node', 'start', '--port', '0'], io)).toBe(0);
  expect(io.err()).toContain('note: credentials.json was missing and has been made anew');
  expect(tokenOf()).not.toBe(before);
  expect(tokenOf()).toHaveLength(before.length);
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(readFileSync(place.path('data', 'node.log'), 'utf8')).toContain(
    'credentials were missing and made anew',
  );

  const again = place.io();
  expect(await runProgram(['node', 'start', '--port', '0'], again)).toBe(0);
  expect(again.err()).not.toContain('note:');
});

it('a damaged credentials.json is left as it is', async () => {
  await using place = new TestPlace();
  await place.must('init', '--sample');
  writeFileSync(place.path('data', 'credentials.json'), '{"url":');
  for (const words of [
    ['node', 'status'],
    ['node', 'start', '--port', '0'],
  ]) {
    const { exit, err } = await place.run(...words);
    expect([words, exit]).toEqual([words, 1]);
    expect(err).toContain('code: data-damaged');
  }
  expect(readFileSync(place.path('data', 'credentials.json'), 'utf8')).toBe('{"url":');
});
