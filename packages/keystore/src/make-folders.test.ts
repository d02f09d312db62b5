// Goal: a folder is made with those that lead to it, or the fault is told at once. Method: real folders, links and
// files in the way; where the system takes no folder, a process of its own, because the platform's call never returns there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolders, PRIVATE_FOLDER_MODE } from './make-folders.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hefu-folders-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('folders', () => {
  it('are made with those that lead to them, and left as they are when they are there', () => {
    const deep = join(root, 'a', 'b', 'c');
    makeFolders(deep);
    writeFileSync(join(deep, 'file'), '');
    makeFolders(deep);
    expect(existsSync(join(deep, 'file'))).toBe(true);
    symlinkSync(deep, join(root, 'link'));
    makeFolders(join(root, 'link', 'd'));
    expect(existsSync(join(deep, 'd'))).toBe(true);
    for (const path of [join(deep, 'file'), join(deep, 'file', 'x')]) {
      expect(() => makeFolders(path), path).toThrow(/EEXIST|ENOTDIR/);
    }
    symlinkSync(join(root, 'nowhere'), join(root, 'broken'));
    expect(() => makeFolders(join(root, 'broken', 'x'))).toThrow('EEXIST');
  });

  it.skipIf(process.platform === 'win32')('may be for their owner alone', () => {
    makeFolders(join(root, 'p', 'q'), PRIVATE_FOLDER_MODE);
    for (const path of [join(root, 'p'), join(root, 'p', 'q')]) {
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
  });

  it.skipIf(process.platform !== 'linux')('that cannot be are refused at once', () => {
    const url = new URL('./make-folders.ts', import.meta.url).href;
    const program = `import { makeFolders } from '${url}';
      try { makeFolders('/proc/x/y'); } catch (error) { console.log(error.code); }`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 30_000,
    });
    expect(said.toString()).toBe('ENOENT\n');
  });
});
