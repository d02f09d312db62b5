import { lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { EXIT } from '../exit-codes.ts';
import { CliFault, usageFault } from '../fault.ts';

/** A file to deposit. */
export interface Source {
  readonly path: string;
  /** Its name in the deposit and the place of its receipt: relative, with `/` on every system. */
  readonly name: string;
  readonly size: number;
  readonly mtimeMs: number;
}

/** What was found. */
export interface Walk {
  /** In the order of their names. */
  readonly files: readonly Source[];
  /** Links and special files that were left out, by name. */
  readonly skipped: readonly string[];
}

/** Files of one run: ten full batches, so that the names fit into memory with ease. */
const FILES_MAX = 1_000_000;

/**
 * The files under the paths. Links inside a folder are never followed, so that nothing from outside comes in; a path that
 * was typed is followed, whatever it is. Nothing under `exclude` (where the receipts go) is taken.
 */
export function walkPaths(paths: readonly string[], exclude: string): Walk {
  const files: Source[] = [];
  const skipped: string[] = [];
  const lost: string[] = [];
  const outside = resolve(exclude);
  for (const typed of paths) {
    const path = realpathSync(typed);
    const stat = statSync(path);
    // One folder is mirrored as it is; of several each keeps its name.
    const prefix = paths.length === 1 && stat.isDirectory() ? '' : basename(resolve(typed));
    if (stat.isDirectory()) walkFolder({ root: path, prefix, outside, files, skipped, lost });
    else if (stat.isFile()) files.push(sourceOf(path, prefix));
    else skipped.push(typed);
  }
  requireTexts(lost);
  files.sort((left, right) => (left.name < right.name ? -1 : 1));
  requireDistinct(files);
  return { files, skipped };
}

interface FolderWalk {
  readonly root: string;
  readonly prefix: string;
  readonly outside: string;
  readonly files: Source[];
  readonly skipped: string[];
  /** Names that no text stands for. */
  readonly lost: string[];
}

/** Goes down with a list of its own instead of by recursion: no depth of folders can end it. */
function walkFolder({ root, prefix, outside, files, skipped, lost }: FolderWalk): void {
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (folder === outside) continue;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const name = joinName(prefix, relative(root, path));
      if (isLost(entry.name, path)) {
        lost.push(name);
        continue;
      }
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.push(sourceOf(path, name));
      else skipped.push(`${name} (${kindOf(entry)})`);
      if (files.length > FILES_MAX) {
        throw usageFault('too-many-files', `there are more than ${FILES_MAX} files`);
      }
    }
  }
}

/** What stands for bytes that are not UTF-8 when a name is read. */
const REPLACEMENT = '\uFFFD';

/** Whether a name's bytes are not UTF-8 (an old archive's GBK, say): then nothing is found under the text that it reads as. */
function isLost(name: string, path: string): boolean {
  return name.includes(REPLACEMENT) && lstatSync(path, { throwIfNoEntry: false }) === undefined;
}

/** Names that a message tells. */
const NAMES_SHOWN_MAX = 10;

/** A file whose name cannot be said can have no receipt, and leaving it out would go unseen. */
function requireTexts(lost: readonly string[]): void {
  if (lost.length === 0) return;
  throw new CliFault({
    code: 'names-not-text',
    exitCode: EXIT.usage,
    what: `${lost.length} of the names are not UTF-8; nothing was deposited`,
    why: lost.slice(0, NAMES_SHOWN_MAX),
    advice:
      'Rename them (convmv -r -f gbk -t utf8 FOLDER tells old Chinese names) and run the same command again.',
  });
}

function kindOf(entry: Dirent): string {
  return entry.isSymbolicLink() ? 'a link' : 'not a file';
}

function joinName(prefix: string, path: string): string {
  const name = path.split(sep).join('/');
  return prefix === '' ? name : `${prefix}/${name}`;
}

function sourceOf(path: string, name: string): Source {
  const { size, mtimeMs } = lstatSync(path);
  return { path, name, size, mtimeMs };
}

function requireDistinct(files: readonly Source[]): void {
  for (const [position, file] of files.entries()) {
    if (file.name !== files[position + 1]?.name) continue;
    throw usageFault(
      'name-twice',
      `two of the paths have files of the name ${file.name}`,
      'Deposit them in two runs with two --out folders.',
    );
  }
}
