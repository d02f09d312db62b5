import { utf8Decode, utf8Encode } from '@hefu/bytes';
import { FILE_END_BYTES_MAX } from './object-format.ts';
import type { ObjectStorage, StoredKind } from './object-storage.ts';

const FORMAT = 'hefu-vault-tombstone/1';
/** A tombstone is about 130 bytes. */
const TOMBSTONE_BYTES_MAX = 1024;
/** Tombstones looked at per listing while erasures are completed. */
const TOMBSTONE_PAGE = 1000;

/** Whether something of that kind and name is stored. */
export async function isStored(
  storage: ObjectStorage,
  kind: StoredKind,
  name: string,
): Promise<boolean> {
  const reader = await storage.open(kind, name);
  await reader?.close();
  return reader !== undefined;
}

/**
 * When the content of this digest was erased, milliseconds UTC; undefined when it was not. A
 * tombstone that can't be read still says that it was: zero is the time then.
 */
export async function readTombstone(
  storage: ObjectStorage,
  digest: string,
): Promise<number | undefined> {
  const reader = await storage.open('tombstones', digest);
  if (reader === undefined) return undefined;
  try {
    const text = utf8Decode(await reader.read(0, Math.min(reader.sizeBytes, TOMBSTONE_BYTES_MAX)));
    return erasedTimeOf(parseJson(text ?? ''));
  } finally {
    await reader.close();
  }
}

/** Notes for good that content was erased. */
export async function writeTombstone(
  storage: ObjectStorage,
  digest: string,
  erased: number,
): Promise<void> {
  const writer = await storage.create({ kind: 'tombstones', name: digest });
  try {
    await writer.write(utf8Encode(`${JSON.stringify({ format: FORMAT, digest, erased })}\n`));
    await writer.commit('tombstones', digest);
  } finally {
    await writer.abort();
  }
}

/** Removes content whose erasure was noted when the process or the machine stopped. */
export async function completeErasures(storage: ObjectStorage): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const page = await storage.list('tombstones', {
      ...(after === undefined ? {} : { after }),
      limit: TOMBSTONE_PAGE,
    });
    for (const { name } of page) await storage.remove('objects', name, FILE_END_BYTES_MAX);
    after = page.at(-1)?.name;
    if (page.length < TOMBSTONE_PAGE) return;
  }
}

function erasedTimeOf(document: unknown): number {
  if (typeof document !== 'object' || document === null) return 0;
  if (!('format' in document) || document.format !== FORMAT) return 0;
  if (!('erased' in document) || typeof document.erased !== 'number') return 0;
  return document.erased;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
