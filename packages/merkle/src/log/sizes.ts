// Sizes and indexes reach 2^53 − 1, where JavaScript's bit operators (32 bits) are wrong: these
// helpers use arithmetic.

/** Whether `value` is a tree size or leaf index that a number holds exactly. */
export function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Throws RangeError unless {@link isSize}. */
export function requireSize(value: number, what: string): void {
  if (!isSize(value)) throw new RangeError(`${what} is not a whole number below 2^53: ${value}`);
}

/** The largest power of two below `size`, which is at least 2 (RFC 9162 §2.1.1). */
export function splitPoint(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

export function isOdd(value: number): boolean {
  return value % 2 === 1;
}

export function half(value: number): number {
  return Math.floor(value / 2);
}
