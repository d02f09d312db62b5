// Goal: a receipt holds against its trust file alone, and every kind of damage is told apart by its
// code. Method: receipts of a sample ledger, for both suites, changed in one place each.
import { encodeCbor, fromBase64, toBase64, toHex, utf8Encode } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type { Suite } from '@hefu/crypto/algorithm';
import { buildTree } from '@hefu/merkle';
import { describe, expect, it } from 'vitest';
import { digestContent } from './content.ts';
import { decodeEntry, encodeEntry } from './entry.ts';
import type { ReceiptDocument } from './receipt-document.ts';
import type { ReceiptCode } from './receipt-verdict.ts';
import { CheckMemory } from './signature-check.ts';
import { SampleLedger } from './testing/sample-ledger.ts';
import { parseTrust } from './trust.ts';
import type { Trust } from './trust.ts';
import { verifyReceipt, verifyReceiptAsync } from './verify-receipt.ts';

const CONTENT = utf8Encode('the contract, signed');
const SUITES: readonly Suite[] = ['international', 'gm'];

function trustOf(ledger: SampleLedger): Trust {
  const verdict = parseTrust(JSON.parse(JSON.stringify(ledger.trust())));
  if (!verdict.ok) throw new Error(JSON.stringify(verdict));
  return verdict.trust;
}

function items(count: number): CborValue[] {
  return Array.from({ length: count }, (_, i) => ({
    ...digestContent(utf8Encode(`file ${i}`)),
    title: `file ${i}`,
  }));
}

function sampleLedger(suite: Suite): SampleLedger {
  const ledger = new SampleLedger({ suite, validators: ['acme', 'bank', 'court', 'dairy'] });
  const { sha256, sm3 } = digestContent(CONTENT);
  ledger.putMember('acme/bob', [[0, 3]]);
  ledger.putKey('acme/bob');
  ledger.putMember('acme/carol');
  ledger.putKey('acme/carol', [[0, 3]]);
  ledger.addBlock([
    {
      member: 'acme/alice',
      args: { item: { sha256, sm3, title: 'contract' } },
      output: { record: 'e1' },
      events: [['evidence/deposited', { record: 'e1' }]],
    },
    { member: 'acme/bob', args: { item: { sha256 } } },
  ]);
  const tree = buildTree(
    ledger.hasher,
    items(5).map((i) => ledger.hasher.leaf(encodeCbor(i))),
  );
  ledger.addBlock([{ member: 'acme/alice', method: 'batch', args: { root: tree.root, count: 5 } }]);
  ledger.addBlock([
    { member: 'acme/bob', args: null },
    { member: 'acme/carol', args: null },
    { member: 'acme/bob', args: null, code: 'member-suspended' },
    { member: 'acme/alice', args: null, code: 'evidence/already-deposited' },
  ]);
  ledger.addBlock([]);
  return ledger;
}

function itemReceipt(ledger: SampleLedger, index: number): ReceiptDocument {
  const leaves = items(5).map(encodeCbor);
  const tree = buildTree(
    ledger.hasher,
    leaves.map((leaf) => ledger.hasher.leaf(leaf)),
  );
  const item = leaves[index] as Uint8Array;
  return ledger.receipt(2, { item: { item, index, path: tree.path(index) } });
}

function flip(text: string): string {
  const bytes = fromBase64(text) as Uint8Array;
  const at = bytes.length >> 1;
  bytes[at] = (bytes[at] as number) ^ 1;
  return toBase64(bytes);
}

/** The entry with another outcome. */
function recode(text: string): string {
  const decoded = decodeEntry(fromBase64(text) as Uint8Array);
  if (!decoded.ok || decoded.entry.kind !== 'statement') throw new Error('no statement entry');
  return toBase64(encodeEntry({ ...decoded.entry, code: 'args-invalid' }));
}

function flipHex(text: string): string {
  return `${text.startsWith('0') ? '1' : '0'}${text.slice(1)}`;
}

interface Damage {
  readonly name: string;
  readonly code: Exclude<ReceiptCode, 'not-judged'>;
  readonly make: (receipt: ReceiptDocument, ledger: SampleLedger) => unknown;
}

function withNote(receipt: ReceiptDocument, from: string | RegExp, to: string): ReceiptDocument {
  const checkpoint = receipt.checkpoint.replace(from, to);
  if (checkpoint === receipt.checkpoint) throw new Error(`nothing to replace: ${from}`);
  return { ...receipt, checkpoint };
}

/** Changes one bit of the signature in line `n`, from 0. */
function breakLine(receipt: ReceiptDocument, n: number): ReceiptDocument {
  const lines = receipt.checkpoint.split('\n');
  const [dash = '', name = '', signature = ''] = (lines[4 + n] ?? '').split(' ');
  const bytes = fromBase64(signature) as Uint8Array;
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
  lines[4 + n] = `${dash} ${name} ${toBase64(bytes)}`;
  return { ...receipt, checkpoint: lines.join('\n') };
}

const DAMAGES: readonly Damage[] = [
  { name: 'not an object', code: 'receipt-malformed', make: () => 'receipt' },
  { name: 'format', code: 'receipt-malformed', make: (r) => ({ ...r, format: 'hefu-receipt/2' }) },
  { name: 'a field too many', code: 'receipt-malformed', make: (r) => ({ ...r, note: 1 }) },
  {
    name: 'hex in upper case',
    code: 'receipt-malformed',
    make: (r) => ({ ...r, genesis: r.genesis.toUpperCase() }),
  },
  { name: 'item without place', code: 'receipt-malformed', make: (r) => ({ ...r, item: r.entry }) },
  { name: 'chain', code: 'foreign-chain', make: (r) => ({ ...r, chain: 'other.example' }) },
  {
    name: 'suite',
    code: 'foreign-chain',
    make: (r) => ({ ...r, suite: r.suite === 'gm' ? 'international' : 'gm' }),
  },
  { name: 'genesis', code: 'foreign-chain', make: (r) => ({ ...r, genesis: flipHex(r.genesis) }) },
  {
    name: 'statement cut short',
    code: 'statement-damaged',
    make: (r) => ({ ...r, statement: toBase64((fromBase64(r.statement) as Uint8Array).slice(1)) }),
  },
  {
    name: 'statement of another call',
    code: 'entry-mismatch',
    make: (r, l) => ({ ...r, statement: l.receipt(6).statement }),
  },
  {
    name: 'key record',
    code: 'signer-proof-broken',
    make: (r) => ({
      ...r,
      signer: { ...r.signer, key: { ...r.signer.key, record: flip(r.signer.key.record) } },
    }),
  },
  {
    name: 'member proof',
    code: 'signer-proof-broken',
    make: (r) => ({
      ...r,
      signer: { ...r.signer, member: { ...r.signer.member, proof: flip(r.signer.member.proof) } },
    }),
  },
  {
    name: 'organisation id',
    code: 'signer-proof-broken',
    make: (r) => ({
      ...r,
      signer: { ...r.signer, organisation: { ...r.signer.organisation, id: 'bank' } },
    }),
  },
  {
    name: 'records of another member',
    code: 'signer-proof-broken',
    make: (r, l) => ({ ...r, signer: l.receipt(1).signer }),
  },
  {
    name: 'signature',
    code: 'signature-wrong',
    make: (r) => {
      const bytes = fromBase64(r.statement) as Uint8Array;
      bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
      return { ...r, statement: toBase64(bytes) };
    },
  },
  {
    name: 'entry',
    code: 'entry-not-included',
    make: (r) => ({ ...r, entry: recode(r.entry) }),
  },
  {
    name: 'entry of another statement',
    code: 'entry-mismatch',
    make: (r, l) => {
      const { entry, index, inclusion } = l.receipt(6);
      return { ...r, entry, index, inclusion, block: l.receipt(6).block };
    },
  },
  {
    name: 'block in place of the entry',
    code: 'entry-mismatch',
    make: (r) => ({ ...r, entry: r.block.entry }),
  },
  {
    name: 'output',
    code: 'output-mismatch',
    make: (r) => ({ ...r, output: toBase64(encodeCbor({ record: 'e2' })) }),
  },
  {
    name: 'events',
    code: 'events-mismatch',
    make: (r) => ({ ...r, events: toBase64(encodeCbor([])) }),
  },
  { name: 'index', code: 'entry-not-included', make: (r) => ({ ...r, index: r.index - 1 }) },
  {
    name: 'inclusion',
    code: 'entry-not-included',
    make: (r) => ({ ...r, inclusion: r.inclusion.map((h, i) => (i === 0 ? flipHex(h) : h)) }),
  },
  {
    name: 'inclusion too long',
    code: 'entry-not-included',
    make: (r) => ({ ...r, inclusion: [...r.inclusion, r.genesis] }),
  },
  {
    name: 'earlier block',
    code: 'block-mismatch',
    make: (r, l) => ({ ...l.receipt(6), block: r.block, signer: r.signer }),
  },
  {
    name: 'entry in place of the block',
    code: 'block-mismatch',
    make: (r) => ({ ...r, block: { ...r.block, entry: r.entry } }),
  },
  {
    name: 'block inclusion',
    code: 'block-not-included',
    make: (r) => ({ ...r, block: { ...r.block, inclusion: r.block.inclusion.map(flipHex) } }),
  },
  {
    name: 'checkpoint without lines',
    code: 'checkpoint-malformed',
    make: (r) => ({ ...r, checkpoint: r.checkpoint.split('\n').slice(0, 4).join('\n') }),
  },
  {
    name: 'checkpoint with an extension line',
    code: 'checkpoint-malformed',
    make: (r) => withNote(r, '\n\n', '\nmore\n\n'),
  },
  {
    name: 'a line twice',
    code: 'checkpoint-malformed',
    make: (r) => ({ ...r, checkpoint: `${r.checkpoint}${r.checkpoint.split('\n')[4] ?? ''}\n` }),
  },
  { name: 'origin', code: 'checkpoint-origin', make: (r) => withNote(r, /^sample/, 'simple') },
  { name: 'first line', code: 'checkpoint-line-wrong', make: (r) => breakLine(r, 0) },
  { name: 'cosignature', code: 'checkpoint-line-wrong', make: (r) => breakLine(r, 1) },
  {
    name: 'last line',
    code: 'checkpoint-line-wrong',
    make: (r) => breakLine(r, r.checkpoint.split('\n').length - 6),
  },
  {
    name: 'a stranger signs too',
    code: 'checkpoint-unknown-signers',
    make: (_, l) => l.receipt(0, { signers: ['acme', 'bank', 'court', 'stranger'] }),
  },
  {
    name: 'strangers sign',
    code: 'checkpoint-unknown-signers',
    make: (_, l) => l.receipt(0, { signers: ['stranger'] }),
  },
  {
    name: 'two of four',
    code: 'checkpoint-quorum-short',
    make: (_, l) => l.receipt(0, { signers: ['acme', 'bank'] }),
  },
  {
    name: 'member suspended before',
    code: 'signer-not-in-good-standing',
    make: (_, l) => l.receipt(3),
  },
  { name: 'key retired before', code: 'signer-not-in-good-standing', make: (_, l) => l.receipt(4) },
];

describe.each(SUITES)('receipts of the %s suite', (suite) => {
  const ledger = sampleLedger(suite);
  const trust = trustOf(ledger);

  it('hold, with content, at any later checkpoint and against a later state', async () => {
    const receipts = [
      ledger.receipt(0),
      ledger.receipt(0, { blockHeight: 4 }),
      ledger.receipt(0, { size: 5 }),
      ledger.receipt(0, { signers: ['acme', 'dairy', 'bank'] }),
    ];
    for (const [n, receipt] of receipts.entries()) {
      const options = { receipt, trust, content: CONTENT };
      const verdict = verifyReceipt(options);
      expect(verdict, `receipt ${n}`).toMatchObject({ ok: true, outcome: 'ok' });
      expect(await verifyReceiptAsync(options), `receipt ${n}`).toEqual(verdict);
    }
    const verdict = verifyReceipt({
      receipt: ledger.receipt(0),
      trust,
      content: digestContent(CONTENT),
    });
    expect(verdict.steps.map(({ id }) => id)).toEqual([
      'format',
      'chain',
      'statement',
      'content',
      'signer',
      'signature',
      'entry',
      'inclusion',
      'block',
      'checkpoint',
      'quorum',
    ]);
    expect(verdict).toMatchObject({
      facts: {
        member: 'acme/alice',
        method: 'deposit',
        height: 1,
        index: 2,
        cosigners: ['acme', 'bank', 'court', 'dairy'],
      },
    });
  });

  it('hold for each item of a batch, and for no other', () => {
    for (let index = 0; index < 5; index++) {
      const receipt = itemReceipt(ledger, index);
      const content = utf8Encode(`file ${index}`);
      expect(verifyReceipt({ receipt, trust, content }), `item ${index}`).toMatchObject({
        ok: true,
      });
      const moved = { ...receipt, itemIndex: (index + 1) % 5 };
      expect(verifyReceipt({ receipt: moved, trust, content }), `item ${index}`).toMatchObject({
        ok: false,
        code: 'item-mismatch',
      });
      expect(verifyReceipt({ receipt, trust, content: CONTENT }), `item ${index}`).toMatchObject({
        ok: false,
        code: 'content-mismatch',
      });
    }
    const item = { ...itemReceipt(ledger, 1), item: itemReceipt(ledger, 2).item };
    expect(verifyReceipt({ receipt: item, trust })).toMatchObject({
      ok: false,
      code: 'item-mismatch',
    });
    const noBatch = { ...ledger.receipt(0), ...pick(itemReceipt(ledger, 1)) };
    expect(verifyReceipt({ receipt: noBatch, trust })).toMatchObject({
      ok: false,
      code: 'item-mismatch',
    });
  });

  it('tell wrong content from content that nothing names', () => {
    const content = utf8Encode('another contract');
    expect(verifyReceipt({ receipt: ledger.receipt(0), trust, content })).toMatchObject({
      ok: false,
      code: 'content-mismatch',
    });
    expect(verifyReceipt({ receipt: ledger.receipt(2), trust, content })).toMatchObject({
      ok: false,
      code: 'content-not-named',
    });
    const halfRight = { sha256: digestContent(CONTENT).sha256, sm3: digestContent(content).sm3 };
    expect(verifyReceipt({ receipt: ledger.receipt(0), trust, content: halfRight })).toMatchObject({
      ok: false,
      code: 'content-mismatch',
    });
  });

  it('prove refusals as refusals, a suspended member\u2019s too', () => {
    expect(verifyReceipt({ receipt: ledger.receipt(5), trust })).toMatchObject({
      ok: true,
      code: 'statement-refused',
      outcome: 'member-suspended',
    });
    expect(verifyReceipt({ receipt: ledger.receipt(6), trust })).toMatchObject({
      ok: true,
      code: 'statement-refused',
      outcome: 'evidence/already-deposited',
    });
  });

  it('say why a signer does not count', () => {
    const standing = (n: number): unknown =>
      verifyReceipt({ receipt: ledger.receipt(n), trust }).steps.find(({ id }) => id === 'signer')
        ?.data['standing'];
    expect(standing(3)).toBe('member-suspended');
    expect(standing(4)).toBe('key-not-valid');
    expect(standing(1)).toBe('good');
  });

  it.each(DAMAGES)('refuse: $name', async ({ code, make }) => {
    const receipt = make(ledger.receipt(0), ledger);
    const verdict = verifyReceipt({ receipt, trust });
    expect(verdict).toMatchObject({ ok: false, code });
    expect(await verifyReceiptAsync({ receipt, trust })).toEqual(verdict);
  });

  it('are judged the same by a verifier that remembers', () => {
    const memory = new CheckMemory();
    const receipts = [
      ...DAMAGES.map(({ make }) => make(ledger.receipt(0), ledger)),
      ledger.receipt(0),
    ];
    for (const round of [1, 2]) {
      for (const [n, receipt] of receipts.entries()) {
        const verdict = verifyReceipt({ receipt, trust });
        expect(verifyReceipt({ receipt, trust, memory }), `${round} ${n}`).toEqual(verdict);
      }
    }
  });

  it('judge the steps that a fault leaves alone', () => {
    const receipt = { ...ledger.receipt(0), statement: toBase64(Uint8Array.of(1)) };
    const { steps } = verifyReceipt({ receipt, trust });
    const found = Object.fromEntries(steps.map(({ id, ok, code }) => [id, ok ? 'ok' : code]));
    expect(found).toMatchObject({
      statement: 'statement-damaged',
      signer: 'not-judged',
      inclusion: 'ok',
      block: 'ok',
      quorum: 'ok',
    });
  });

  it('are of one chain only', () => {
    const other = new SampleLedger({
      suite,
      chain: 'other.example',
      validators: ['acme', 'bank', 'court', 'dairy'],
    });
    other.addBlock([{ member: 'acme/alice', args: null }]);
    const verdict = verifyReceipt({ receipt: other.receipt(0), trust });
    expect(verdict).toMatchObject({ ok: false, code: 'foreign-chain' });
    const { statement } = other.receipt(0);
    expect(verifyReceipt({ receipt: { ...ledger.receipt(0), statement }, trust })).toMatchObject({
      ok: false,
      code: 'foreign-chain',
    });
    expect(toHex(trust.genesis)).not.toBe(toHex(trustOf(other).genesis));
  });
});

function pick({ item, itemIndex, itemPath }: ReceiptDocument): Partial<ReceiptDocument> {
  return {
    ...(item === undefined ? {} : { item }),
    ...(itemIndex === undefined ? {} : { itemIndex }),
    ...(itemPath === undefined ? {} : { itemPath }),
  };
}
