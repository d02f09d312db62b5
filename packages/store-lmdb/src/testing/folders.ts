import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that is gone once disposed of. */
export interface TestFolder extends Disposable {
  readonly path: string;
}

export function temporaryFolder(): TestFolder {
  const path = mkdtempSync(join(tmpdir(), 'hefu-store-'));
  return {
    path,
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** A file system of its own in memory, of a given size. */
export interface TestDisk extends TestFolder {
  remount(mode: 'ro' | 'rw'): void;
}

/** Why no disk of a test's own can be mounted here; undefined when it can. */
export function reasonAgainstMounting(): string | undefined {
  if (process.platform !== 'linux') return 'mounting a test disk is done on Linux only';
  if (process.getuid?.() !== 0) return 'mounting a test disk needs root';
  try {
    smallDisk(1)[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return `mounting a test disk is not permitted here: ${String(error)}`;
  }
}

export function smallDisk(megabytes: number): TestDisk {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder.path], {
      stdio: 'pipe',
    });
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
  return {
    path: folder.path,
    remount: (mode) => {
      execFileSync('mount', ['-o', `remount,${mode}`, folder.path], { stdio: 'pipe' });
    },
    [Symbol.dispose]: () => {
      // Lazily: lmdb keeps its file open after closing when the disk was read-only.
      execFileSync('umount', ['--lazy', folder.path], { stdio: 'pipe' });
      folder[Symbol.dispose]();
    },
  };
}
