import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ReceiptDocument, TrustDocument } from '@hefu/protocol';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { jsonText, writeDurable, writeWhole } from '../files/write-file.ts';

/** What receipts' files end with. */
export const RECEIPT_ENDING = '.receipt.json';
/** Name of the trust file beside receipts. */
export const TRUST_FILE = 'trust.json';
/** Where receipts of earlier contents go when a file has changed since. */
const EARLIER_FOLDER = '.earlier';

/** Where the receipt of a file goes: the folders of the deposit mirrored. */
export function receiptPath(out: string, name: string): string {
  return join(out, `${name}${RECEIPT_ENDING}`);
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
    const target = join(out, EARLIER_FOLDER, `${name}.${number}${RECEIPT_ENDING}`);
    if (existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
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
