import type { ObjectStorage } from '@hefu/vault';
import { StorageError } from '@hefu/vault';
import { existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ChainPaths } from '../node/data-folder.ts';
import { viewVaultStorages } from '../node/vault-storages.ts';
import type { BucketCredentials } from '../node/vault-storages.ts';

/** In a backup and in the vault's folder of what was restored: the objects that were in the bucket. */
export const BUCKET_LIST = 'bucket-objects.ndjson';
/** Objects asked for at a time. */
const PAGE = 1000;

const lineSchema = z.strictObject({
  /** `own`, or `granted/<granter>`. */
  place: z.string().regex(/^(own|granted\/[a-z0-9-]{1,32})$/),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  storedBytes: z.int().min(0),
});

/** An object that was in a bucket. */
export type ListedObject = z.output<typeof lineSchema>;

/**
 * Writes a list of all objects in a chain's bucket, one line of JSON each. False when the bucket does not answer, or nothing opens it:
 * a backup without the list is better than none.
 */
export async function listBucket(
  files: ChainPaths,
  credentials: BucketCredentials | undefined,
  target: string,
): Promise<boolean> {
  if (credentials === undefined) return false;
  const file = await open(target, 'w', 0o600);
  try {
    const storages = await viewVaultStorages(files, credentials);
    await writeLines(file, 'own', await storages.own());
    for (const granter of await storages.granters()) {
      await writeLines(file, `granted/${granter}`, await storages.granted(granter));
    }
    return true;
  } catch (error) {
    if (error instanceof StorageError) return false;
    throw error;
  } finally {
    await file.close();
  }
}

async function writeLines(
  file: { appendFile(text: string): Promise<void> },
  place: string,
  storage: ObjectStorage,
): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const page = await storage.list('objects', {
      ...(after === undefined ? {} : { after }),
      limit: PAGE,
    });
    const lines = page.map(({ name, sizeBytes }): ListedObject => ({
      place,
      digest: name,
      storedBytes: sizeBytes,
    }));
    await file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    after = page.at(-1)?.name;
    if (page.length < PAGE) return;
  }
}

/** The list that a restore has laid down; empty when there is none. What is no line of it is left out. */
export function readBucketList({ vault }: Pick<ChainPaths, 'vault'>): readonly ListedObject[] {
  const path = join(vault, BUCKET_LIST);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text) => {
      const parsed = lineSchema.safeParse(parseJson(text));
      return parsed.success ? [parsed.data] : [];
    });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
