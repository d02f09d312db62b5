// Goal: entries have one form and are read back; mutation never throws and is never the same entry.
// Method: random entries of each kind, random changes, a table of wrong forms.
import { encodeCbor, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeEntry, digestOfEvents, digestOfOutput, encodeEntry } from './entry.ts';
import type { Entry } from './entry.ts';

const digest = fc.uint8Array({ minLength: 32, maxLength: 32 });
const count = fc.maxSafeNat();
const code = fc.stringMatching(/^[a-zA-Z0-9/-]{1,64}$/);
const outcome = { height: count, index: count, time: count, code };
const digests = { outputDigest: digest, eventsDigest: digest };
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({ kind: fc.constant('genesis' as const), genesisDigest: digest }),
  fc.record({
    kind: fc.constant('statement' as const),
    ...outcome,
    statementId: digest,
    signerKeyId: digest,
    ...digests,
  }),
  fc.record({
    kind: fc.constant('block' as const),
    height: count,
    time: count,
    count,
    stateRoot: digest,
    validatorsDigest: digest,
    parametersDigest: digest,
  }),
  fc.record({ kind: fc.constant('due' as const), ...outcome, effectDigest: digest, ...digests }),
  fc.record({ kind: fc.constant('foreign' as const), digest }),
  fc.record({
    kind: fc.constant('registration' as const),
    height: count,
    index: count,
    time: count,
    digest,
    signerKeyId: digest,
  }),
);

describe('entries', () => {
  it('are read back', () => {
    fc.assert(
      fc.property(entry, (value) => {
        expect(decodeEntry(encodeEntry(value))).toEqual({ ok: true, entry: value });
      }),
      { numRuns: 500 },
    );
  });

  it('with a byte changed are refused or other entries, in their one form', () => {
    fc.assert(
      fc.property(entry, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, mask) => {
        const bytes = encodeEntry(value);
        bytes[place % bytes.length] = (bytes[place % bytes.length] as number) ^ mask;
        const decoded = decodeEntry(bytes);
        if (!decoded.ok) return;
        expect(decoded.entry).not.toEqual(value);
        expect(encodeEntry(decoded.entry)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('are no random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        // Any 32 bytes may be the digest of a registered statement, and nothing else.
        const decoded = decodeEntry(bytes);
        if (bytes.length === 32) {
          expect(decoded).toEqual({ ok: true, entry: { kind: 'foreign', digest: bytes } });
        } else expect(decoded.ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('have one form', () => {
    const d = new Uint8Array(32);
    const table: readonly (readonly [string, CborValue])[] = [
      ['a digest with a head', d],
      ['empty', []],
      ['unknown kind', [5, d]],
      ['registration cut short', [4, 0, 1, 0, d]],
      ['registration of a short digest', [4, 0, 1, 0, d.slice(1), d]],
      ['genesis with more', [0, d, d]],
      ['short digest', [0, d.slice(1)]],
      ['text for a digest', [0, 'x'.repeat(32)]],
      ['negative height', [2, -1, 0, 0, d, d, d]],
      ['height beyond 2^53', [2, 2n ** 53n, 0, 0, d, d, d]],
      ['empty code', [1, 0, 0, 0, d, d, '', d, d]],
      ['long code', [1, 0, 0, 0, d, d, 'x'.repeat(65), d, d]],
      ['code of any text', [1, 0, 0, 0, d, d, 'not ok', d, d]],
      ['statement cut short', [1, 0, 0, 0, d, d, 'ok', d]],
      ['nested', [[0, d]]],
    ];
    for (const [name, value] of table) {
      expect(decodeEntry(encodeCbor(value)), name).toEqual({ ok: false, code: 'entry-malformed' });
    }
    expect(() => encodeEntry({ kind: 'genesis', genesisDigest: new Uint8Array(31) })).toThrow(
      TypeError,
    );
  });

  it('name outputs and events by digest', () => {
    // SHA-256 of f6 (null) and of 80 (an empty array), by any other tool.
    expect(toHex(digestOfOutput('sha256', null))).toBe(
      'b0b2988b6bbe724bacda5e9e524736de0bc7dae41c46b4213c50e1d35d4e5f13',
    );
    expect(toHex(digestOfEvents('sha256', []))).toBe(
      '76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71',
    );
    const one = digestOfEvents('sm3', [['evidence/deposited', { id: 1 }]]);
    const two = digestOfEvents('sm3', [['evidence/deposited', { id: 2 }]]);
    expect(toHex(one)).not.toBe(toHex(two));
  });
});
