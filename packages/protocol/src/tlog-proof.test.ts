// Goal: a .tlog-proof is written and read as c2sp.org/tlog-proof says and proves the entry it is for.
// Method: the specification's example form, proofs of every entry of a sample log, damage to each line.
import { toBase64 } from '@hefu/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SampleLedger } from './testing/sample-ledger.ts';
import { encodeTlogProof, formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.ts';
import { parseTrust } from './trust.ts';

const ledger = new SampleLedger({ suite: 'international', validators: ['acme', 'bank', 'court'] });
for (let n = 0; n < 5; n++) ledger.addBlock([{ member: 'acme/alice', args: { n } }]);
const verdict = parseTrust(ledger.trust());
if (!verdict.ok) throw new Error(verdict.code);
const { trust } = verdict;

function proofOf(index: number, size: number, signers?: readonly string[]): string {
  const made = formatTlogProof(trust, ledger.logged(index, size), ledger.checkpoint(size, signers));
  if (!made.ok) throw new Error(made.code);
  return made.text;
}

describe('tlog proofs', () => {
  it('have the lines of the specification', () => {
    const logged = ledger.logged(3, 7);
    const [first, second, ...rest] = proofOf(3, 7).split('\n');
    expect(first).toBe('c2sp.org/tlog-proof@v1');
    expect(second).toBe(`extra ${toBase64(logged.entry)}`);
    expect(rest.slice(0, 4)).toEqual(['index 3', ...logged.inclusion.map(toBase64)]);
    expect(rest.slice(4).join('\n')).toBe(`\n${ledger.checkpoint(7)}`);
  });

  it('prove each entry at each size, and no other', () => {
    for (let size = 1; size <= ledger.entries.length; size++) {
      for (let index = 0; index < size; index++) {
        const text = proofOf(index, size);
        const { entry } = ledger.logged(index);
        const name = `${index} of ${size}`;
        expect(verifyTlogProof({ text, entry, trust }), name).toMatchObject({
          ok: true,
          checkpoint: { size },
        });
        const other = ledger.logged((index + 1) % ledger.entries.length).entry;
        expect(verifyTlogProof({ text, entry: other, trust }), name).toEqual({
          ok: false,
          code: 'entry-not-included',
        });
      }
    }
  });

  it('are read back, with and without extra data', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    const checkpoint = ledger.checkpoint(3);
    const parts = fc.record({
      index: fc.maxSafeNat(),
      inclusion: fc.array(hash, { maxLength: 53 }),
      checkpoint: fc.constant(checkpoint),
    });
    fc.assert(
      fc.property(parts, fc.option(fc.uint8Array({ maxLength: 50 })), (proof, extra) => {
        const whole = extra === null ? proof : { ...proof, extra };
        expect(parseTlogProof(encodeTlogProof(whole))).toEqual({ ok: true, proof: whole });
      }),
    );
  });

  it('tell faults apart', () => {
    const text = proofOf(3, 7);
    const { entry } = ledger.logged(3);
    const table: readonly (readonly [string, string, string])[] = [
      ['empty', '', 'tlog-proof-malformed'],
      ['another version', text.replace('@v1', '@v2'), 'tlog-proof-malformed'],
      ['no index', text.replace('index 3\n', ''), 'tlog-proof-malformed'],
      ['leading zero', text.replace('index 3', 'index 03'), 'tlog-proof-malformed'],
      ['short hash', text.replace(/\nindex 3\n..../, '\nindex 3\n'), 'tlog-proof-malformed'],
      ['no empty line', text.replace('\n\n', '\n'), 'tlog-proof-malformed'],
      [
        'extra after index',
        text.replace(/(extra .*)\n(index 3)/, '$2\n$1'),
        'tlog-proof-malformed',
      ],
      ['no checkpoint', text.slice(0, text.indexOf('\n\n') + 2), 'tlog-proof-malformed'],
      ['another index', text.replace('index 3', 'index 2'), 'entry-not-included'],
      ['index beyond size', text.replace('index 3', 'index 7'), 'entry-not-included'],
      ['a hash less', text.replace(/\nindex 3\n[^\n]*/, '\nindex 3'), 'entry-not-included'],
      ['another log', text.replace('\n\nsample', '\n\nsimple'), 'checkpoint-origin'],
      ['two of three', proofOf(3, 7, ['acme', 'bank']), 'checkpoint-quorum-short'],
      ['strangers', proofOf(3, 7, ['x', 'y', 'z']), 'checkpoint-unknown-signers'],
    ];
    for (const [name, damaged, code] of table) {
      expect(verifyTlogProof({ text: damaged, entry, trust }), name).toEqual({ ok: false, code });
    }
    const noExtra = text.replace(/extra .*\n/, '');
    expect(verifyTlogProof({ text: noExtra, entry, trust }).ok).toBe(true);
    const witness = new SampleLedger({ suite: 'international', validators: ['witness'] });
    const line = witness.checkpoint(1).split('\n')[5] ?? '';
    expect(verifyTlogProof({ text: `${text}${line}\n`, entry, trust }).ok).toBe(true);
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const whole = `c2sp.org/tlog-proof@v1\n${text}`;
        const { entry } = ledger.logged(0);
        expect(verifyTlogProof({ text: whole, entry, trust }).ok).toBe(false);
      }),
    );
  });

  it('don\u2019t exist in the other suite', () => {
    const gm = new SampleLedger({ suite: 'gm' });
    const made = formatTlogProof({ suite: 'gm' }, gm.logged(0), gm.checkpoint());
    expect(made).toEqual({ ok: false, code: 'suite-has-no-standard' });
  });
});
