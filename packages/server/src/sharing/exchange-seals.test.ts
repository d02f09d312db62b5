// Goal: a challenge is answered once and in time, a ticket opens what it was made for and nothing else. Method: a clock by hand;
// every bit of both flipped; seals of another process.
import { fromBase64Url, toBase64Url } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { createExchangeSeals } from './exchange-seals.ts';

const NOW = 1_750_000_000_000;
const SCOPE = { grant: 'aa'.repeat(32), object: 'bb'.repeat(32), sealId: 'cc'.repeat(32) };

function* flipped(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const bent = Uint8Array.from(bytes);
    bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield bent;
  }
}

describe('a challenge', () => {
  it('is answered once, within a minute', () => {
    const seals = createExchangeSeals();
    const challenge = seals.challenge(NOW);
    expect(seals.answer(seals.challenge(NOW), NOW + 60_000)).toBe(false);
    expect(seals.answer(challenge, NOW + 59_999)).toBe(true);
    expect(seals.answer(challenge, NOW + 59_999)).toBe(false);
    expect(seals.answer(seals.challenge(NOW), NOW)).toBe(true);
  });

  it('is nobody else’s, and of no other bits', () => {
    const seals = createExchangeSeals();
    expect(seals.answer(createExchangeSeals().challenge(NOW), NOW)).toBe(false);
    for (const bent of flipped(seals.challenge(NOW))) expect(seals.answer(bent, NOW)).toBe(false);
    for (const length of [0, 1, 31, 32, 55]) {
      expect(seals.answer(seals.challenge(NOW).slice(0, length), NOW)).toBe(false);
    }
    const ticket = fromBase64Url(seals.ticket(SCOPE, NOW)) ?? new Uint8Array(0);
    expect(seals.answer(ticket, NOW)).toBe(false);
  });

  it('is not remembered for longer than it counts, and never beyond a bound', () => {
    const seals = createExchangeSeals();
    for (let i = 0; i < 10_000; i++) seals.answer(seals.challenge(NOW), NOW);
    expect(seals.answer(seals.challenge(NOW), NOW)).toBe(false);
    const later = NOW + 60_000;
    expect(seals.answer(seals.challenge(later), later)).toBe(true);
  });
});

describe('a ticket', () => {
  it('opens its scope for ten minutes', () => {
    const seals = createExchangeSeals();
    const ticket = seals.ticket(SCOPE, NOW);
    expect(seals.open(ticket, NOW + 599_999)).toEqual(SCOPE);
    expect(seals.open(ticket, NOW + 600_000)).toBeUndefined();
    expect(createExchangeSeals().open(ticket, NOW)).toBeUndefined();
    const bytes = fromBase64Url(ticket) ?? new Uint8Array(0);
    for (const bent of flipped(bytes)) expect(seals.open(toBase64Url(bent), NOW)).toBeUndefined();
    for (const text of ['', 'x', 'é', toBase64Url(seals.challenge(NOW))]) {
      expect(seals.open(text, NOW)).toBeUndefined();
    }
  });
});
