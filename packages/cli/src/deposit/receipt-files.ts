import { existsSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toHex, utf8Encode } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import type { ReceiptDocument, TrustDocument } from '@hefu/protocol';
import { EXIT } from '../exit-codes.ts';
import { CliFault, usageFault } from '../fault.ts';
import { makeFolders } from '@hefu/keystore';
import { jsonText, writeDurable, writeWhole } from '../files/write-file.ts';
import { JOURNAL_FOLDER } from './journal.ts';

/** What receipts' files end with. */
export const RECEIPT_ENDING = '.receipt.json';
/** Name of the trust file beside receipts. */
export const TRUST_FILE = 'trust.json';
/** Where receipts of earlier contents go when a file has changed since. */
const EARLIER_FOLDER = '.earlier';

/** Folders in `--out` that hold no receipts of their own: earlier ones, and what a run has to remember. */
export const OWN_FOLDERS: readonly string[] = [EARLIER_FOLDER, JOURNAL_FOLDER];

/**
 * Longest name, in bytes of UTF-8, that a receipt's file takes over whole. File systems end at 255; the ending, a number
 * and the name while it is written go behind it.
 */
const NAME_BYTES_MAX = 215;
/** What is left of a longer one, before the mark that keeps it apart from others with this beginning. */
const NAME_BYTES_KEPT = 180;
const MARK_HEX_DIGITS = 16;

/**
 * Name of the receipt's file without its ending, for the name of a file without its folders: the same, or for one that
 * would be too long its beginning, `~` and a part of the SHA-256 digest of all of it.
 */
export function receiptStem(fileName: string): string {
  const bytes = utf8Encode(fileName);
  if (bytes.length <= NAME_BYTES_MAX) return fileName;
  let kept = '';
  let keptBytes = 0;
  for (const character of fileName) {
    keptBytes += utf8Encode(character).length;
    if (keptBytes > NAME_BYTES_KEPT) break;
    kept += character;
  }
  return `${kept}~${toHex(hash('sha256', bytes)).slice(0, MARK_HEX_DIGITS)}`;
}

/** Place of the receipt in `--out`, without its ending: the folders of the deposit mirrored. */
function receiptPlace(name: string): string {
  const start = name.lastIndexOf('/') + 1;
  return name.slice(0, start) + receiptStem(name.slice(start));
}

/** Where the receipt of a file goes. */
export function receiptPath(out: string, name: string): string {
  return join(out, `${receiptPlace(name)}${RECEIPT_ENDING}`);
}

/**
 * Before anything is said: every receipt must have a place. Throws CliFault `name-in-the-way` when a folder is called
 * like a file that goes where its receipts would.
 */
export function requirePlaces(names: readonly string[]): void {
  const taken = new Set([TRUST_FILE, ...OWN_FOLDERS]);
  for (const name of names) taken.add(`${receiptPlace(name)}${RECEIPT_ENDING}`);
  for (const name of names) {
    for (let end = name.indexOf('/'); end >= 0; end = name.indexOf('/', end + 1)) {
      const folder = name.slice(0, end);
      if (!taken.has(folder)) continue;
      throw usageFault(
        'name-in-the-way',
        `the folder ${folder} is called like a file that has to stand in its place among the receipts`,
        'Deposit that folder in a run of its own, with another --out, and the rest without it.',
      );
    }
  }
}

/** Writes a receipt; one that is there for another deposit is kept under `.earlier`, never lost. */
export function writeReceipt(out: string, name: string, receipt: ReceiptDocument): void {
  const path = receiptPath(out, name);
  const text = jsonText(receipt);
  if (existsSync(path)) {
    const before = readFileSync(path, 'utf8');
    if (before === text) return;
    const statement = statementOf(before);
    if (statement !== undefined && statement !== receipt.statement) keepEarlier(out, name, path);
  }
  writeWhole(path, text);
}

function statementOf(text: string): unknown {
  try {
    return (JSON.parse(text) as Partial<ReceiptDocument> | null)?.statement;
  } catch {
    // Cut off by a crash: there is nothing in it to keep.
    return undefined;
  }
}

function keepEarlier(out: string, name: string, path: string): void {
  for (let number = 1; ; number++) {
    const target = join(out, EARLIER_FOLDER, `${receiptPlace(name)}.${number}${RECEIPT_ENDING}`);
    if (existsSync(target)) continue;
    makeFolders(dirname(target));
    renameSync(path, target);
    return;
  }
}

/** Writes the trust file. Throws CliFault `trust-foreign` when there is one of another chain. */
export function writeTrust(out: string, trust: TrustDocument): void {
  const path = join(out, TRUST_FILE);
  if (existsSync(path)) {
    const before = JSON.parse(readFileSync(path, 'utf8')) as Partial<TrustDocument> | null;
    if (before?.genesis !== trust.genesis) {
      throw new CliFault({
        code: 'trust-foreign',
        exitCode: EXIT.refused,
        what: `${path} is the trust file of another chain`,
        advice: 'Name another folder with --out.',
      });
    }
  }
  writeDurable(path, jsonText(trust));
}
