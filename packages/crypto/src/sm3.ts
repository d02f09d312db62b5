import { HashMD } from '@noble/hashes/_md.js';
import { createHasher, rotl } from '@noble/hashes/utils.js';
import type { CHash } from '@noble/hashes/utils.js';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const ROUNDS = 64;

/** Start value of GB/T 32905 §4.1. */
const START: readonly number[] = [
  0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e,
];

/** T_j of GB/T 32905 §4.2, rotated by j as the rounds use it. */
const ROUND_CONSTANT: Int32Array = Int32Array.from({ length: ROUNDS }, (_, round) =>
  rotl(round < 16 ? 0x79cc4519 : 0x7a879d8a, round % 32),
);

// Scratch for the message words W; cleared after each use.
const words = new Int32Array(68);

/** SM3 (GB/T 32905) on the Merkle–Damgård frame that the library's SHA-2 stands on. */
class Sm3 extends HashMD<Sm3> {
  // Numbers from the start, not undefined: V8 then keeps the fields as plain integers.
  private a = 0;
  private b = 0;
  private c = 0;
  private d = 0;
  private e = 0;
  private f = 0;
  private g = 0;
  private h = 0;

  constructor() {
    super(BLOCK_BYTES, DIGEST_BYTES, 8, false);
    this.set(...START);
  }

  protected get(): number[] {
    return [this.a, this.b, this.c, this.d, this.e, this.f, this.g, this.h];
  }

  protected set(...state: number[]): void {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.d = d | 0;
    this.e = e | 0;
    this.f = f | 0;
    this.g = g | 0;
    this.h = h | 0;
  }

  protected process(view: DataView, offset: number): void {
    expand(view, offset);
    let { a, b, c, d, e, f, g, h } = this;
    for (let round = 0; round < ROUNDS; round++) {
      const word = words[round] ?? 0;
      const a12 = rotl(a, 12);
      const ss1 = rotl((a12 + e + (ROUND_CONSTANT[round] ?? 0)) | 0, 7);
      const early = round < 16;
      const ff = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = early ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + (ss1 ^ a12) + (word ^ (words[round + 4] ?? 0))) | 0;
      const tt2 = (gg + h + ss1 + word) | 0;
      d = c;
      c = rotl(b, 9);
      b = a;
      a = tt1;
      h = g;
      g = rotl(f, 19);
      f = e;
      e = tt2 ^ rotl(tt2, 9) ^ rotl(tt2, 17);
    }
    this.a ^= a;
    this.b ^= b;
    this.c ^= c;
    this.d ^= d;
    this.e ^= e;
    this.f ^= f;
    this.g ^= g;
    this.h ^= h;
  }

  protected roundClean(): void {
    words.fill(0);
  }

  _cloneInto(to: Sm3 = new Sm3()): Sm3 {
    to.set(...this.get());
    // The library's name for it.
    // oxlint-disable-next-line no-underscore-dangle
    return this._cloneIntoMeta(to);
  }

  destroy(): void {
    this.destroyed = true;
    this.set();
    this.buffer.fill(0);
  }
}

/** Message expansion (GB/T 32905 §5.3.2). */
function expand(view: DataView, offset: number): void {
  for (let i = 0; i < 16; i++) words[i] = view.getInt32(offset + 4 * i);
  for (let i = 16; i < 68; i++) {
    const mixed = (words[i - 16] ?? 0) ^ (words[i - 9] ?? 0) ^ rotl(words[i - 3] ?? 0, 15);
    const spread = mixed ^ rotl(mixed, 15) ^ rotl(mixed, 23);
    words[i] = spread ^ rotl(words[i - 13] ?? 0, 7) ^ (words[i - 6] ?? 0);
  }
}

/** SM3 as the library's other hashes are, so that its HMAC takes it. */
export const sm3: CHash<Sm3> = createHasher(() => new Sm3());
