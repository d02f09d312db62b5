import { applyChanges } from '@hefu/protocol/testing';
import type { JsonChange } from '@hefu/protocol/testing';
import { readJson } from '../house/checkout.ts';

export type Suite = 'international' | 'gm';
export const SUITES: readonly Suite[] = ['international', 'gm'];

interface VectorFile {
  readonly shared: Readonly<Record<string, unknown>>;
  readonly cases: readonly {
    readonly name: string;
    readonly trust: string;
    readonly receipt: { readonly base: string; readonly changes?: readonly JsonChange[] };
    readonly content?: string;
    readonly expect: { readonly ok: boolean; readonly code?: string; readonly outcome?: string };
  }[];
}

/** One receipt, good or damaged, and what must be found. */
export interface ReceiptCase {
  readonly name: string;
  readonly receipt: unknown;
  readonly content: Uint8Array | undefined;
  readonly expect: VectorFile['cases'][number]['expect'];
}

const FILE = readJson<VectorFile>('vectors', 'receipt.json');

/** The cases of a suite, as vectors/receipt.json has them. */
export function receiptCases(suite: Suite): readonly ReceiptCase[] {
  return FILE.cases
    .filter(({ trust }) => trust === `trust-${suite}`)
    .map(({ name, receipt, content, expect }) => ({
      name: name.slice(name.indexOf(': ') + 2),
      receipt: applyChanges(FILE.shared[receipt.base], receipt.changes ?? []),
      content: content === undefined ? undefined : Buffer.from(content, 'hex'),
      expect,
    }));
}

/** A document that the cases share, such as `trust` or `single`. */
export function shared(name: string, suite: Suite): unknown {
  const value = FILE.shared[`${name}-${suite}`];
  if (value === undefined) throw new Error(`the vectors have no ${name}-${suite}`);
  return value;
}
