// Goal: a Transparent Statement is believed when a quorum's receipts hold for this very statement, and for nothing else.
// Method: a sample log with three validators; every part changed, taken away, or taken from elsewhere.
import { encodeCbor, toHex, utf8Encode } from '@hefu/bytes';
import { decodeSign1, encodeSign1 } from '@hefu/crypto/cose';
import { describe, expect, it } from 'vitest';
import { coseReceiptsOf } from './cose-receipt.ts';
import { encodeEntry } from './entry.ts';
import { attachReceipts, parseForeignStatement } from './foreign-statement.ts';
import type { ForeignStatement } from './foreign-statement.ts';
import { foreignStatement } from './testing/foreign-sample.ts';
import { sampleKey } from './testing/sample-keys.ts';
import { SampleLedger } from './testing/sample-ledger.ts';
import { readTransparentStatement, verifyTransparentStatement } from './transparent-statement.ts';
import { parseTrust } from './trust.ts';
import type { Trust } from './trust.ts';

const key = sampleKey('es256', 'foreign issuer');
const issuerKey = { algorithm: key.algorithm, publicKey: key.publicKey };

function parsed(bytes: Uint8Array): ForeignStatement {
  const verdict = parseForeignStatement(bytes);
  if (!verdict.ok) throw new Error(verdict.code);
  return verdict.statement;
}

const make = (subject: string): ForeignStatement =>
  parsed(foreignStatement({ key, issuer: 'https://issuer.example', subject }));

interface Sample {
  readonly ledger: SampleLedger;
  readonly trust: Trust;
  readonly statement: ForeignStatement;
  readonly receipts: readonly Uint8Array[];
}

function sample(chain = 'sample.example/scitt'): Sample {
  const validators = ['acme', 'bolt', 'core', 'dune'];
  const ledger = new SampleLedger({ suite: 'international', chain, validators });
  const statement = make('lot/1');
  const index = ledger.entries.length;
  ledger.entries.push(encodeEntry({ kind: 'foreign', digest: statement.digest }));
  const registered = { height: 1, index: 1, time: 0, signerKeyId: new Uint8Array(32) };
  ledger.entries.push(
    encodeEntry({ kind: 'registration', ...registered, digest: statement.digest }),
  );
  ledger.addBlock([]);
  const { inclusion } = ledger.logged(index);
  const made = coseReceiptsOf({
    suite: 'international',
    chain,
    set: ledger.firstSet,
    checkpoint: ledger.checkpoint(),
    index,
    inclusion,
  });
  const trust = parseTrust(ledger.trust());
  if (!made.ok || !trust.ok) throw new Error('no receipts');
  return {
    ledger,
    trust: trust.trust,
    statement,
    receipts: made.receipts.map(({ bytes }) => bytes),
  };
}

const one = sample();
const { statement, receipts, trust } = one;

function verdictOf(bytes: Uint8Array, against: Trust = trust): string {
  const verdict = verifyTransparentStatement({ bytes, trust: against, issuerKey });
  expect(verdict.ok).toBe(verdict.code === undefined);
  return verdict.code ?? 'ok';
}

describe('a Transparent Statement', () => {
  it('holds with the receipts of a quorum, whose places are told', () => {
    const bytes = attachReceipts(statement, receipts);
    const verdict = verifyTransparentStatement({ bytes, trust, issuerKey });
    expect(verdict).toMatchObject({ ok: true, index: 2, signatureChecked: true });
    expect(verdict.receipts.map((finding) => finding.organisation)).toEqual([
      'acme',
      'bolt',
      'core',
      'dune',
    ]);
    expect(verdictOf(attachReceipts(statement, receipts.slice(1)))).toBe('ok');
    const unchecked = verifyTransparentStatement({ bytes, trust });
    expect(unchecked).toMatchObject({ ok: true, signatureChecked: false });
  });

  it('does not hold with less', () => {
    expect(verdictOf(statement.bytes)).toBe('scitt-receipts-missing');
    expect(verdictOf(attachReceipts(statement, receipts.slice(2)))).toBe('scitt-quorum-short');
    const [first = new Uint8Array(0)] = receipts;
    expect(verdictOf(attachReceipts(statement, [first, first, first]))).toBe('scitt-quorum-short');
  });

  it('does not hold for another statement, another chain or another signer', () => {
    expect(verdictOf(attachReceipts(make('lot/2'), receipts))).toBe('scitt-receipt-wrong');
    const other = sample('other.example/scitt');
    expect(verdictOf(attachReceipts(statement, receipts), other.trust)).toBe('scitt-quorum-short');
    const wrongKey = sampleKey('es256', 'somebody else');
    const bytes = attachReceipts(statement, receipts);
    const verdict = verifyTransparentStatement({ bytes, trust, issuerKey: wrongKey });
    expect(verdict).toMatchObject({ ok: false, code: 'signature-wrong' });
    const gm = parseTrust(new SampleLedger({ suite: 'gm' }).trust());
    expect(gm.ok && verdictOf(bytes, gm.trust)).toBe('suite-has-no-standard');
  });

  it('does not hold with any bit of it changed', () => {
    const bytes = attachReceipts(statement, receipts.slice(1));
    for (let at = 0; at < bytes.length; at++) {
      const copy = bytes.slice();
      copy[at] = (copy[at] ?? 0) ^ 1;
      expect(verdictOf(copy), `byte ${at}`).not.toBe('ok');
    }
  });

  it("passes other logs' receipts over, and refuses what are none", () => {
    const foreign = encodeCbor('something else');
    expect(verdictOf(attachReceipts(statement, [...receipts, foreign]))).toBe('ok');
    const decoded = decodeSign1(statement.bytes, { strict: false });
    if (!decoded.ok) throw new Error(decoded.code);
    const { protected: header, payload, signature } = decoded.sign1;
    for (const value of ['text', [1], Array.from({ length: 65 }, () => foreign)]) {
      const bytes = encodeSign1({
        protected: header,
        unprotected: new Map([[394, value]]),
        payload,
        signature,
      });
      expect(verdictOf(bytes)).toBe('scitt-receipts-missing');
    }
  });

  it('is taken apart into statement and receipts', () => {
    const taken = readTransparentStatement(attachReceipts(statement, receipts));
    if (!taken.ok) throw new Error(taken.code);
    expect(toHex(taken.statement.bytes)).toBe(toHex(statement.bytes));
    expect(taken.receipts.map(toHex)).toEqual(receipts.map(toHex));
    expect(readTransparentStatement(utf8Encode('nothing'))).toEqual({
      ok: false,
      code: 'scitt-malformed',
    });
  });
});
