import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder, seen from this file in `src` as in `dist`. */
const REPOSITORY_ROOT: string = fileURLToPath(new URL('../../../../', import.meta.url));

/**
 * The folder of outside test vectors: `HEFU_FIXTURES`, else `../shared/fixtures` beside the
 * repository; undefined when there is none. In CI a missing folder is an error, never a skip.
 */
export function fixturesDir(): string | undefined {
  const dir = process.env['HEFU_FIXTURES'] ?? join(REPOSITORY_ROOT, '..', 'shared', 'fixtures');
  if (existsSync(dir)) return dir;
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') {
    throw new Error('CI needs the fixtures folder: set HEFU_FIXTURES');
  }
  console.warn('tests with outside vectors are skipped: no fixtures folder, set HEFU_FIXTURES');
  return undefined;
}

/** The bytes of one fixture, by its path below the fixtures folder. Throws when it is absent. */
export function readFixture(path: string): Uint8Array {
  const dir = fixturesDir();
  if (dir === undefined) throw new Error(`no fixtures folder to read ${path} from`);
  return new Uint8Array(readFileSync(join(dir, path)));
}

/** Names in a folder of fixtures, sorted. Throws when it is absent. */
export function listFixtures(path: string): string[] {
  const dir = fixturesDir();
  if (dir === undefined) throw new Error(`no fixtures folder to list ${path} of`);
  return readdirSync(join(dir, path)).toSorted();
}

/** The repository's `vectors` folder: our own language-neutral golden vectors. */
export function vectorsDir(): string {
  return join(REPOSITORY_ROOT, 'vectors');
}

/**
 * First and second cells of a page's table rows whose first cell is a name in backticks, as it stands, of the given form; the names without
 * their backticks. `page` is a path below `docs`. Throws when it is absent.
 */
export function documentedRows(page: string, form: RegExp): [string, string][] {
  return readFileSync(join(REPOSITORY_ROOT, 'docs', page), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, name = '']) => form.test(name))
    .map(([, name = '', value = '']) => [name.slice(1, -1), value]);
}

/** One file of golden vectors, parsed. Throws when it is absent. */
export function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(join(vectorsDir(), name), 'utf8'));
}
