import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { concatBytes, fromBase64, fromHex, toBase64, toHex, utf8Encode } from '@hefu/bytes';
import type { HashName } from '@hefu/crypto/algorithm';
import {
  buildPrivateBatch,
  createContentDigester,
  createSaltedDigester,
  openPrivateRecord,
  privateRecord,
} from '@hefu/sdk';
import type { HefuClient, Item, PrivateBatch, PrivateRecord } from '@hefu/sdk';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { jsonText, writeWhole } from '../files/write-file.ts';
import { receiptPath, RECEIPT_ENDING } from './receipt-files.ts';

/** What the files end with that name a private item's objects in the vault. */
export const PRIVATE_ENDING = '.private.json';

/** Which objects of the vault a private item consists of: what is granted and erased. */
export interface PrivateObjects {
  readonly format: 'hefu-private/1';
  /** The record: salt and item. */
  readonly record: string;
  /** The file behind the same salt, when it is kept. */
  readonly content?: string;
}

/** Records of the items, each with a salt of its own. */
export function privateBatch(items: readonly Item[], hashName: HashName): PrivateBatch {
  return buildPrivateBatch(
    items.map((item) => privateRecord(item, hashName)),
    hashName,
  );
}

/** The records as the journal keeps them: with other salts it would be another deposit. */
export function recordsText({ records }: PrivateBatch): Uint8Array {
  return utf8Encode(JSON.stringify(records.map(({ object }) => toBase64(object))));
}

/** The batch of records that the journal has kept. Throws CliFault `journal-damaged`. */
export function batchOfRecords(text: Uint8Array, hashName: HashName): PrivateBatch {
  try {
    const objects = JSON.parse(Buffer.from(text).toString('utf8')) as readonly string[];
    const records = objects.map((object): PrivateRecord => {
      const opened = openPrivateRecord(fromBase64(object) ?? new Uint8Array(), hashName);
      if (!opened.ok) throw new Error(opened.code);
      return opened.record;
    });
    return buildPrivateBatch(records, hashName);
  } catch (cause) {
    throw new CliFault(
      {
        code: 'journal-damaged',
        exitCode: EXIT.failure,
        what: 'the journal holds no private records where some should be',
        advice: 'Name another folder with --out; what was deposited stays deposited.',
      },
      { cause },
    );
  }
}

/** Stores the records in the vault of the node; what is there is not sent again. */
export async function keepRecords(client: HefuClient, batch: PrivateBatch): Promise<void> {
  for (const { digest, object } of batch.records) {
    await client.vault.put(toHex(digest), () => object);
  }
}

/** Stores a file behind the record's salt; its name in the vault. Throws CliFault `file-changed`. */
export async function keepSalted(
  client: HefuClient,
  hashName: HashName,
  file: { readonly path: string; readonly sha256: string; readonly salt: Uint8Array },
): Promise<string> {
  const { path, salt } = file;
  const salted = createSaltedDigester(hashName, salt);
  const plain = createContentDigester();
  for await (const part of createReadStream(path) as AsyncIterable<Uint8Array>) {
    salted.update(part);
    plain.update(part);
  }
  if (toHex(plain.digest().sha256) !== file.sha256) {
    throw new CliFault({
      code: 'file-changed',
      exitCode: EXIT.failure,
      what: `${path} was written to after it was hashed`,
      advice: 'Run the same command again when nobody works on the file.',
    });
  }
  const digest = toHex(salted.digest());
  await client.vault.put(digest, () => saltedParts(path, salt));
  return digest;
}

async function* saltedParts(path: string, salt: Uint8Array): AsyncGenerator<Uint8Array> {
  yield concatBytes(salt);
  yield* createReadStream(path) as AsyncIterable<Uint8Array>;
}

/** Writes which objects of the vault a file's item consists of, beside its receipt. */
export function writePrivateObjects(
  out: string,
  name: string,
  objects: Omit<PrivateObjects, 'format'>,
): void {
  const path = privatePath(out, name);
  writeWhole(path, jsonText({ format: 'hefu-private/1', ...objects }));
}

function privatePath(out: string, name: string): string {
  return `${receiptPath(out, name).slice(0, -RECEIPT_ENDING.length)}${PRIVATE_ENDING}`;
}

/** The objects that a word on the command line names: a digest, or a file beside a receipt. */
export function objectsNamed(path: string, typed: string): readonly string[] {
  if (/^[0-9a-f]{64}$/.test(typed)) return [typed];
  const value = existsSync(path) ? parsed(readFileSync(path, 'utf8')) : undefined;
  const { record, content } = (value ?? {}) as Partial<PrivateObjects>;
  const named = [record, content].filter((each) => each !== undefined);
  if (named.length > 0 && named.every((each) => fromHex(each)?.length === 32)) return named;
  throw new CliFault({
    code: 'object-invalid',
    exitCode: EXIT.usage,
    what: `${typed} names no object`,
    advice: `Give a digest of 64 hex digits, or a file NAME${PRIVATE_ENDING} that a private deposit has written.`,
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
