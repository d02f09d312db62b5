import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupError } from './errors.ts';

const FOLDER = 'objects';
const NAME = /^[0-9a-f]{64}$/;
const SHARD = /^[0-9a-f]{2}$/;
const TEMPORARY = '.new';

/**
 * Pieces of files by their SHA-256: `objects/ab/abcd…`. A piece that several backups hold is there once, which is what makes
 * backups incremental. A name appears by a rename of a synced file, so that it stands for whole bytes whenever the machine stops.
 */
export class ObjectPool {
  readonly #root: string;
  readonly #known: Set<string>;
  readonly #added = new Set<string>();
  readonly #unsynced = new Set<string>();

  private constructor(root: string, known: Set<string>) {
    this.#root = root;
    this.#known = known;
  }

  static async open(folder: string): Promise<ObjectPool> {
    const root = join(folder, FOLDER);
    const known = new Set<string>();
    for (const shard of await entriesOf(root)) {
      if (!SHARD.test(shard.name)) continue;
      for (const { name } of await entriesOf(join(root, shard.name))) {
        if (NAME.test(name)) known.add(name);
      }
    }
    return new ObjectPool(root, known);
  }

  has(digest: string): boolean {
    return this.#known.has(digest);
  }

  /** Pieces that were not there before this opening. */
  get addedCount(): number {
    return this.#added.size;
  }

  /** Keeps a piece; its digest. */
  async put(bytes: Uint8Array): Promise<{ readonly digest: string; readonly isNew: boolean }> {
    const digest = digestOf(bytes);
    if (this.#known.has(digest)) return { digest, isNew: false };
    const path = this.#path(digest);
    const shard = dirname(path);
    await mkdir(shard, { recursive: true, mode: 0o700 });
    const draft = `${path}${TEMPORARY}`;
    try {
      const file = await open(draft, 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    this.#known.add(digest);
    this.#added.add(digest);
    this.#unsynced.add(shard);
    return { digest, isNew: true };
  }

  /** The piece's bytes. Throws `backup-damaged` when they are missing or not what was kept. */
  async get(digest: string): Promise<Uint8Array> {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(this.#path(digest));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      throw new BackupError('backup-damaged', `piece ${digest} is missing`, { cause });
    }
    if (digestOf(bytes) !== digest) {
      throw new BackupError('backup-damaged', `piece ${digest} is not what was kept`);
    }
    return bytes;
  }

  /** Makes the names durable. */
  async sync(): Promise<void> {
    for (const folder of [...this.#unsynced, this.#root]) await syncFolder(folder);
    this.#unsynced.clear();
  }

  /** Takes away what this opening has added: a backup that failed leaves the disk as it was. */
  async undo(): Promise<void> {
    for (const digest of this.#added) await rm(this.#path(digest), { force: true });
  }

  /** Takes away what no backup holds any more, and what a killed one has left. How many pieces that were. */
  async sweep(used: ReadonlySet<string>): Promise<number> {
    let removed = 0;
    for (const shard of await entriesOf(this.#root)) {
      if (!SHARD.test(shard.name)) continue;
      for (const { name } of await entriesOf(join(this.#root, shard.name))) {
        const stale = NAME.test(name) ? !used.has(name) : name.endsWith(TEMPORARY);
        if (!stale) continue;
        await rm(join(this.#root, shard.name, name), { force: true });
        removed++;
      }
    }
    return removed;
  }

  #path(digest: string): string {
    return join(this.#root, digest.slice(0, 2), digest);
  }
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Makes the names in a folder durable; Windows has no such call and no need of it. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
