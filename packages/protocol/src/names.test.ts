// Goal: names have their bounds and no two ways of writing. Method: tables at and beyond each bound.
import { encodeCbor, toHex, utf8Encode } from '@hefu/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isChainId,
  isContractName,
  isMemberId,
  isOrganisationId,
  isStateKey,
  issuerOf,
  MEMBER_ID_LENGTH_MAX,
  organisationOfMember,
  STATE_KEY_BYTES_MAX,
} from './names.ts';
import { stateKeyHash, stateValueBytes } from './state-key.ts';
import { hash } from '@hefu/crypto/hash';

describe('names', () => {
  it('are what they may be, and nothing more', () => {
    const good = (check: (text: string) => boolean, ...texts: readonly string[]): void => {
      for (const text of texts) expect(check(text), text).toBe(true);
    };
    const bad = (check: (text: string) => boolean, ...texts: readonly string[]): void => {
      for (const text of texts) expect(check(text), JSON.stringify(text)).toBe(false);
    };
    good(isChainId, 'a', 'food.example/main', '0-9./', 'x'.repeat(50));
    bad(isChainId, '', 'x'.repeat(51), 'A', 'a b', 'a\n', 'a#b', 'é', 'a+b');
    good(isOrganisationId, 'acme', '1', 'x'.repeat(32));
    bad(isOrganisationId, '', 'x'.repeat(33), 'a.b', 'a/b', 'a\n', 'Ä');
    good(isMemberId, 'acme/alice', 'a/b.c-1', `${'x'.repeat(32)}/${'y'.repeat(64)}`);
    bad(
      isMemberId,
      'acme',
      '/alice',
      'acme/',
      'acme/a/b',
      'acme/alice\n',
      'acme/Alice',
      `a/${'y'.repeat(65)}`,
    );
    good(isContractName, 'a', 'alreadyDeposited', 'a-1', 'x'.repeat(40));
    bad(isContractName, '', 'A', '1a', '-a', 'a_b', 'x'.repeat(41), 'a\n');
    expect(MEMBER_ID_LENGTH_MAX).toBe(97);
  });

  it('of members lead to their organisation and issuer', () => {
    expect(organisationOfMember('acme/alice')).toBe('acme');
    expect(() => organisationOfMember('acme')).toThrow(TypeError);
    expect(issuerOf('food.example', 'acme/alice')).toBe('hefu:food.example#acme/alice');
  });
});

describe('state keys', () => {
  it('are counted in bytes of UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 220 }), (text) => {
        const size = text.isWellFormed() ? utf8Encode(text).length : Infinity;
        expect(isStateKey(text)).toBe(size > 0 && size <= STATE_KEY_BYTES_MAX);
      }),
    );
    expect(isStateKey('\u{1F600}'.repeat(50))).toBe(true);
    expect(isStateKey(`${'\u{1F600}'.repeat(50)}a`)).toBe(false);
    expect(isStateKey('\ud800')).toBe(false);
  });

  it('hash with their contract and collection, which can\u2019t run into each other', () => {
    expect(toHex(stateKeyHash('sha256', 'a', 'b', 'c'))).toBe(
      toHex(hash('sha256', Uint8Array.of(0x83, 0x61, 0x61, 0x61, 0x62, 0x61, 0x63))),
    );
    expect(toHex(stateKeyHash('sm3', 'ab', 'c', 'd'))).not.toBe(
      toHex(stateKeyHash('sm3', 'a', 'bc', 'd')),
    );
    expect(stateValueBytes({ b: 1, a: 2 })).toEqual(encodeCbor({ a: 2, b: 1 }));
  });
});
