import { RECEIPT_FORMAT, TRUST_FORMAT } from '@hefu/protocol';

/** What a file is taken for. */
export type Role = 'receipt' | 'receipts' | 'trust' | 'content';

/** Larger files are no single receipt and no trust file. */
export const DOCUMENT_BYTES_MAX = 8 * 1024 * 1024;
/** How much of a file is looked at to tell what it is. */
const LOOK_BYTES = 4096;
/** How the commands name receipts. */
const RECEIPT_ENDING = '.receipt.json';
/** What is called so is meant as a receipt, however damaged it is. */
const NAMED_ENDINGS = [RECEIPT_ENDING, '.ndjson'];

/** JSON, or that it is none. Texts that the parser can't take, however odd, are none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The value of a document's own `format` field. */
export function formatOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, 'format')) return undefined;
  const { format } = json as { readonly format: unknown };
  return typeof format === 'string' ? format : undefined;
}

/**
 * What a file that was dropped anywhere is: by what it says itself, else by its name. Whatever is
 * neither receipt nor trust file is content: any file may have been deposited.
 */
export async function roleOf(name: string, blob: Blob): Promise<Role> {
  const lower = name.toLowerCase();
  const isNamed = NAMED_ENDINGS.some((ending) => lower.endsWith(ending));
  const beginning = await blob.slice(0, LOOK_BYTES).text();
  if (beginning.trimStart().startsWith('{')) {
    const text = await blob.slice(0, DOCUMENT_BYTES_MAX).text();
    const format = blob.size <= DOCUMENT_BYTES_MAX ? formatOf(readJson(text)) : undefined;
    if (format === RECEIPT_FORMAT) return 'receipt';
    if (format === TRUST_FORMAT) return 'trust';
    const end = text.indexOf('\n');
    if (end >= 0 && formatOf(readJson(text.slice(0, end))) === RECEIPT_FORMAT) return 'receipts';
  }
  return isNamed ? 'receipt' : 'content';
}

/** The name of the content that a receipt's file name tells of, without folders. */
export function contentNameOf(receiptName: string): string | undefined {
  const base = receiptName.slice(receiptName.lastIndexOf('/') + 1);
  return base.endsWith(RECEIPT_ENDING) ? base.slice(0, -RECEIPT_ENDING.length) : undefined;
}
