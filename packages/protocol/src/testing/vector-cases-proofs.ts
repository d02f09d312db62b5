import { encodeCbor, fromBase64, toBase64, toHex, utf8Encode } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import type { Suite } from '@hefu/crypto/algorithm';
import { decodeSign1, encodeSign1 } from '@hefu/crypto/cose';
import { buildTree } from '@hefu/merkle';
import { coseReceiptsOf } from '../cose-receipt.ts';
import type { ReceiptDocument } from '../receipt-document.ts';
import { formatTlogProof } from '../tlog-proof.ts';
import { CONTENT, flipBase64, itemBytes, leavesOf, LEDGERS, SUITES } from './vector-ledgers.ts';
import type {
  CoseReceiptCase,
  ExportCase,
  ReceiptCase,
  TlogProofCase,
  TrustCase,
} from './vector-types.ts';

function trusts(): Record<string, unknown> {
  return Object.fromEntries(SUITES.map((suite) => [`trust-${suite}`, LEDGERS[suite].trust()]));
}

export function trustCases(): { shared: Record<string, unknown>; cases: TrustCase[] } {
  const cases: TrustCase[] = [];
  for (const suite of SUITES) {
    const base = `trust-${suite}`;
    const [first, second] = LEDGERS[suite].trust().handovers;
    const broken = (handover: number, cause: string): TrustCase['expect'] => ({
      ok: false,
      code: 'trust-handover-broken',
      handover,
      cause,
    });
    const add = (
      name: string,
      op: 'add' | 'remove' | 'replace',
      path: string,
      value: unknown,
      expect: TrustCase['expect'],
    ): void => {
      const changes = [op === 'remove' ? { op, path } : { op, path, value }];
      cases.push({ name: `${suite}: ${name}`, document: { base, changes }, expect });
    };
    cases.push({ name: `${suite}: good`, document: { base }, expect: { ok: true } });
    add('without its last change', 'remove', '/handovers/1', undefined, { ok: true });
    add(
      'without its first change',
      'remove',
      '/handovers/0',
      undefined,
      broken(0, 'handover-missing'),
    );
    add(
      'changes exchanged',
      'replace',
      '/handovers',
      [second, first],
      broken(0, 'handover-missing'),
    );
    add('a change twice', 'add', '/handovers/1', first, broken(1, 'handover-out-of-order'));
    add(
      'first change left out, renumbered',
      'replace',
      '/handovers',
      [{ ...second, number: 1 }],
      broken(0, 'handover-set-mismatch'),
    );
    const mismatch = { ok: false, code: 'trust-genesis-mismatch' } as const;
    add('another first set', 'replace', '/validators', second?.validators, mismatch);
    add('more power', 'replace', '/validators/0/power', 2, mismatch);
    add('another rest of the genesis', 'replace', '/genesisRest', '00'.repeat(32), mismatch);
    add('another genesis digest', 'replace', '/genesis', '00'.repeat(32), mismatch);
    add(
      'a predecessor that the genesis does not name',
      'add',
      '/predecessor',
      { chain: 'other.example', genesis: '00'.repeat(32), size: 1, root: '00'.repeat(32) },
      mismatch,
    );
    add(
      'another set',
      'replace',
      '/handovers/0/validators',
      second?.validators,
      broken(0, 'handover-set-mismatch'),
    );
    add(
      'another checkpoint',
      'replace',
      '/handovers/0/checkpoint',
      LEDGERS[suite].checkpoint(4),
      broken(0, 'handover-block-not-included'),
    );
    add(
      'another entry',
      'replace',
      '/handovers/0/block/entry',
      'AA==',
      broken(0, 'handover-block-malformed'),
    );
    add(
      'no path',
      'replace',
      '/handovers/0/block/inclusion',
      [],
      broken(0, 'handover-block-not-included'),
    );
    add('no format', 'remove', '/format', undefined, {
      ok: false,
      code: 'trust-malformed',
      pointer: '/format',
    });
    add('another verifier key', 'replace', '/validators/0/vkeys/0', 'x', {
      ok: false,
      code: 'trust-malformed',
      pointer: '/validators/0/vkeys',
    });
    add('no power', 'replace', '/validators/0/power', 0, {
      ok: false,
      code: 'trust-malformed',
      pointer: '/validators/0/power',
    });
  }
  return { shared: trusts(), cases };
}

export function receiptCases(): { shared: Record<string, unknown>; cases: ReceiptCase[] } {
  const shared = trusts();
  const cases: ReceiptCase[] = [];
  for (const suite of SUITES) addReceiptCases(suite, shared, cases);
  return { shared, cases };
}

function addReceiptCases(
  suite: Suite,
  shared: Record<string, unknown>,
  cases: ReceiptCase[],
): void {
  const ledger = LEDGERS[suite];
  const trust = `trust-${suite}`;
  const tree = buildTree(ledger.hasher, leavesOf(ledger));
  const size = ledger.block(2).index + 1;
  const documents: Readonly<Record<string, ReceiptDocument>> = {
    single: ledger.receipt(0, { size }),
    later: ledger.receipt(0, { blockHeight: 3 }),
    item: ledger.receipt(1, { size, item: { item: itemBytes(1), index: 1, path: tree.path(1) } }),
    suspended: ledger.receipt(2, { size }),
    refused: ledger.receipt(3, { size }),
    short: ledger.receipt(0, { size, signers: ['acme', 'bank'] }),
    stranger: ledger.receipt(0, { size, signers: ['acme', 'bank', 'court', 'x'] }),
  };
  for (const [name, document] of Object.entries(documents)) shared[`${name}-${suite}`] = document;
  const { single, item } = documents as Readonly<Record<'single' | 'item', ReceiptDocument>>;
  const add = (
    name: string,
    base: string,
    expect: ReceiptCase['expect'],
    path?: string,
    value?: unknown,
    content?: Uint8Array,
  ): void => {
    const changes = path === undefined ? [] : [{ op: 'add' as const, path, value }];
    cases.push({
      name: `${suite}: ${name}`,
      trust,
      receipt: { base: `${base}-${suite}`, changes },
      ...(content === undefined ? {} : { content: toHex(content) }),
      expect,
    });
  };
  const bad = (code: string): ReceiptCase['expect'] => ({ ok: false, code });
  const content = utf8Encode('file 1');
  add('good', 'single', { ok: true, outcome: 'ok' });
  add(
    'good, with its content',
    'single',
    { ok: true, outcome: 'ok' },
    undefined,
    undefined,
    CONTENT,
  );
  add('good, later state and checkpoint', 'later', { ok: true, outcome: 'ok' });
  add(
    'good, item of a batch with its content',
    'item',
    { ok: true, outcome: 'ok' },
    undefined,
    undefined,
    content,
  );
  add('good, of a refusal', 'refused', {
    ok: true,
    code: 'statement-refused',
    outcome: 'member-suspended',
  });
  add('other content', 'single', bad('content-mismatch'), undefined, undefined, content);
  add(
    'other content than the item\u2019s',
    'item',
    bad('content-mismatch'),
    undefined,
    undefined,
    CONTENT,
  );
  add(
    'content that nothing names',
    'suspended',
    bad('content-not-named'),
    undefined,
    undefined,
    CONTENT,
  );
  add('not a receipt', 'single', bad('receipt-malformed'), '', 'receipt');
  add('a field too many', 'single', bad('receipt-malformed'), '/more', 1);
  add('another chain', 'single', bad('foreign-chain'), '/chain', 'sample.example/other');
  add('another genesis', 'single', bad('foreign-chain'), '/genesis', '00'.repeat(32));
  add(
    'statement cut short',
    'single',
    bad('statement-damaged'),
    '/statement',
    toBase64((fromBase64(single.statement) ?? CONTENT).slice(0, -1)),
  );
  add('signature', 'single', bad('signature-wrong'), '/statement', flipBase64(single.statement));
  add('another place in the batch', 'item', bad('item-mismatch'), '/itemIndex', 2);
  add('another item', 'item', bad('item-mismatch'), '/item', toBase64(itemBytes(2)));
  add('an item of no batch', 'single', bad('receipt-malformed'), '/item', item.item);
  add(
    'key record',
    'single',
    bad('signer-proof-broken'),
    '/signer/key/record',
    flipBase64(single.signer.key.record),
  );
  add(
    'member proof',
    'single',
    bad('signer-proof-broken'),
    '/signer/member/proof',
    flipBase64(single.signer.member.proof),
  );
  add(
    'organisation of others',
    'single',
    bad('signer-proof-broken'),
    '/signer/organisation/id',
    'bank',
  );
  add('suspended before', 'suspended', bad('signer-not-in-good-standing'));
  add('entry of a block', 'single', bad('entry-mismatch'), '/entry', single.block.entry);
  add('output', 'single', bad('output-mismatch'), '/output', toBase64(encodeCbor(null)));
  add('events', 'single', bad('events-mismatch'), '/events', toBase64(encodeCbor([])));
  add('place in the log', 'single', bad('entry-not-included'), '/index', single.index - 1);
  add(
    'path cut short',
    'single',
    bad('entry-not-included'),
    '/inclusion',
    single.inclusion.slice(1),
  );
  add('block of nothing', 'single', bad('block-mismatch'), '/block/entry', single.entry);
  add(
    'place of the block',
    'single',
    bad('block-not-included'),
    '/block/index',
    single.block.index + 1,
  );
  add('checkpoint of nothing', 'single', bad('checkpoint-malformed'), '/checkpoint', 'x');
  add(
    'checkpoint of another log',
    'single',
    bad('checkpoint-origin'),
    '/checkpoint',
    single.checkpoint.replace('sample', 'simple'),
  );
  add(
    'checkpoint of another root',
    'single',
    bad('entry-not-included'),
    '/checkpoint',
    ledger.checkpoint(size - 1),
  );
  add(
    'line broken',
    'single',
    bad('checkpoint-line-wrong'),
    '/checkpoint',
    breakFirstLine(single.checkpoint),
  );
  add('two of three', 'short', bad('checkpoint-quorum-short'));
  add('a stranger signs too', 'stranger', bad('checkpoint-unknown-signers'));
}

function breakFirstLine(note: string): string {
  const lines = note.split('\n');
  const [dash, name, signature = ''] = (lines[4] ?? '').split(' ');
  return lines.with(4, `${dash} ${name} ${flipBase64(signature)}`).join('\n');
}

function exportOf(suite: Suite, expect: ExportCase['expect']): ExportCase {
  const ledger = LEDGERS[suite];
  const { entry, index, inclusion } = ledger.logged(2, 4);
  return {
    name: `${suite}: made of an entry`,
    trust: `trust-${suite}`,
    entry: toHex(entry),
    index,
    inclusion: inclusion.map(toHex),
    checkpoint: ledger.checkpoint(4),
    expect,
  };
}

const NO_STANDARD = { ok: false, code: 'suite-has-no-standard' } as const;

export function tlogProofCases(): {
  shared: Record<string, unknown>;
  cases: (TlogProofCase | ExportCase)[];
} {
  const ledger = LEDGERS.international;
  const trust = 'trust-international';
  const entry = toHex(ledger.logged(2).entry);
  const made = formatTlogProof(
    { suite: 'international' },
    ledger.logged(2, 4),
    ledger.checkpoint(4),
  );
  if (!made.ok) throw new Error(made.code);
  const { text } = made;
  const cases: (TlogProofCase | ExportCase)[] = [
    exportOf('international', { ok: true, text }),
    exportOf('gm', NO_STANDARD),
  ];
  const add = (name: string, damaged: string, code?: string, of: string = entry): void => {
    const expect = code === undefined ? { ok: true, size: 4 } : { ok: false, code };
    cases.push({ name, trust, entry: of, text: damaged, expect });
  };
  add('good', text);
  add('good, without extra', text.replace(/extra .*\n/, ''));
  add('of another entry', text, 'entry-not-included', toHex(ledger.logged(1).entry));
  add('another index', text.replace('index 2', 'index 1'), 'entry-not-included');
  add('a hash less', text.replace(/\nindex 2\n[^\n]*/, '\nindex 2'), 'entry-not-included');
  add('another version', text.replace('@v1', '@v2'), 'tlog-proof-malformed');
  add('leading zero', text.replace('index 2', 'index 02'), 'tlog-proof-malformed');
  add('no index', text.replace('index 2\n', ''), 'tlog-proof-malformed');
  add('another log', text.replace('\n\nsample', '\n\nsimple'), 'checkpoint-origin');
  const short = formatTlogProof(
    { suite: 'international' },
    ledger.logged(2, 4),
    ledger.checkpoint(4, ['acme']),
  );
  add('one of three', short.ok ? short.text : '', 'checkpoint-quorum-short');
  return { shared: trusts(), cases };
}

export function coseReceiptCases(): {
  shared: Record<string, unknown>;
  cases: (CoseReceiptCase | ExportCase)[];
} {
  const ledger = LEDGERS.international;
  const { suite, chain, firstSet: set } = ledger;
  const { entry, index, inclusion } = ledger.logged(2, 4);
  const made = coseReceiptsOf({
    suite,
    chain,
    set,
    checkpoint: ledger.checkpoint(4),
    index,
    inclusion,
  });
  const [receipt] = made.ok ? made.receipts : [];
  const decoded = receipt === undefined ? undefined : decodeSign1(receipt.bytes, { strict: false });
  if (!made.ok || receipt === undefined || decoded?.ok !== true) throw new Error('no receipt');
  const { sign1 } = decoded;
  const receipts = made.receipts.map(({ organisation, bytes }) => ({
    organisation,
    bytes: toHex(bytes),
  }));
  const cases: (CoseReceiptCase | ExportCase)[] = [
    exportOf('international', { ok: true, receipts }),
    exportOf('gm', NO_STANDARD),
  ];
  const { algorithm, publicKey } = ledger.checkpointKey(receipt.organisation);
  const add = (
    name: string,
    bytes: Uint8Array,
    code?: string,
    leafEntry: Uint8Array = entry,
  ): void => {
    const expect = code === undefined ? { ok: true, size: 4, index: 2 } : { ok: false, code };
    cases.push({
      name,
      bytes: toHex(bytes),
      leafEntry: toHex(leafEntry),
      algorithm,
      publicKey: toHex(publicKey),
      expect,
    });
  };
  const build = (header: ReadonlyMap<CborKey, CborValue>, proof: CborValue): Uint8Array =>
    encodeSign1({
      protected: encodeCbor(header),
      unprotected: new Map([[396, new Map([[-1, [encodeCbor(proof)]]])]]),
      payload: null,
      signature: sign1.signature,
    });
  const header = sign1.protectedHeader;
  const proof = [4, index, inclusion];
  add('good', receipt.bytes);
  add('of another entry', receipt.bytes, 'cose-receipt-signature', ledger.logged(1).entry);
  add(
    'another verifiable data structure',
    build(new Map([...header, [395, 2]]), proof),
    'cose-receipt-structure',
  );
  add(
    'algorithm of nobody',
    build(new Map([...header, [1, -37]]), proof),
    'cose-receipt-algorithm',
  );
  add('another header', build(new Map([...header, [99, 1]]), proof), 'cose-receipt-signature');
  add('critical header', build(new Map([...header, [2, [99]]]), proof), 'cose-receipt-malformed');
  add('another index', build(header, [4, 1, inclusion]), 'cose-receipt-signature');
  add('index beyond size', build(header, [2, 2, inclusion]), 'cose-receipt-proof');
  add(
    'path too long',
    build(header, [4, 2, [...inclusion, new Uint8Array(32)]]),
    'cose-receipt-proof',
  );
  add('not CBOR', Uint8Array.of(0xff), 'cose-receipt-malformed');
  return { shared: trusts(), cases };
}
