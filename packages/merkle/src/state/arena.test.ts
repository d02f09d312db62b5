// Goal: pieces are apart, zeroed, and hold little memory beside their own. Method: pieces of many sizes are
// written full and read again; the arrays behind the pieces are measured.
import { describe, expect, it } from 'vitest';
import { Arena } from './arena.ts';

function memoryBehind(pieces: readonly Uint8Array[]): number {
  const buffers = new Set(pieces.map((piece) => piece.buffer));
  return [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
}

describe('an arena', () => {
  it('gives zeroed pieces that share no byte', () => {
    const arena = new Arena();
    const sizes = Array.from({ length: 3_000 }, (_, i) => (i * 37) % 400);
    const pieces = [...sizes, 100_000, 5].map((size) => arena.take(size));
    expect(pieces.every((piece) => piece.every((byte) => byte === 0))).toBe(true);
    for (const [i, piece] of pieces.entries()) piece.fill(i % 251);
    expect(pieces.every((piece, i) => piece.every((byte) => byte === i % 251))).toBe(true);
  });

  it('holds a few times what it gave at most, however little that was', () => {
    for (const count of [1, 3, 10, 100, 1_000, 10_000]) {
      const arena = new Arena();
      const pieces = Array.from({ length: count }, () => arena.take(330));
      const given = count * 330;
      expect(memoryBehind(pieces), `${count}`).toBeLessThanOrEqual(Math.max(2_048, 3 * given));
    }
  });
});
