// Everything that reads what a client sends, under random input: never an exception, never more than it was given, and what one
// side writes the other reads.
import { encodeCbor } from '@hefu/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseMediaType } from './accept.ts';
import { parseJson } from './body.ts';
import { BATCH_STATEMENTS_MAX, splitSequence } from './cbor-sequence.ts';
import { bearerToken, createCredentials } from './credentials.ts';
import { createCursorSeal } from './cursor.ts';
import { matchesTag } from './entity-tag.ts';
import { preferredWaitMs } from './prefer.ts';
import { readRange } from './range.ts';
import { toPointer } from './pointer.ts';
import { ProblemError } from '../problems/problem-error.ts';

const KEY = new Uint8Array(32).fill(7);
const header = fc.oneof(fc.string(), fc.stringMatching(/^[a-z*/;=,q0-9. "-]{0,60}$/));

describe('CBOR sequences', () => {
  it('are split where their items end', () => {
    const item = fc.oneof(
      fc.array(fc.integer(), { maxLength: 8 }),
      fc.uint8Array({ maxLength: 300 }),
      fc.string(),
      fc.dictionary(
        fc.string({ minLength: 1, maxLength: 5 }).filter((k) => k !== '__proto__'),
        fc.integer(),
      ),
    );
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 20 }), (values) => {
        const encoded = values.map((value) => encodeCbor(value));
        const split = splitSequence(Buffer.concat(encoded));
        expect(split.ok && split.items.map((bytes) => Buffer.from(bytes).toString('hex'))).toEqual(
          encoded.map((bytes) => Buffer.from(bytes).toString('hex')),
        );
      }),
    );
  });

  it('of any bytes are items that cover all of them, or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const split = splitSequence(bytes);
        if (!split.ok) return;
        const total = split.items.reduce((sum, each) => sum + each.length, 0);
        expect(total).toBe(bytes.length);
        expect(split.items.every(({ length }) => length > 0)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('hold a thousand items and not one more', () => {
    const full = new Uint8Array(BATCH_STATEMENTS_MAX).fill(0x01);
    expect(splitSequence(full).ok).toBe(true);
    const more = splitSequence(new Uint8Array(BATCH_STATEMENTS_MAX + 1).fill(0x01));
    expect(more).toEqual({ ok: false, code: 'batch-too-large' });
  });

  it('nested to the end cost no stack', () => {
    expect(splitSequence(new Uint8Array(1_000_000).fill(0x81)).ok).toBe(false);
    const tags = new Uint8Array(1_000_000).fill(0xc1);
    tags[999_999] = 0x01;
    expect(splitSequence(tags)).toMatchObject({ ok: true, items: { length: 1 } });
  });
});

describe('cursors', () => {
  const seal = createCursorSeal(KEY);

  it('open to what was sealed, for the same scope alone', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 100 }),
        fc.string(),
        fc.string(),
        (position, scope, other) => {
          const cursor = seal.seal(scope, position.toWellFormed());
          expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(seal.open(scope, cursor)).toBe(position.toWellFormed());
          if (other !== scope) expect(seal.open(other, cursor)).toBeUndefined();
          expect(createCursorSeal(new Uint8Array(32)).open(scope, cursor)).toBeUndefined();
        },
      ),
    );
  });

  it('cannot be made up or changed', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(255), (text, place, change) => {
        expect(seal.open('scope', text)).toBeUndefined();
        const bytes = Buffer.from(seal.seal('scope', 'position'), 'base64url');
        const at = place % bytes.length;
        if (change === bytes[at]) return;
        bytes[at] = change;
        expect(seal.open('scope', bytes.toString('base64url'))).toBeUndefined();
      }),
    );
  });
});

describe('headers', () => {
  const offers = ['application/json', 'application/cose', 'text/plain'] as const;

  it('Accept chooses one of the offers or none', () => {
    fc.assert(
      fc.property(header, (text) => {
        const chosen = chooseMediaType(text, offers);
        expect([...offers, undefined]).toContain(chosen);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/*', 'text/plain'],
    ['application/*, text/plain;q=0.5', 'application/json'],
    ['application/cose', 'application/cose'],
    ['application/json;q=0.1, application/cose;q=0.2', 'application/cose'],
    ['*/*;q=0.1, application/json;q=0', 'application/cose'],
    ['TEXT/PLAIN', 'text/plain'],
    ['application/json;charset=utf-8', 'application/json'],
    ['image/png', undefined],
    ['application/json;q=0', undefined],
    ['application/json;q=2', undefined],
  ])('Accept %s is answered with %s', (text, offer) => {
    expect(chooseMediaType(text, offers)).toBe(offer);
  });

  it('Range is a part within the object, the whole, or unsatisfiable', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,17}-\d{0,17}$/)),
        fc.nat(1_000_000),
        (text, size) => {
          const wanted = readRange(text, size);
          if (wanted.kind !== 'part') return;
          const { start, end } = wanted.range;
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start).toBeLessThanOrEqual(end);
          expect(end).toBeLessThan(size);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['wait=10', 10_000],
    ['wait', 30_000],
    ['respond-async, wait=1', 1_000],
    ['wait=5; foo', 5_000],
    ['Wait="7"', 7_000],
    ['wait=99999', 30_000],
    ['wait=0', 0],
    ['waiting=3', undefined],
    ['wait=-1', undefined],
    ['wait=x', undefined],
    ['handling=lenient', undefined],
  ])('Prefer %s waits %s ms', (text, waitMs) => {
    expect(preferredWaitMs(text, 30_000)).toBe(waitMs);
  });

  it('If-None-Match and Authorization take any text', () => {
    const credentials = createCredentials('the-right-token');
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(matchesTag(text, '"tag"')).toBe(
          text.trim() === '*' || /(^|,)\s*(W\/)?"tag"\s*($|,)/.test(text),
        );
        const token = bearerToken(text);
        if (token !== undefined) expect(text.toLowerCase()).toContain('bearer ');
        expect(credentials.check(text)).toBe(text === 'the-right-token');
      }),
      { numRuns: 500 },
    );
  });
});

describe('JSON', () => {
  it('of any bytes is a value or a problem', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          try {
            parseJson(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(ProblemError);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__'));
        expect(parseJson(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('pointers', () => {
  it('escape as RFC 6901 says', () => {
    expect(toPointer([])).toBe('');
    expect(toPointer(['a/b', 'm~n', 0, ''])).toBe('/a~1b/m~0n/0/');
  });
});
