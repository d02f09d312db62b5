// Goal: what is kept is what was given, and memory stays bounded. Method: a model that remembers everything, beside the cache.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerCache } from './answer-cache.ts';

const BYTES_MAX = 3_000;

describe('kept answers', () => {
  it('are those last kept by their name, and the latest asked for stay', () => {
    const act = fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
      text: fc.option(fc.string({ maxLength: 300, unit: 'grapheme' }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const cache = new AnswerCache(BYTES_MAX);
        const all = new Map<string, string>();
        let latest: string | undefined;
        for (const { name, text } of acts) {
          if (text !== undefined) {
            expect(cache.keep(name, text).body.toString()).toBe(text);
            all.set(name, text);
          }
          const kept = cache.get(name);
          if (kept !== undefined) expect(kept.body.toString()).toBe(all.get(name));
          // One answer and the one before it fit always.
          if (text !== undefined) {
            expect(kept?.body.toString()).toBe(text);
            if (latest !== undefined) expect(cache.get(latest)).toBeDefined();
            latest = name;
          }
        }
        const held = [...all.keys()].flatMap((name) => cache.get(name) ?? []);
        const bytes = held.reduce((sum, { body }) => sum + body.length, 0);
        expect(bytes + 400 * held.length).toBeLessThanOrEqual(BYTES_MAX);
      }),
    );
  });

  it('have a tag of their bytes, and are sent though they are too large to be kept', () => {
    const cache = new AnswerCache(1_000);
    const large = cache.keep('large', 'x'.repeat(2_000));
    expect(large.body).toHaveLength(2_000);
    expect(cache.get('large')).toBeUndefined();
    expect(cache.keep('a', 'one').tag).toBe(cache.keep('b', 'one').tag);
    expect(cache.keep('a', 'two').tag).not.toBe(cache.keep('b', 'one').tag);
  });
});
