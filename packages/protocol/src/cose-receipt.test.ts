// Goal: COSE Receipts (RFC 9942) are written in their form, read from others' tools, and verified.
// Method: the working group's examples, the scitt-cose vectors (fixtures), receipts of a sample log.
import { CborTagged, encodeCbor, toHex, utf8Decode } from '@hefu/bytes';
import { fixturesDir, readFixture } from '@hefu/bytes/testing';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { algorithmOfCose } from '@hefu/crypto/algorithm';
import { COSE_HEADER, decodeSign1, encodeSign1, sigStructure } from '@hefu/crypto/cose';
import { hash } from '@hefu/crypto/hash';
import { publicKeyFromSpki } from '@hefu/crypto/keys';
import { verify } from '@hefu/crypto/sign';
import { verifyInclusion } from '@hefu/merkle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coseReceiptsOf, parseCoseReceipt, verifyCoseReceipt } from './cose-receipt.ts';
import { COSE_RECEIPT_HEADER } from './cose-root.ts';
import { treeHasher } from './suite-hasher.ts';
import { SampleLedger } from './testing/sample-ledger.ts';

const dir = fixturesDir();
if (dir === undefined) console.warn('COSE Receipts of others are not checked: no fixtures');

/** Takes a COSE_Sign1 apart and puts it together again from its parts. */
function reencode(bytes: Uint8Array): Uint8Array {
  const decoded = decodeSign1(bytes, { strict: false });
  if (!decoded.ok) throw new Error(decoded.code);
  const { protected: header, unprotected, payload, signature } = decoded.sign1;
  return encodeSign1({ protected: header, unprotected, payload, signature });
}

describe.skipIf(dir === undefined)('the examples of RFC 9942', () => {
  const read = (name: string): Uint8Array =>
    dir === undefined ? new Uint8Array(0) : readFixture(`cose/cose-receipts/${name}.cbor`);
  const inclusionBytes = read('inclusion-receipt');
  const consistencyBytes = read('consistency-receipt');

  it('are read, and are the same bytes again', () => {
    const one = parseCoseReceipt(inclusionBytes);
    expect(one).toMatchObject({ ok: true, receipt: { algorithm: 'es256', consistency: [] } });
    expect(one.ok && one.receipt.inclusion).toMatchObject([{ size: 5, index: 3 }]);
    expect(one.ok && utf8Decode(one.receipt.keyId ?? new Uint8Array(0))).toBe('test-key-1');
    const two = parseCoseReceipt(consistencyBytes);
    expect(two).toMatchObject({ ok: true, receipt: { algorithm: 'es256', inclusion: [] } });
    expect(two.ok && two.receipt.consistency).toMatchObject([{ size1: 3, size2: 5 }]);
    for (const bytes of [inclusionBytes, consistencyBytes]) {
      expect(toHex(reencode(bytes))).toBe(toHex(bytes));
      const parsed = parseCoseReceipt(bytes);
      expect(parsed.ok && parsed.receipt.sign1.payload).toBe(null);
      expect(parsed.ok && parsed.receipt.sign1.signature.length).toBe(64);
      const claims = parsed.ok && parsed.receipt.sign1.protectedHeader.get(COSE_HEADER.cwtClaims);
      expect(claims).toEqual(new Map([[1, 'https://transparency-service.example.com']]));
    }
  });

  it('lead to one root, from both proofs', () => {
    const one = parseCoseReceipt(inclusionBytes);
    const two = parseCoseReceipt(consistencyBytes);
    if (!one.ok || !two.ok) throw new Error('not receipts');
    const [inclusion] = one.receipt.inclusion;
    const [consistency] = two.receipt.consistency;
    // The path from size 3 to 5: leaf 2, leaf 3, node of leaves 0 and 1, leaf 4.
    const [leaf2, leaf3, node01, leaf4] = consistency?.path ?? [];
    if (!inclusion || !leaf2 || !leaf3 || !node01 || !leaf4) throw new Error('another shape');
    const hasher = treeHasher('sha256');
    const root = hasher.node(hasher.node(node01, hasher.node(leaf2, leaf3)), leaf4);
    expect(inclusion.path.map(toHex)).toEqual([leaf2, node01, leaf4].map(toHex));
    const claim = { hasher, index: inclusion.index, size: inclusion.size, leafHash: leaf3 };
    expect(verifyInclusion({ ...claim, path: inclusion.path, root })).toBe(true);
  });
});

const VECTORS = ['valid-eddsa', 'valid-es256', 'fail-tampered-path'] as const;

describe.skipIf(dir === undefined).each(VECTORS)('scitt-cose %s', (name) => {
  const file = (part: string): Uint8Array => readFixture(`cose/scitt-cose/v1/${name}/${part}`);
  const keyOf = (part: string): { algorithm: SignatureAlgorithm; publicKey: Uint8Array } => {
    const key = publicKeyFromSpki(utf8Decode(file(part)) ?? '');
    if (!key.ok) throw new Error(key.code);
    return key;
  };

  it('is judged as its makers say', () => {
    const expected = JSON.parse(utf8Decode(file('expected.json')) ?? '') as Record<string, unknown>;
    const bytes = file('statement.cose');
    const decoded = decodeSign1(bytes, { strict: false });
    if (!decoded.ok) throw new Error(decoded.code);
    const { protected: header, protectedHeader, payload, signature } = decoded.sign1;
    const issuer = keyOf('issuer-key.pub');
    expect(algorithmOfCose(protectedHeader.get(COSE_HEADER.alg))).toBe(issuer.algorithm);
    const message = sigStructure(header, new Uint8Array(0), payload ?? new Uint8Array(0));
    const signed = verify(issuer.algorithm, issuer.publicKey, message, signature);
    expect(signed).toBe(expected['statement_signature_valid']);
    expect(toHex(payload ?? new Uint8Array(0))).toBe(toHex(file('payload.bin')));
    const leafEntry = hash('sha256', bytes);
    expect(toHex(leafEntry)).toBe(expected['leaf_entry']);
    const log = keyOf('log-key.pub');
    const verdict = verifyCoseReceipt({ bytes: file('receipt.cose'), leafEntry, ...log });
    expect(verdict.ok).toBe(expected['receipt_valid']);
    expect(verdict.ok ? toHex(verdict.root) : null).toBe(expected['reconstructed_root']);
    expect(verdict.ok ? 'VALID' : verdict.code).toBe(
      expected['failure_code'] === 'TAMPERED_INCLUSION_PATH' ? 'cose-receipt-signature' : 'VALID',
    );
    expect(toHex(reencode(file('receipt.cose')))).toBe(toHex(file('receipt.cose')));
  });

  it('is refused with any other key, entry or byte', () => {
    const bytes = file('receipt.cose');
    const leafEntry = hash('sha256', file('statement.cose'));
    const log = keyOf('log-key.pub');
    const other = hash('sha256', leafEntry);
    expect(verifyCoseReceipt({ bytes, leafEntry: other, ...log })).toEqual({
      ok: false,
      code: 'cose-receipt-signature',
    });
    expect(verifyCoseReceipt({ bytes, leafEntry, ...keyOf('issuer-key.pub') })).toEqual({
      ok: false,
      code: 'cose-receipt-signature',
    });
    expect(verifyCoseReceipt({ bytes, leafEntry, ...log, algorithm: 'sm2' })).toEqual({
      ok: false,
      code: 'cose-receipt-algorithm',
    });
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      // Not the lowest bit: that is the one in which the tampered path was tampered with.
      damaged[at] = (damaged[at] as number) ^ 2;
      expect(verifyCoseReceipt({ bytes: damaged, leafEntry, ...log }).ok, `byte ${at}`).toBe(false);
    }
  });
});

describe('COSE Receipts of a log of ours', () => {
  const ledger = new SampleLedger({ suite: 'international', validators: ['acme', 'bank'] });
  for (let n = 0; n < 4; n++) ledger.addBlock([{ member: 'acme/alice', args: { n } }]);
  const { suite, chain, set } = ledger;
  const size = ledger.entries.length;
  const made = (index: number): readonly { organisation: string; bytes: Uint8Array }[] => {
    const { inclusion } = ledger.logged(index);
    const checkpoint = ledger.checkpoint();
    const result = coseReceiptsOf({ suite, chain, set, checkpoint, index, inclusion });
    if (!result.ok) throw new Error(result.code);
    return result.receipts;
  };

  it('are one for each validator, and hold with its key', () => {
    for (let index = 0; index < size; index++) {
      const receipts = made(index);
      expect(receipts.map(({ organisation }) => organisation)).toEqual(['acme', 'bank']);
      for (const { organisation, bytes } of receipts) {
        const leafEntry = ledger.logged(index).entry;
        const name = `${organisation} ${index}`;
        const key = ledger.checkpointKey(organisation);
        expect(verifyCoseReceipt({ bytes, leafEntry, ...key }), name).toMatchObject({
          ok: true,
          size,
          index,
        });
        const stranger = ledger.checkpointKey('stranger');
        expect(verifyCoseReceipt({ bytes, leafEntry, ...stranger }), name).toEqual({
          ok: false,
          code: 'cose-receipt-signature',
        });
        expect(parseCoseReceipt(bytes).ok, name).toBe(true);
        expect(toHex(reencode(bytes)), name).toBe(toHex(bytes));
      }
    }
  });

  it('don\u2019t exist without a line, or in the other suite', () => {
    const { inclusion } = ledger.logged(0);
    const options = { suite, chain, set, index: 0, inclusion };
    const some = coseReceiptsOf({ ...options, checkpoint: ledger.checkpoint(size, ['bank']) });
    expect(some.ok && some.receipts.map(({ organisation }) => organisation)).toEqual(['bank']);
    expect(coseReceiptsOf({ ...options, checkpoint: 'x' })).toEqual({
      ok: false,
      code: 'checkpoint-malformed',
    });
    const gm = coseReceiptsOf({ ...options, suite: 'gm', checkpoint: ledger.checkpoint() });
    expect(gm).toEqual({ ok: false, code: 'suite-has-no-standard' });
  });

  it('tell faults apart', () => {
    const [first] = made(1);
    if (first === undefined) throw new Error('no receipt');
    const decoded = decodeSign1(first.bytes, { strict: false });
    if (!decoded.ok) throw new Error(decoded.code);
    const { sign1 } = decoded;
    const leafEntry = ledger.logged(1).entry;
    const key = ledger.checkpointKey('acme');
    const header = (label: number, value: number): Uint8Array =>
      encodeCbor(new Map([...sign1.protectedHeader, [label, value]]));
    const build = (changes: Partial<Parameters<typeof encodeSign1>[0]>): Uint8Array => {
      const { protected: protectedBytes, unprotected, signature } = sign1;
      return encodeSign1({
        protected: protectedBytes,
        unprotected,
        payload: null,
        signature,
        ...changes,
      });
    };
    const proof = (value: unknown): ReadonlyMap<number, ReadonlyMap<number, Uint8Array[]>> =>
      new Map([[COSE_RECEIPT_HEADER.vdp, new Map([[-1, [encodeCbor(value as never)]]])]]);
    const verdict = verifyCoseReceipt({ bytes: first.bytes, leafEntry, ...key });
    const root = verdict.ok ? verdict.root : new Uint8Array(0);
    const table: readonly (readonly [string, Uint8Array, string])[] = [
      ['not CBOR', Uint8Array.of(0xff), 'cose-receipt-malformed'],
      ['another tag', encodeCbor(new CborTagged(98, [])), 'cose-receipt-malformed'],
      ['another structure', build({ protected: header(395, 2) }), 'cose-receipt-structure'],
      ['unknown algorithm', build({ protected: header(1, -37) }), 'cose-receipt-algorithm'],
      ['critical header', build({ protected: header(2, 0) }), 'cose-receipt-malformed'],
      ['no proofs', build({ unprotected: new Map() }), 'cose-receipt-malformed'],
      [
        'consistency alone',
        build({ unprotected: new Map([[396, new Map([[-2, [encodeCbor([1, 2, []])]]])]]) }),
        'cose-receipt-proof',
      ],
      ['proof of text', build({ unprotected: proof('x') }), 'cose-receipt-malformed'],
      [
        'path of short hashes',
        build({ unprotected: proof([9, 1, [new Uint8Array(31)]]) }),
        'cose-receipt-malformed',
      ],
      ['index beyond size', build({ unprotected: proof([1, 1, []]) }), 'cose-receipt-proof'],
      ['another path', build({ unprotected: proof([2, 1, [root]]) }), 'cose-receipt-signature'],
      ['another payload', build({ payload: leafEntry }), 'cose-receipt-signature'],
      ['another header', build({ protected: header(99, 1) }), 'cose-receipt-signature'],
    ];
    for (const [name, bytes, code] of table) {
      expect(verifyCoseReceipt({ bytes, leafEntry, ...key }), name).toEqual({ ok: false, code });
    }
    const attached = build({ payload: root });
    expect(verifyCoseReceipt({ bytes: attached, leafEntry, ...key }).ok).toBe(true);
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const tagged = Uint8Array.of(0xd2, 0x84, ...bytes);
        expect(parseCoseReceipt(bytes).ok || parseCoseReceipt(tagged).ok).toBe(false);
      }),
    );
  });
});
