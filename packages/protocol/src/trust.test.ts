// Goal: a trust file leads from the first validators to today's, step by step, and never without each
// step being proven. Method: a sample ledger whose set changes three times; handovers removed,
// exchanged, damaged; receipts before, between and after.
import type { Suite } from '@hefu/crypto/algorithm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SampleLedger } from './testing/sample-ledger.ts';
import type { TrustDocument } from './trust-document.ts';
import { parseTrust, parseTrustAsync, setForSize } from './trust.ts';
import { verifyReceipt } from './verify-receipt.ts';

const SUITES: readonly Suite[] = ['international', 'gm'];

function growingLedger(suite: Suite): SampleLedger {
  const ledger = new SampleLedger({ suite, validators: ['acme'] });
  const call = { member: 'acme/alice', args: null };
  ledger.addBlock([call]);
  ledger.addBlock([call], ledger.validators(['acme', 'bank', 'court']));
  ledger.addBlock([call]);
  ledger.addBlock([], ledger.validators(['bank', 'court', 'dairy', 'estate']));
  ledger.addBlock([call], ledger.validators(['farm']));
  ledger.addBlock([call]);
  return ledger;
}

describe.each(SUITES)('trust files of the %s suite', (suite) => {
  const ledger = growingLedger(suite);
  const document = ledger.trust();
  const [first, second, third] = document.handovers;
  if (first === undefined || second === undefined || third === undefined) throw new Error('sets');
  const verdict = parseTrust(document);

  it('lead through every change', async () => {
    expect(verdict.ok).toBe(true);
    if (!verdict.ok) return;
    const { trust } = verdict;
    for (let size = 0; size <= ledger.entries.length; size++) {
      const expected = ledger.setForSize(size).map(({ organisation }) => organisation);
      const found = setForSize(trust, size).map(({ organisation }) => organisation);
      expect(found, `size ${size}`).toEqual(expected);
    }
    expect(setForSize(trust, 1_000_000).map((v) => v.organisation)).toEqual(['farm']);
    expect(await parseTrustAsync(JSON.parse(JSON.stringify(document)))).toEqual(verdict);
  });

  it('let receipts of every time be verified, at every checkpoint since', () => {
    if (!verdict.ok) throw new Error(verdict.code);
    const { trust } = verdict;
    for (const [n, logged] of ledger.statements.entries()) {
      for (
        let size = ledger.block(logged.height).index + 1;
        size <= ledger.entries.length;
        size++
      ) {
        const receipt = ledger.receipt(n, { size });
        expect(verifyReceipt({ receipt, trust }), `statement ${n} size ${size}`).toMatchObject({
          ok: true,
        });
      }
    }
  });

  it('don\u2019t let a set sign beyond its time', () => {
    if (!verdict.ok) throw new Error(verdict.code);
    const { trust } = verdict;
    const late = ledger.receipt(0, { signers: ['acme'] });
    expect(verifyReceipt({ receipt: late, trust })).toMatchObject({
      ok: false,
      code: 'checkpoint-unknown-signers',
    });
    const early = ledger.receipt(0, { size: ledger.block(1).index + 1, signers: ['farm'] });
    expect(verifyReceipt({ receipt: early, trust })).toMatchObject({
      ok: false,
      code: 'checkpoint-unknown-signers',
    });
    const atChange = ledger.block(2).index + 1;
    const byNew = ledger.receipt(0, { size: atChange, signers: ['acme', 'bank', 'court'] });
    expect(verifyReceipt({ receipt: byNew, trust })).toMatchObject({
      ok: false,
      code: 'checkpoint-unknown-signers',
    });
  });

  it('fail when a change is missing, out of order, or not proven', async () => {
    const two = ['acme', 'bank'];
    const short = ledger.checkpoint(second.block.index + 1, two);
    const table: readonly (readonly [string, TrustDocument['handovers'], number, string])[] = [
      ['first missing', [second, third], 0, 'handover-missing'],
      ['middle missing', [first, third], 1, 'handover-missing'],
      ['middle missing, renumbered', [first, { ...third, number: 2 }], 1, 'handover-set-mismatch'],
      ['twice', [first, first, second, third], 1, 'handover-out-of-order'],
      ['backwards', [second, first], 0, 'handover-missing'],
      ['backwards after the first', [first, third, second], 1, 'handover-missing'],
      ['renumbered backwards', [{ ...second, number: 1 }], 0, 'handover-set-mismatch'],
      [
        'another set',
        [first, { ...second, validators: third.validators }],
        1,
        'handover-set-mismatch',
      ],
      ['quorum short', [first, { ...second, checkpoint: short }], 1, 'checkpoint-quorum-short'],
      [
        'another checkpoint',
        [first, { ...second, checkpoint: third.checkpoint }],
        1,
        'handover-block-not-included',
      ],
      [
        'another block',
        [first, { ...second, block: { ...second.block, index: second.block.index + 1 } }],
        1,
        'handover-block-not-included',
      ],
      [
        'not a block',
        [{ ...first, block: { ...first.block, entry: 'AA==' } }],
        0,
        'handover-block-malformed',
      ],
      [
        'not included',
        [{ ...first, block: { ...first.block, inclusion: [] } }],
        0,
        'handover-block-not-included',
      ],
      [
        'line broken',
        [{ ...first, checkpoint: first.checkpoint.replace('/acme ', '/acmf ') }],
        0,
        'checkpoint-unknown-signers',
      ],
      [
        'chain of another',
        [{ ...first, checkpoint: first.checkpoint.replace('sample', 'simple') }],
        0,
        'checkpoint-origin',
      ],
    ];
    for (const [name, handovers, handover, cause] of table) {
      const broken = { ...document, handovers };
      const found = parseTrust(broken);
      expect(found, name).toEqual({ ok: false, code: 'trust-handover-broken', handover, cause });
      expect(await parseTrustAsync(broken), name).toEqual(found);
    }
  });

  it('end where they end: later checkpoints need the missing sets', () => {
    const cut = parseTrust({ ...document, handovers: [first] });
    if (!cut.ok) throw new Error(cut.code);
    const { trust } = cut;
    const last = ledger.statements.length - 1;
    expect(verifyReceipt({ receipt: ledger.receipt(last), trust }).ok).toBe(false);
    expect(
      verifyReceipt({ receipt: ledger.receipt(0, { size: second.block.index + 1 }), trust }).ok,
    ).toBe(true);
  });

  it('name no other first set, suite, chain or predecessor than the genesis digest does', () => {
    const mine = new SampleLedger({ suite, validators: ['forger'] }).trust();
    const predecessor = {
      chain: 'other.example',
      genesis: document.genesis,
      size: 1,
      root: document.genesis,
    };
    const forged: readonly unknown[] = [
      { ...document, validators: mine.validators, handovers: [] },
      { ...document, validators: mine.validators, genesisRest: mine.genesisRest, handovers: [] },
      { ...mine, genesis: document.genesis },
      { ...document, genesisRest: mine.genesisRest },
      { ...document, genesis: mine.genesis },
      { ...document, predecessor },
      { ...document, validators: document.validators.map((each) => ({ ...each, power: 2 })) },
    ];
    for (const json of forged) {
      expect(parseTrust(json)).toEqual({ ok: false, code: 'trust-genesis-mismatch' });
    }
  });

  it('hold with no character of them changed', () => {
    const text = JSON.stringify(document);
    const other = fc.constantFrom('0', '9', 'a', 'f', 'A', 'Z', '+', '/', '=', '-', '.', ' ');
    const place = fc.nat(text.length - 1);
    fc.assert(
      fc.property(place, other, (at, character) => {
        const bent = text.slice(0, at) + character + text.slice(at + 1);
        let json: unknown;
        try {
          json = JSON.parse(bent) as unknown;
        } catch {
          return;
        }
        if (JSON.stringify(json) === text) return;
        expect(parseTrust(json).ok, `${at}: ${bent}`).toBe(false);
      }),
      { numRuns: suite === 'gm' ? 60 : 300 },
    );
  });

  it('have one form', () => {
    const [validator] = document.validators;
    if (validator === undefined) throw new Error('no validator');
    const withValidator = (changes: object): unknown => ({
      ...document,
      handovers: [],
      validators: [{ ...validator, ...changes }],
    });
    const otherKey = ledger.trust().handovers[1]?.validators[1]?.publicKey;
    const table: readonly (readonly [string, unknown, string])[] = [
      ['null', null, ''],
      ['format', { ...document, format: 'hefu-trust/1' }, '/format'],
      ['rest of the genesis', { ...document, genesisRest: '00' }, '/genesisRest'],
      ['predecessor', { ...document, predecessor: { chain: 'a' } }, '/predecessor/genesis'],
      ['a field too many', { ...document, more: 1 }, '/more'],
      ['a field too few', { ...document, genesis: undefined }, '/genesis'],
      ['chain', { ...document, chain: 'A' }, '/chain'],
      ['suite', { ...document, suite: 'us' }, '/suite'],
      ['no validator', { ...document, validators: [] }, '/validators'],
      ['twice', { ...document, validators: [validator, validator] }, '/validators/1/organisation'],
      ['power', withValidator({ power: 0 }), '/validators/0/power'],
      ['fraction of power', withValidator({ power: 1.5 }), '/validators/0/power'],
      ['algorithm', withValidator({ algorithm: 'es256' }), '/validators/0/algorithm'],
      ['key', withValidator({ publicKey: 'AAAA' }), '/validators/0/publicKey'],
      ['another key', withValidator({ publicKey: otherKey }), '/validators/0/vkeys'],
      ['vkeys', withValidator({ vkeys: [] }), '/validators/0/vkeys'],
      ['another organisation', withValidator({ organisation: 'bank' }), '/validators/0/vkeys'],
    ];
    for (const [name, json, pointer] of table) {
      expect(parseTrust(json), name).toEqual({ ok: false, code: 'trust-malformed', pointer });
    }
  });
});
