// Goal: the records of issuers are read as the contract writes them, and anything else is none. Method: a table of wrong
// forms, each one part of a right one changed.
import { encodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { decodeIssuerRecord, ISSUER_KEYS_MAX } from './issuer-record.ts';

const key = {
  organisation: 'acme',
  kid: Uint8Array.of(1),
  algorithm: 'ed25519' as const,
  publicKey: new Uint8Array(32),
  notAfter: null,
  active: [[1, 5] as const, [7, null] as const],
};

function codeOf(value: CborValue): string {
  const verdict = decodeIssuerRecord(encodeCbor(value));
  return verdict.ok ? 'ok' : verdict.code;
}

describe('a record of an issuer', () => {
  it('is read', () => {
    const dated = { ...key, notAfter: 1_800_000_000_000 };
    expect(decodeIssuerRecord(encodeCbor({ keys: [key, dated] }))).toEqual({
      ok: true,
      record: { keys: [key, dated] },
    });
    expect(codeOf({ keys: [] })).toBe('ok');
  });

  it('is refused in every other form', () => {
    const wrong: readonly CborValue[] = [
      null,
      [],
      {},
      { keys: 1 },
      { keys: [1] },
      { keys: [{ ...key, organisation: 'A B' }] },
      { keys: [{ ...key, kid: 'text' }] },
      { keys: [{ ...key, algorithm: 'rsa' }] },
      { keys: [{ ...key, publicKey: 'text' }] },
      { keys: [{ ...key, notAfter: 'never' }] },
      { keys: [{ ...key, active: [[5, 1]] }] },
      { keys: Array.from({ length: ISSUER_KEYS_MAX + 1 }, () => key) },
    ];
    for (const [index, value] of wrong.entries()) {
      expect(codeOf(value), `wrong form ${index}`).toBe('record-malformed');
    }
    expect(decodeIssuerRecord(Uint8Array.of(0xff)).ok).toBe(false);
  });
});
