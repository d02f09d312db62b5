// Goal: a private deposit puts nothing but a root on the ledger, and proves each item to whoever is given its salt. Method:
// real statements, proofs and checkpoints of the protocol's sample ledger, both suites; the protocol's verifier; the contract
// on the kit's host; the read model.
import { createHash } from 'node:crypto';
import { concatBytes, toHex, utf8Encode } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { createTestHost } from '@hefu/contract/testing';
import { parseTrust, verifyReceipt } from '@hefu/protocol';
import { SampleLedger } from '@hefu/protocol/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestText } from '../item/digest-content.ts';
import type { Item } from '../item/item.ts';
import { EvidenceTestChain } from '../testing/test-chain.ts';
import { evidenceV1 } from '../v1/contract.ts';
import {
  buildPrivateBatch,
  createSaltedDigester,
  openPrivateRecord,
  privateItemReceipt,
  privateRecord,
} from './private-record.ts';

const CONTENTS = ['yes', 'no', 'yes', 'abstained', 'no'];
const items: Item[] = CONTENTS.map((content, i) => ({
  kind: 'text',
  ...digestText(content),
  title: `The vote of member ${i}`,
  case: 'Ballot 7',
}));

describe.each(['international', 'gm'] as const)('private items on a chain of suite %s', (suite) => {
  const ledger = new SampleLedger({ suite });
  const { hashName } = ledger;
  const batch = buildPrivateBatch(
    items.map((item) => privateRecord(item, hashName)),
    hashName,
  );
  const args: CborValue = { root: batch.root, count: batch.count, readers: ['acme'] };
  ledger.addBlock([{ member: 'acme/alice', method: 'depositPrivate', args }]);
  const parsed = parseTrust(ledger.trust());
  if (!parsed.ok) throw new Error(parsed.code);
  const { trust } = parsed;
  const receiptOf = (index: number): object => privateItemReceipt(ledger.receipt(0), batch, index);

  it('are proven to who has item and salt, with their content', () => {
    for (const [index, content] of CONTENTS.entries()) {
      const receipt = receiptOf(index);
      const verdict = verifyReceipt({ receipt, trust, content: utf8Encode(content) });
      expect(verdict, `item ${index}`).toMatchObject({ ok: true });
    }
    const wrong = { receipt: receiptOf(0), trust, content: utf8Encode('no') };
    expect(verifyReceipt(wrong)).toMatchObject({ ok: false, code: 'content-mismatch' });
  });

  it('are not proven without the salt, with another, or as another item', () => {
    const right = receiptOf(1) as Record<string, unknown>;
    const { itemSalt: _, ...bare } = right;
    const wrong = [
      bare,
      { ...right, itemSalt: '00'.repeat(32) },
      { ...right, item: (receiptOf(2) as Record<string, unknown>)['item'] },
      { ...right, itemIndex: 2 },
    ];
    for (const [i, receipt] of wrong.entries()) {
      const refused = { ok: false, code: 'item-mismatch' };
      expect(verifyReceipt({ receipt, trust }), `wrong receipt ${i}`).toMatchObject(refused);
    }
    const malformed = { ...right, itemSalt: '00' };
    expect(verifyReceipt({ receipt: malformed, trust })).toMatchObject({
      code: 'receipt-malformed',
      steps: [{ data: { pointer: '/itemSalt' } }],
    });
  });

  it('have a digest that only the salt leads to', () => {
    const name = hashName === 'sm3' ? 'sm3' : 'sha256';
    for (const { digest, salt, item, object } of batch.records) {
      const made = createHash(name).update(salt).update(item).digest();
      expect(toHex(digest)).toBe(made.toString('hex'));
      expect(object).toEqual(concatBytes(salt, item));
    }
    // Two members who voted the same cannot be told to have.
    const alike = [0, 0].map(() => toHex(privateRecord(items[0] as Item, hashName).digest));
    expect(alike[0]).not.toBe(alike[1]);
  });

  it('leave no name, title, case or digest in the statement', () => {
    const [said] = ledger.statements;
    const bytes = Buffer.from(said?.statement.bytes ?? []);
    expect(bytes.includes(batch.root)).toBe(true);
    for (const { title = '', sha256, sm3 } of items) {
      for (const trace of [title, 'Ballot 7', sha256 ?? '', sm3 ?? '']) {
        expect(bytes.includes(trace), String(trace)).toBe(false);
      }
    }
  });

  it('are kept and told by the contract without what they are', () => {
    const host = createTestHost({ contract: evidenceV1, suite });
    const output = host.must(host.caller('acme/ann'), 'depositPrivate', args);
    const [[deposit, record] = []] = host.values('deposits');
    expect(output).toEqual({ deposit });
    const { time, height } = host;
    const who = { depositor: 'acme/ann', organisation: 'acme' };
    const { root, count } = batch;
    expect(record).toEqual({
      type: 'private',
      ...who,
      time,
      height,
      root,
      count,
      readers: ['acme'],
    });
    expect(host.events).toEqual([
      {
        contract: 'evidence',
        name: 'private-deposited',
        data: { deposit, ...who, root, count, readers: ['acme'] },
      },
    ]);
  });

  it('are found by their readers, their items asked of the depositor', async () => {
    const chain = new EvidenceTestChain(suite);
    const id = await chain.depositPrivate('acme/ann', batch, ['acme', 'court']);
    const own = { kind: 'organisation', organisation: 'court' } as const;
    const found = await chain.ask('/v1/evidence/{id}', { params: { id } }, own);
    expect(found).toMatchObject({ type: 'private', count: 5, itemsHere: false });
    for (const route of ['/v1/evidence/{id}/items', '/v1/evidence/{id}/receipts']) {
      await expect(chain.ask(route, { params: { id } }, own)).rejects.toMatchObject({
        code: 'items-not-here',
      });
    }
    const other = { kind: 'organisation', organisation: 'bank' } as const;
    await expect(chain.ask('/v1/evidence/{id}', { params: { id } }, other)).rejects.toMatchObject({
      code: 'evidence-not-found',
    });
  });
});

describe('a record', () => {
  it('is read back, and nothing else is taken for one', () => {
    const { object, digest, salt } = privateRecord(items[0] as Item, 'sha256');
    expect(openPrivateRecord(object, 'sha256', digest)).toMatchObject({
      ok: true,
      item: items[0],
      record: { salt, digest },
    });
    fc.assert(
      fc.property(fc.nat({ max: object.length - 1 }), fc.nat({ max: 7 }), (place, bit) => {
        const bent = Uint8Array.from(object);
        bent[place] = (bent[place] ?? 0) ^ (1 << bit);
        expect(openPrivateRecord(bent, 'sha256', digest).ok).toBe(false);
        expect(openPrivateRecord(object.subarray(0, place), 'sha256', digest).ok).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(openPrivateRecord(bytes, 'sha256').ok).toBe(false);
      }),
    );
    expect(() => privateRecord(items[0] as Item, 'sha256', salt.slice(1))).toThrow(RangeError);
    expect(() => buildPrivateBatch([], 'sha256')).toThrow(RangeError);
  });

  it('names content with the salt before it, in any parts', () => {
    const salt = new Uint8Array(32).fill(7);
    const digester = createSaltedDigester('sm3', salt);
    digester.update(utf8Encode('con'));
    digester.update(utf8Encode('tent'));
    const whole = createHash('sm3').update(salt).update('content').digest('hex');
    expect(toHex(digester.digest())).toBe(whole);
    expect(() => createSaltedDigester('sm3', salt.slice(1))).toThrow(RangeError);
  });
});

describe('refusals', () => {
  const root = new Uint8Array(32).fill(1);
  it.each([
    [
      'readers without the depositor',
      { root, count: 1, readers: ['court'] },
      'evidence/readers-without-depositor',
    ],
    ['everyone as readers', { root, count: 1, readers: 'consortium' }, 'args-invalid'],
    ['no readers', { root, count: 1, readers: [] }, 'args-invalid'],
    ['no items', { root, count: 0, readers: ['acme'] }, 'args-invalid'],
    ['a title', { root, count: 1, readers: ['acme'], title: 'secret' }, 'args-invalid'],
  ])('%s', (_name, args, code) => {
    const host = createTestHost({ contract: evidenceV1 });
    expect(host.call(host.caller('acme/ann'), 'depositPrivate', args).code).toBe(code);
  });
});
