// Goal: standing follows from the records' intervals, and records that are none are refused. Method:
// tables over heights and over damaged records; random bytes.
import { encodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  activeAt,
  decodeKeyRecord,
  decodeMemberRecord,
  decodeOrganisationRecord,
  decodeValidatorRecord,
  INTERVALS_MAX,
  signerStanding,
} from './records.ts';
import type { Interval } from './records.ts';

const ALWAYS: readonly Interval[] = [[0, null]];
const KEY = {
  member: 'acme/alice',
  algorithm: 'ed25519',
  publicKey: new Uint8Array(32),
  purpose: 'sign',
  active: ALWAYS,
};
const MEMBER = { organisation: 'acme', kind: 'person', roles: ['clerk'], active: ALWAYS };
const ORGANISATION = { name: 'ACME \u98df\u54c1', active: ALWAYS };
const VALIDATOR = { algorithm: 'sm2', publicKey: new Uint8Array(65), power: 3, active: ALWAYS };

describe('standing', () => {
  it('counts from the first height of an interval to before its last', () => {
    const intervals: readonly Interval[] = [
      [2, 4],
      [6, null],
    ];
    const heights = [0, 1, 2, 3, 4, 5, 6, 7].filter((height) => activeAt(intervals, height));
    expect(heights).toEqual([2, 3, 6, 7]);
    expect(activeAt([], 0)).toBe(false);
    expect(activeAt([[3, 3]], 3)).toBe(false);
  });

  it('needs key, member and organisation, in that order', () => {
    const key = { purpose: 'sign', active: [[0, 5]] } as const;
    const member = { active: [[0, 4]] } as const;
    const organisation = { active: [[0, 3]] } as const;
    const codes = [2, 3, 4, 5].map((height) => {
      const standing = signerStanding(height, key, member, organisation);
      return standing.ok ? 'ok' : standing.code;
    });
    expect(codes).toEqual(['ok', 'organisation-suspended', 'member-suspended', 'key-not-valid']);
    expect(signerStanding(0, { ...key, purpose: 'encrypt' }, member, organisation)).toEqual({
      ok: false,
      code: 'key-wrong-purpose',
    });
  });
});

describe('records', () => {
  it('are read, with whatever else the contract keeps in them', () => {
    const more = { note: 'x', since: 3 };
    expect(decodeKeyRecord(encodeCbor({ ...KEY, ...more }))).toEqual({ ok: true, record: KEY });
    expect(decodeMemberRecord(encodeCbor({ ...MEMBER, ...more }))).toEqual({
      ok: true,
      record: MEMBER,
    });
    expect(decodeOrganisationRecord(encodeCbor({ ...ORGANISATION, ...more }))).toEqual({
      ok: true,
      record: ORGANISATION,
    });
    expect(decodeValidatorRecord(encodeCbor({ ...VALIDATOR, ...more }))).toEqual({
      ok: true,
      record: VALIDATOR,
    });
  });

  it('are refused when a part is not what it must be', () => {
    const table: readonly (readonly [
      (bytes: Uint8Array) => { ok: boolean },
      { readonly [name: string]: CborValue },
      readonly [string, CborValue][],
    ])[] = [
      [
        decodeKeyRecord,
        KEY,
        [
          ['member', 'alice'],
          ['algorithm', 'rsa'],
          ['publicKey', 'x'],
          ['purpose', 'all'],
          ['active', null],
        ],
      ],
      [
        decodeMemberRecord,
        MEMBER,
        [
          ['organisation', 'A'],
          ['kind', 'robot'],
          ['roles', 'clerk'],
          ['roles', [1]],
          ['roles', ['A b']],
          ['active', [[1]]],
        ],
      ],
      [
        decodeOrganisationRecord,
        ORGANISATION,
        [
          ['name', 1],
          ['active', [[2, 1]]],
          ['active', [[-1, null]]],
          ['active', [['0', null]]],
        ],
      ],
      [
        decodeValidatorRecord,
        VALIDATOR,
        [
          ['algorithm', 1],
          ['publicKey', null],
          ['power', 0],
          ['power', '1'],
          ['active', [0]],
        ],
      ],
    ];
    for (const [decode, record, faults] of table) {
      for (const [name, value] of faults) {
        expect(
          decode(encodeCbor({ ...record, [name]: value })).ok,
          `${name} ${JSON.stringify(value)}`,
        ).toBe(false);
      }
      for (const name of Object.keys(record)) {
        const { [name]: _, ...rest } = record;
        expect(decode(encodeCbor(rest)).ok, `without ${name}`).toBe(false);
      }
      expect(decode(encodeCbor([])).ok).toBe(false);
      expect(decode(encodeCbor('x')).ok).toBe(false);
    }
    const many = Array.from({ length: INTERVALS_MAX + 1 }, (): Interval => [0, 1]);
    expect(decodeOrganisationRecord(encodeCbor({ ...ORGANISATION, active: many })).ok).toBe(false);
  });

  it('are no random bytes, and none throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decodeKeyRecord(bytes).ok || decodeMemberRecord(bytes).ok).toBe(false);
        expect(decodeOrganisationRecord(bytes).ok || decodeValidatorRecord(bytes).ok).toBe(false);
      }),
    );
  });
});
