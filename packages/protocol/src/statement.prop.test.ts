// Goal: whatever is drafted is read back; no other bytes are ever taken for the same statement, and
// none make the reader throw. Method: random drafts, random single-byte changes, random bytes.
import { toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { decodeSign1 } from '@hefu/crypto/cose';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareStatement } from './sign-statement.ts';
import type { StatementArgs } from './statement-payload.ts';
import { parseStatement } from './statement.ts';

const name = fc.stringMatching(/^[a-z][a-zA-Z0-9-]{0,39}$/);
const leaf: fc.Arbitrary<CborValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.uint8Array({ maxLength: 80 }),
);
const args: fc.Arbitrary<StatementArgs> = fc.option(
  fc.dictionary(
    fc.string({ maxLength: 12 }).filter((key) => key !== '__proto__'),
    fc.oneof(leaf, fc.array(leaf, { maxLength: 5 })),
    { maxKeys: 8, noNullPrototype: true },
  ),
);
const unsigned = fc.record({
  algorithm: fc.constantFrom<SignatureAlgorithm>('ed25519', 'es256', 'sm2'),
  chain: fc.stringMatching(/^[a-z0-9./-]{1,50}$/),
  member: fc.stringMatching(/^[a-z0-9-]{1,32}\/[a-z0-9.-]{1,64}$/),
  contract: name,
  method: name,
  args,
  nonce: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  expires: fc.maxSafeNat(),
  keyId: fc.uint8Array({ minLength: 32, maxLength: 32 }),
});
const signature = fc.uint8Array({ minLength: 64, maxLength: 64 });

describe('statements', () => {
  it('are read back as they were drafted', () => {
    fc.assert(
      fc.property(unsigned, signature, (draft, signed) => {
        const { id, finish } = prepareStatement({ hash: 'sha256', ...draft });
        const bytes = finish(signed);
        const verdict = parseStatement(bytes, 'sha256');
        expect(verdict.ok).toBe(true);
        if (!verdict.ok) return;
        expect(verdict.statement).toMatchObject({ ...draft, bytes, id, signature: signed });
        expect(decodeSign1(bytes, { strict: true }).ok).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('with any byte changed are refused, or say something else, or differ in the signature alone', () => {
    fc.assert(
      fc.property(unsigned, signature, fc.nat(), fc.integer({ min: 1, max: 255 }), (...all) => {
        const [draft, signed, place, mask] = all;
        const { id, finish } = prepareStatement({ hash: 'sha256', ...draft });
        const bytes = finish(signed);
        const at = place % bytes.length;
        const damaged = bytes.slice();
        damaged[at] = (damaged[at] as number) ^ mask;
        const verdict = parseStatement(damaged, 'sha256');
        if (!verdict.ok) return;
        const sameId = toHex(verdict.statement.id) === toHex(id);
        expect(sameId).toBe(at >= bytes.length - 64);
        // What is accepted is in the one form: a strict COSE decoder agrees.
        expect(decodeSign1(damaged, { strict: true }).ok).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('are no random bytes, and none throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, tagged) => {
        const input = tagged ? Uint8Array.of(0xd2, 0x84, ...bytes) : bytes;
        expect(parseStatement(input, 'sm3').ok).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
