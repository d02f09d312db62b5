// Goal: the launcher tells of a program that was cut off, hands signals on to it, and ends as it ends. Method: a copy of the launcher with
// small programs of our making behind it, and the launcher itself with a real node; signals go to the launcher alone or to both.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TestPlace } from './testing/test-node.ts';

const LAUNCHER = fileURLToPath(new URL('../bin/hefu.mjs', import.meta.url));

interface Launched {
  readonly child: ChildProcess;
  readonly firstLine: Promise<string>;
  readonly ended: Promise<{ readonly exit: number | null; readonly err: string }>;
}

function launch(
  launcher: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Launched {
  // In a group of its own, as a shell starts it, so that a test can signal all of it and nothing else.
  const child = spawn(process.execPath, [launcher, ...words], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return {
    child,
    firstLine: new Promise((resolve) => {
      createInterface({ input: child.stdout }).once('line', resolve);
    }),
    ended: new Promise((resolve) => {
      child.once('close', (exit) => resolve({ exit, err }));
    }),
  };
}

/** The launcher with another program behind it, as an installed package has them. */
function launcherOf(place: TestPlace, program: string): string {
  mkdirSync(place.path('bin'));
  mkdirSync(place.path('dist'));
  copyFileSync(LAUNCHER, place.path('bin', 'hefu.mjs'));
  writeFileSync(place.path('package.json'), '{"type":"module"}');
  writeFileSync(place.path('dist', 'main.js'), program);
  return place.path('bin', 'hefu.mjs');
}

const HOLD = 'setInterval(() => undefined, 1000);';

describe('a program that is cut off', () => {
  it.each(['SIGABRT', 'SIGSEGV', 'SIGBUS'])('%s: is told of, with what to do', async (signal) => {
    await using place = new TestPlace();
    const launcher = launcherOf(place, `process.kill(process.pid, '${signal}'); ${HOLD}`);
    const { exit, err } = await launch(launcher, ['fsck']).ended;
    expect(exit).toBe(1);
    expect(err).toContain(`hefu: the program was cut off by ${signal}, which most often means`);
    expect(err).toMatch(/do: .*`hefu fsck`.*backup.*`hefu fsck --replay`/);
    expect(err).toContain('code: crashed (exit 1)');
    const json = await launch(launcher, ['fsck', '--json']).ended;
    expect(json.exit).toBe(1);
    const error: unknown = expect.objectContaining({
      code: 'crashed',
      exitCode: 1,
      details: [signal],
    });
    expect(JSON.parse(json.err)).toEqual({ error });
  });
});

describe('a signal to the launcher alone', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s: reaches the program', async (signal) => {
    await using place = new TestPlace();
    const answer = `process.on('${signal}', () => process.exit(42));`;
    const launcher = launcherOf(place, `${answer} console.log('up'); ${HOLD}`);
    const { child, firstLine, ended } = launch(launcher, []);
    await firstLine;
    child.kill(signal);
    expect(await ended).toEqual({ exit: 42, err: '' });
  });

  it('ends it as the signal does where the program does not answer', async () => {
    await using place = new TestPlace();
    const launcher = launcherOf(place, `console.log('up'); ${HOLD}`);
    const { child, firstLine, ended } = launch(launcher, []);
    await firstLine;
    child.kill('SIGINT');
    expect(await ended).toEqual({ exit: 130, err: '' });
  });
});

describe('a node', () => {
  it.each([
    ['SIGINT', 'the launcher alone'],
    ['SIGTERM', 'the launcher alone'],
    ['SIGINT', 'both'],
    ['SIGTERM', 'both'],
  ] as const)('stops in order by %s to %s', async (signal, whom) => {
    await using place = new TestPlace();
    await place.must('init', '--sample');
    const words = ['node', 'start', '--json', '--port', '0', '--log', place.path('log')];
    const { child, firstLine, ended } = launch(LAUNCHER, words, place.env);
    expect(JSON.parse(await firstLine)).toMatchObject({ format: 'hefu-node/1' });
    if (child.pid === undefined) throw new Error('it did not start');
    process.kill(whom === 'both' ? -child.pid : child.pid, signal);
    expect(await ended).toEqual({ exit: 0, err: '' });
  });
});
