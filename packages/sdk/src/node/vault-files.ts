import { createReadStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { toHex } from '@hefu/bytes';
import { createHasher } from '@hefu/crypto/hash';
import type { ObjectPut } from '../answers.ts';
import type { HefuClient } from '../client.ts';
import { clientProblem } from '../problem.ts';
import type { DownloadOptions } from '../vault/download.ts';
import type { PutOptions, WhoseObjects } from '../vault/vault-client.ts';

/** Bytes read at a time. */
const READ_BYTES = 1_048_576;
const PRIVATE_FILE_MODE = 0o600;

/** Stores a file in the vault under its digest: read once for the digest, once to send it, never held whole. */
export async function putVaultFile(
  client: HefuClient,
  path: string,
  options: PutOptions = {},
): Promise<ObjectPut & { readonly isNew: boolean }> {
  const hasher = createHasher(await client.hashName());
  for await (const part of partsOf(path)) hasher.update(part);
  return client.vault.put(toHex(hasher.digest()), () => partsOf(path), options);
}

/**
 * Reads an object of the vault into a file. What has come lies in `<path>.part`; called again after a crash, it goes on from there.
 * The file has its name only when the whole was held against the digest. Throws ProblemError as `client.vault.get` does.
 */
export async function getVaultFile(
  client: HefuClient,
  digest: string,
  path: string,
  options: Omit<DownloadOptions, 'start' | 'end'> & WhoseObjects = {},
): Promise<{ readonly size: number; readonly resumedFrom: number }> {
  const part = `${path}.part`;
  const { onProgress } = options;
  const file = await open(part, 'a+', PRIVATE_FILE_MODE);
  let resumedFrom = 0;
  let size = 0;
  try {
    const hasher = createHasher(await client.hashName());
    const known = await client.vault.stat(digest, options);
    const have = (await file.stat()).size;
    // Beyond the end it is something else; whole but without its name it is judged by its digest below.
    resumedFrom = known !== undefined && have <= known.size ? have : 0;
    if (resumedFrom === 0) await file.truncate(0);
    for await (const bytes of partsOf(part)) hasher.update(bytes);
    size = resumedFrom;
    if (known === undefined || size < known.size || size === 0) {
      size = await append(client, digest, file, size, {
        ...options,
        ...(onProgress === undefined
          ? {}
          : {
              onProgress: (done: number, total: number) => {
                onProgress(resumedFrom + done, resumedFrom + total);
              },
            }),
        onPart: (bytes) => hasher.update(bytes),
      });
    }
    if (toHex(hasher.digest()) !== digest) {
      throw clientProblem('object-differs', `${part} does not become ${digest}`);
    }
    await file.sync();
  } catch (error) {
    await file.close();
    // What is wrong must not be gone on with.
    if (error instanceof Error && 'code' in error && error.code === 'object-differs') {
      await rm(part, { force: true });
    }
    throw error;
  }
  await file.close();
  await rename(part, path);
  return { size, resumedFrom };
}

async function append(
  client: HefuClient,
  digest: string,
  file: FileHandle,
  from: number,
  options: DownloadOptions & WhoseObjects & { readonly onPart: (bytes: Uint8Array) => void },
): Promise<number> {
  let size = from;
  const { onPart, ...rest } = options;
  for await (const bytes of client.vault.get(digest, { ...rest, start: from })) {
    await file.write(bytes);
    onPart(bytes);
    size += bytes.length;
  }
  return size;
}

async function* partsOf(path: string): AsyncGenerator<Uint8Array> {
  const { size } = await stat(path);
  if (size === 0) return;
  yield* createReadStream(path, { highWaterMark: READ_BYTES }) as AsyncIterable<Uint8Array>;
}
