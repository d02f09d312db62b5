// Goal: statements of other systems are read as their tools write them, and are one statement however they are wrapped.
// Method: the scitt-cose vectors (fixtures), statements made here with each part changed, random changes.
import { CborTagged, encodeCbor, toHex, utf8Encode } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import { fixturesDir, readFixture } from '@hefu/bytes/testing';
import { decodeSign1 } from '@hefu/crypto/cose';
import { hash } from '@hefu/crypto/hash';
import { verify } from '@hefu/crypto/sign';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FOREIGN_STATEMENT_BYTES_MAX, parseForeignStatement } from './foreign-statement.ts';
import { foreignStatement } from './testing/foreign-sample.ts';
import { sampleKey } from './testing/sample-keys.ts';

const dir = fixturesDir();
const key = sampleKey('ed25519', 'foreign issuer');
const issuer = 'https://issuer.example';
type Options = Partial<Parameters<typeof foreignStatement>[0]>;
const make = (options: Options = {}): Uint8Array => foreignStatement({ key, issuer, ...options });

function codeOf(bytes: Uint8Array): string {
  const verdict = parseForeignStatement(bytes);
  return verdict.ok ? 'ok' : verdict.code;
}

describe.skipIf(dir === undefined).each(['valid-eddsa', 'valid-es256', 'fail-tampered-path'])(
  'scitt-cose %s',
  (name) => {
    it('has the digest that its makers put into their log', () => {
      const path = `cose/scitt-cose/v1/${name}`;
      const bytes = readFixture(`${path}/statement.cose`);
      const expected = JSON.parse(
        new TextDecoder().decode(readFixture(`${path}/expected.json`)),
      ) as Record<string, unknown>;
      const verdict = parseForeignStatement(bytes);
      if (!verdict.ok) throw new Error(verdict.code);
      expect(toHex(verdict.statement.digest)).toBe(expected['leaf_entry']);
      expect(verdict.statement).toMatchObject({
        issuer: 'https://test-vectors.scitt-cose.invalid',
        subject: `urn:scitt-cose:test-vectors:v1:${name}`,
        keyId: undefined,
      });
    });
  },
);

describe.skipIf(dir === undefined)('statements without claims', () => {
  it('are none that can be registered: nobody is said to have made them', () => {
    const file = JSON.parse(
      new TextDecoder().decode(readFixture('cose/gluecose/sign1-verify-0000.json')),
    ) as { 'sign1::verify': { taggedCOSESign1: { cborHex: string } } };
    const hex = file['sign1::verify'].taggedCOSESign1.cborHex;
    expect(
      codeOf(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))),
    ).toBe('scitt-claims');
  });
});

describe('a foreign statement', () => {
  it('is taken apart', () => {
    const kid = utf8Encode('key-1');
    const bytes = make({
      kid,
      subject: 'lot/1',
      claims: [
        [4, 2_000_000_000],
        [5, 1_000_000_000],
        [6, 1_500_000_000],
      ],
    });
    const verdict = parseForeignStatement(bytes);
    if (!verdict.ok) throw new Error(verdict.code);
    const { statement } = verdict;
    expect(statement).toMatchObject({
      algorithm: 'ed25519',
      issuer,
      subject: 'lot/1',
      keyId: kid,
      expiresMs: 2_000_000_000_000,
      notBeforeMs: 1_000_000_000_000,
    });
    expect(toHex(statement.digest)).toBe(toHex(hash('sha256', bytes)));
    const { toBeSigned, signature } = statement;
    expect(verify('ed25519', key.publicKey, toBeSigned, signature)).toBe(true);
  });

  it('is one statement however it is wrapped', () => {
    const plain = make();
    const decoded = decodeSign1(plain, { strict: true });
    if (!decoded.ok) throw new Error(decoded.code);
    const { protected: header, payload, signature } = decoded.sign1;
    const digest = toHex(hash('sha256', plain));
    const unprotected = new Map<CborKey, CborValue>([[394, [utf8Encode('receipt')]]]);
    const array = [header, unprotected, payload, signature] as CborValue[];
    const untagged = encodeCbor([header, new Map(), payload, signature]);
    const wrapped = [
      make({ unprotected }),
      encodeCbor(array),
      encodeCbor(new CborTagged(18, array)),
      untagged,
      // An array of indefinite length.
      Uint8Array.of(0xd2, 0x9f, ...untagged.subarray(1), 0xff),
    ];
    for (const [index, bytes] of wrapped.entries()) {
      const verdict = parseForeignStatement(bytes);
      expect(verdict.ok && toHex(verdict.statement.digest), `wrapping ${index}`).toBe(digest);
      expect(verdict.ok && toHex(verdict.statement.bytes), `wrapping ${index}`).toBe(toHex(plain));
    }
  });

  it('has a code for everything that is wrong with it', () => {
    const envelope = (value: CborValue): (readonly [CborKey, CborValue | undefined])[] => [
      [3, undefined],
      [258, value],
    ];
    const digest = hash('sha256', utf8Encode('somewhere else'));
    const table: readonly (readonly [string, string, Uint8Array])[] = [
      ['as it should be', 'ok', make()],
      [
        'too large',
        'scitt-too-large',
        make({ payload: new Uint8Array(FOREIGN_STATEMENT_BYTES_MAX) }),
      ],
      ['nothing', 'scitt-malformed', new Uint8Array(0)],
      ['cut short', 'scitt-malformed', make().slice(0, -1)],
      ['a byte more', 'scitt-malformed', Uint8Array.of(...make(), 0)],
      ['another tag', 'scitt-malformed', encodeCbor(new CborTagged(98, []))],
      ['a label in both headers', 'scitt-malformed', make({ unprotected: new Map([[3, 'x']]) })],
      ['key id of text', 'scitt-malformed', make({ header: [[4, 'key-1']] })],
      ['detached', 'scitt-payload-detached', make({ detached: true })],
      ['no algorithm', 'scitt-algorithm', make({ header: [[1, undefined]] })],
      ['PS256', 'scitt-algorithm', make({ header: [[1, -37]] })],
      ['SM2, which has no registered number', 'scitt-algorithm', make({ header: [[1, -65537]] })],
      ['Ed25519 by its own number', 'ok', make({ header: [[1, -19]] })],
      ['ESP256', 'ok', make({ header: [[1, -9]] })],
      ['critical, understood', 'ok', make({ header: [[2, [15]]] })],
      [
        'critical, not understood',
        'scitt-critical-header',
        make({
          header: [
            [2, [-70_000]],
            [-70_000, 1],
          ],
        }),
      ],
      ['critical, absent', 'scitt-critical-header', make({ header: [[2, [4]]] })],
      ['critical, empty', 'scitt-critical-header', make({ header: [[2, []]] })],
      ['no claims', 'scitt-claims', make({ header: [[15, undefined]] })],
      ['no issuer', 'scitt-claims', make({ header: [[15, new Map([[2, 'x']])]] })],
      ['empty issuer', 'scitt-claims', make({ issuer: '' })],
      ['no subject', 'scitt-claims', make({ header: [[15, new Map([[1, 'x']])]] })],
      ['issuer without end', 'scitt-claims', make({ issuer: 'x'.repeat(501) })],
      ['expiry of text', 'scitt-claims', make({ claims: [[4, 'soon']] })],
      ['negative time', 'scitt-claims', make({ claims: [[5, -1]] })],
      ['a call', 'scitt-is-call', make({ header: [[3, 'application/hefu-statement+cbor']] })],
      ['hash envelope', 'ok', make({ header: envelope(-16), payload: digest })],
      [
        'hash envelope, SHA-384',
        'ok',
        make({ header: envelope(-43), payload: new Uint8Array(48) }),
      ],
      ['of another size', 'scitt-hash-envelope', make({ header: envelope(-16) })],
      [
        'of SHA-1',
        'scitt-hash-envelope',
        make({ header: envelope(-14), payload: new Uint8Array(20) }),
      ],
      [
        'with a content type',
        'scitt-hash-envelope',
        make({ header: [[258, -16]], payload: digest }),
      ],
      [
        'location alone',
        'scitt-hash-envelope',
        make({ header: [[260, 'https://x']], payload: digest }),
      ],
      [
        'unsigned',
        'scitt-hash-envelope',
        make({ header: [[3, undefined]], unprotected: new Map([[258, -16]]), payload: digest }),
      ],
    ];
    for (const [name, code, bytes] of table) expect(codeOf(bytes), name).toBe(code);
  });

  it('changed in a byte is refused, another one, or only wrapped otherwise', () => {
    const bytes = make({ kid: utf8Encode('key-1') });
    const first = parseForeignStatement(bytes);
    if (!first.ok) throw new Error(first.code);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (place, mask) => {
        const copy = bytes.slice();
        copy[place] = (copy[place] ?? 0) ^ mask;
        const verdict = parseForeignStatement(copy);
        if (!verdict.ok) return;
        const { statement } = verdict;
        const same = toHex(statement.digest) === toHex(first.statement.digest);
        const { toBeSigned, signature } = statement;
        expect(same || !verify('ed25519', key.publicKey, toBeSigned, signature)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(parseForeignStatement(bytes).ok).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});
