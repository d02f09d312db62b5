// Goal: the set-up installs when it must and only then, and both scripts say what is wrong.
// Method: run the real scripts in a made-up checkout whose npm only writes down how it was called.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from './checkout.ts';

/** A stand-in for npm: notes its arguments, makes node_modules, ends as `npm-exit` says. */
const NPM = `
const fs = require('node:fs');
fs.appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
fs.mkdirSync('node_modules', { recursive: true });
process.exit(fs.existsSync('npm-exit') ? 1 : 0);
`;

/** A stand-in for the build of the verifier: fails where `page-fault` says so. */
const PAGE = `
import { existsSync } from 'node:fs';
export async function ensurePage() {
  if (existsSync('page-fault')) throw new Error('no such source');
}
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hefu-setup-'));
  mkdirSync(join(folder, 'scripts'));
  copyFileSync(join(ROOT, 'scripts', 'setup.mjs'), join(folder, 'scripts', 'setup.mjs'));
  writeFileSync(
    join(folder, 'package.json'),
    '{ "optionalDependencies": { "node-none": "1.0.0" } }',
  );
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  writeFileSync(join(folder, '.npmrc'), '');
  writeFileSync(join(folder, 'npm.js'), NPM);
  mkdirSync(join(folder, 'apps', 'verifier', 'build'), { recursive: true });
  writeFileSync(join(folder, 'apps', 'verifier', 'build', 'page.mjs'), PAGE);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function setup(args: readonly string[] = [], environment: Record<string, string> = {}) {
  const result = spawnSync(process.execPath, [join(folder, 'scripts', 'setup.mjs'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      npm_execpath: join(folder, 'npm.js'),
      npm_config_user_agent: 'npm/11.0.0 node/v26.0.0',
      ...environment,
    },
  });
  return { status: result.status, said: result.stderr, printed: result.stdout };
}

function npmCalls(): string[] {
  const file = join(folder, 'npm-calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

describe('setup', () => {
  it('says that the verifier could not be built', () => {
    writeFileSync(join(folder, 'page-fault'), '');
    const { status, said } = setup();
    expect(status).toBe(1);
    expect(said).toContain('set-up stopped at "verifier"');
    expect(said).toContain('no such source');
  });

  it('installs once, from the lock file, and is silent the second time', () => {
    const first = setup();
    expect(first.said).toMatch(/installing the dependencies/);
    expect(first.status).toBe(0);
    expect(npmCalls()).toHaveLength(1);
    expect(npmCalls()[0]).toMatch(/^install --no-save /);
    expect(setup()).toEqual({ status: 0, said: '', printed: '' });
    expect(npmCalls()).toHaveLength(1);
  });

  it.each(['package-lock.json', '.npmrc'])('installs again when %s has changed', (file) => {
    setup();
    writeFileSync(join(folder, file), '\n');
    setup();
    expect(npmCalls()).toHaveLength(2);
  });

  it('says so when npm fails, and tries again the next time', () => {
    writeFileSync(join(folder, 'npm-exit'), '');
    const failed = setup();
    expect(failed.status).toBe(1);
    expect(failed.said).toMatch(/stopped at "dependencies": npm could not install/);
    rmSync(join(folder, 'npm-exit'));
    expect(setup().status).toBe(0);
    expect(npmCalls()).toHaveLength(2);
  });

  it('refuses an npm that is too old, in words', () => {
    const { status, said } = setup([], { npm_config_user_agent: 'npm/9.8.1 node/v20.0.0' });
    expect(status).toBe(1);
    expect(said).toMatch(/this is npm 9, and npm 10 or newer is needed/);
    expect(npmCalls()).toEqual([]);
  });

  it('looks for a browser only for the tests', () => {
    const environment = { HEFU_CHROMIUM: join(folder, 'no-such-browser') };
    expect(setup([], environment).status).toBe(0);
    const { status, said } = setup(['--tests'], environment);
    expect(status).toBe(1);
    expect(said).toMatch(/stopped at "chromium": HEFU_CHROMIUM names .* not a program/);
  });
});

describe('test', () => {
  function runStages(...args: readonly string[]) {
    const script = join(ROOT, 'scripts', 'test.mjs');
    return spawnSync(process.execPath, [script, ...args], { cwd: ROOT, encoding: 'utf8' });
  }

  it('ends with the counts', () => {
    const { status, stdout } = runStages('--only', 'workspace');
    expect(stdout).toMatch(/^ok {5}workspace +[\d.]+ s\n1 passed, 0 failed\n$/m);
    expect(status).toBe(0);
  });

  it('refuses a stage that there is not', () => {
    const { status, stderr } = runStages('--only', 'everything');
    expect(stderr).toMatch(/STAGE is one of: format, lint,/);
    expect(status).toBe(2);
  });
});
