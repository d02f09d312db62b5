// Goal: the second run of the program takes its code compiled from the checkout's own node_modules, or from where NODE_COMPILE_CACHE says,
// and runs without a cache where none can be. Method: the real program in processes of its own.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'hefu-compiled-'));
afterAll(() => rmSync(root, { recursive: true }));

const MAIN = join(import.meta.dirname, 'main.ts');

function version(cache: string | undefined): string {
  const { NODE_COMPILE_CACHE: _inherited, ...env } = process.env;
  return execFileSync(process.execPath, ['--conditions=source', MAIN, '--version'], {
    encoding: 'utf8',
    env: cache === undefined ? env : { ...env, NODE_COMPILE_CACHE: cache },
  });
}

describe('compiled code', () => {
  it('is kept in node_modules', () => {
    expect(version(undefined)).toMatch(/^\d+\.\d+\.\d+\n$/);
    const modules = join(import.meta.dirname, '..', '..', '..', 'node_modules');
    expect(existsSync(join(modules, '.cache', 'hefu'))).toBe(true);
  });

  it('is kept where the environment says', () => {
    const cache = join(root, 'elsewhere');
    version(cache);
    expect(existsSync(cache)).toBe(true);
  });

  it('is done without where it cannot be kept', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    expect(version(join(file, 'cache'))).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
