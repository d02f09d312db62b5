import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const PRIVATE_FILE_MODE = 0o600;
const PRIVATE_FOLDER_MODE = 0o700;
const NOTE = /^([0-9a-f]{64})\.json$/;

const noteSchema = z.strictObject({
  from: z.string().max(500),
  key: z.string().max(64),
  trust: z.unknown().optional(),
});

/** By which pull a granted object came, so that its granter can be asked again whether it still stands. */
export interface KeptPull {
  readonly grant: string;
  readonly from: string;
  readonly key: string;
  readonly trust?: unknown;
}

/** Notes that a pull has succeeded, in place of an earlier note. */
export async function keepPull(directory: string, pull: KeptPull): Promise<void> {
  const { grant, from, key, trust } = pull;
  await mkdir(directory, { recursive: true, mode: PRIVATE_FOLDER_MODE });
  const path = join(directory, `${grant}.json`);
  const text = JSON.stringify({ from, key, ...(trust === undefined ? {} : { trust }) });
  await writeFile(`${path}.new`, text, { mode: PRIVATE_FILE_MODE });
  await rename(`${path}.new`, path);
}

/** Drops the note of a pull whose object is gone. */
export async function dropPull(directory: string, grant: string): Promise<void> {
  await rm(join(directory, `${grant}.json`), { force: true });
}

/** All pulls that are noted; what is no note is left out. */
export async function keptPulls(directory: string): Promise<readonly KeptPull[]> {
  const found: KeptPull[] = [];
  for (const name of await namesIn(directory)) {
    const grant = NOTE.exec(name)?.[1];
    if (grant === undefined) continue;
    const note = noteSchema.safeParse(parseJson(await readFile(join(directory, name), 'utf8')));
    if (note.success) found.push({ grant, ...note.data });
  }
  return found;
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
