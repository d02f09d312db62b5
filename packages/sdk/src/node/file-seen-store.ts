import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { SeenStore } from '../log/seen-store.ts';

/** Remembers in files of a folder, one for each chain; a file is whole or the one before it. */
export function fileSeenStore(directory: string): SeenStore {
  // Chain ids hold slashes and never an underscore, so that no two of them share a name.
  const pathOf = (chain: string): string =>
    join(directory, `${chain.replaceAll('/', '__')}.seen.json`);
  return {
    async load(chain) {
      try {
        return await readFile(pathOf(chain), 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    async save(chain, text) {
      await mkdir(directory, { recursive: true });
      const path = pathOf(chain);
      const temporary = `${path}.${crypto.randomUUID()}.tmp`;
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    },
  };
}
