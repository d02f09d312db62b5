import { encodeCbor, toBase64, toHex, utf8Encode } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import { coseReceiptsOf } from '../cose-receipt.ts';
import { encodeEntry } from '../entry.ts';
import { attachReceipts, parseForeignStatement } from '../foreign-statement.ts';
import type { ForeignStatement } from '../foreign-statement.ts';
import { foreignStatement } from './foreign-sample.ts';
import { sampleKey } from './sample-keys.ts';
import { SampleLedger } from './sample-ledger.ts';
import type { ScittCase } from './vector-types.ts';

const ISSUER = 'https://issuer.example';
const KEYS = [sampleKey('ed25519', 'issuer'), sampleKey('es256', 'issuer')] as const;

/** Statements of other systems, alone and with their receipts. */
export function scittCases(): { cases: ScittCase[] } {
  return { cases: [...statementCases(), ...transparentCases()] };
}

function statementCases(): ScittCase[] {
  const cases: ScittCase[] = [];
  const add = (name: string, bytes: Uint8Array, code?: string): void => {
    const expect = code === undefined ? { ok: true } : { ok: false, code };
    cases.push({ name, bytes: toHex(bytes), expect });
  };
  for (const key of KEYS) {
    const make = (options: Partial<Parameters<typeof foreignStatement>[0]> = {}): Uint8Array =>
      foreignStatement({ key, issuer: ISSUER, ...options });
    const named = (name: string): string => `${key.algorithm}: ${name}`;
    const kid = utf8Encode('key-1');
    add(named('good'), make({ kid }));
    add(named('without a key id'), make());
    add(
      named('with times'),
      make({
        claims: [
          [4, 2_000_000_000],
          [5, 1_000_000_000],
        ],
      }),
    );
    const unprotected = new Map<CborKey, CborValue>([[394, [encodeCbor('anything')]]]);
    add(named('with an unprotected header'), make({ kid, unprotected }));
    add(named('without a tag'), make({ kid }).subarray(1));
    add(named('detached'), make({ detached: true }), 'scitt-payload-detached');
    add(named('no claims'), make({ header: [[15, undefined]] }), 'scitt-claims');
    add(named('another algorithm'), make({ header: [[1, -37]] }), 'scitt-algorithm');
    add(
      named('critical'),
      make({
        header: [
          [2, [-70_000]],
          [-70_000, 1],
        ],
      }),
      'scitt-critical-header',
    );
    add(
      named('a call'),
      make({ header: [[3, 'application/hefu-statement+cbor']] }),
      'scitt-is-call',
    );
    const envelope = [
      [3, undefined],
      [258, -16],
    ] as const;
    add(named('hash envelope'), make({ header: envelope, payload: new Uint8Array(32) }));
    add(named('hash envelope of another size'), make({ header: envelope }), 'scitt-hash-envelope');
    add(named('cut short'), make().slice(0, -1), 'scitt-malformed');
  }
  return cases;
}

function transparentCases(): ScittCase[] {
  const ledger = new SampleLedger({
    suite: 'international',
    validators: ['acme', 'bolt', 'core'],
  });
  const [key] = KEYS;
  const statement = parsed(foreignStatement({ key, issuer: ISSUER, kid: utf8Encode('key-1') }));
  const other = parsed(foreignStatement({ key, issuer: ISSUER, subject: 'urn:example:lot:2' }));
  const index = ledger.entries.length;
  const { digest } = statement;
  ledger.entries.push(
    encodeEntry({ kind: 'foreign', digest }),
    encodeEntry({
      kind: 'registration',
      height: 1,
      index: 1,
      time: 0,
      digest,
      signerKeyId: new Uint8Array(32),
    }),
  );
  ledger.addBlock([]);
  const { chain, firstSet } = ledger;
  const made = coseReceiptsOf({
    suite: 'international',
    chain,
    set: firstSet,
    checkpoint: ledger.checkpoint(),
    index,
    inclusion: ledger.logged(index).inclusion,
  });
  if (!made.ok) throw new Error(made.code);
  const receipts = made.receipts.map(({ bytes }) => bytes);
  const validators = firstSet.map(({ organisation, algorithm, publicKey, power }) => ({
    organisation,
    algorithm,
    publicKey: toBase64(publicKey),
    power,
  }));
  const cases: ScittCase[] = [];
  const add = (
    name: string,
    bytes: Uint8Array,
    code?: string,
    suite: 'international' | 'gm' = 'international',
  ): void => {
    const expect = code === undefined ? { ok: true, index } : { ok: false, code };
    const trust = { suite, chain, validators };
    const issuerKey = { algorithm: key.algorithm, publicKey: toHex(key.publicKey) };
    cases.push({ name: `${suite}: ${name}`, bytes: toHex(bytes), trust, issuerKey, expect });
  };
  const good = attachReceipts(statement, receipts);
  add('receipts of all', good);
  add('no receipts', statement.bytes, 'scitt-receipts-missing');
  add('receipts of two', attachReceipts(statement, receipts.slice(1)), 'scitt-quorum-short');
  add('of another statement', attachReceipts(other, receipts), 'scitt-receipt-wrong');
  const [first = new Uint8Array(0), ...rest] = receipts;
  const broken = first.slice();
  broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
  add('a signature changed', attachReceipts(statement, [broken, ...rest]), 'scitt-receipt-wrong');
  const foreign = [...receipts, encodeCbor('not of this chain')];
  add("another log's receipt beside them", attachReceipts(statement, foreign));
  const [, otherKey] = KEYS;
  const forged = foreignStatement({ key: otherKey, issuer: ISSUER });
  add('by another key', attachReceipts(parsed(forged), receipts), 'signature-wrong');
  add('a chain without such receipts', good, 'suite-has-no-standard', 'gm');
  return cases;
}

function parsed(bytes: Uint8Array): ForeignStatement {
  const verdict = parseForeignStatement(bytes);
  if (!verdict.ok) throw new Error(verdict.code);
  return verdict.statement;
}
