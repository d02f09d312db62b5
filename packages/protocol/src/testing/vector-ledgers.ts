import { encodeCbor, fromBase64, toBase64, utf8Encode } from '@hefu/bytes';
import type { Suite } from '@hefu/crypto/algorithm';
import { buildTree } from '@hefu/merkle';
import { digestContent } from '../content.ts';
import { SampleLedger } from './sample-ledger.ts';

export const CONTENT = utf8Encode('合符: the halves match');
export const SUITES: readonly Suite[] = ['international', 'gm'];

/** A ledger with everything that the vectors show: items, refusals, and two changes of validators. */
function ledgerOf(suite: Suite): SampleLedger {
  const ledger = new SampleLedger({ suite, validators: ['acme', 'bank', 'court'] });
  ledger.putMember('acme/bob', [[0, 2]]);
  ledger.putKey('acme/bob');
  ledger.addBlock([
    {
      member: 'acme/alice',
      args: { item: { ...digestContent(CONTENT), title: 'tally' } },
      output: { record: 'e1' },
      events: [['evidence/deposited', { record: 'e1' }]],
    },
  ]);
  const tree = buildTree(ledger.hasher, leavesOf(ledger));
  ledger.addBlock(
    [
      { member: 'acme/alice', method: 'batch', args: { root: tree.root, count: 3 } },
      { member: 'acme/bob', args: null },
      { member: 'acme/bob', args: null, code: 'member-suspended' },
    ],
    ledger.validators(['acme', 'bank', 'court', 'dairy']),
  );
  ledger.addBlock([], ledger.validators(['estate']));
  ledger.addBlock([{ member: 'acme/alice', args: { n: 1 } }]);
  return ledger;
}

export function itemBytes(n: number): Uint8Array {
  return encodeCbor({ ...digestContent(utf8Encode(`file ${n}`)), name: `file ${n}` });
}

export function leavesOf(ledger: SampleLedger): Uint8Array[] {
  return [0, 1, 2].map((n) => ledger.hasher.leaf(itemBytes(n)));
}

export const LEDGERS: Readonly<Record<Suite, SampleLedger>> = {
  international: ledgerOf('international'),
  gm: ledgerOf('gm'),
};

export function flipBase64(text: string, at: number = -1): string {
  const bytes = fromBase64(text) ?? new Uint8Array(1);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return toBase64(bytes);
}
