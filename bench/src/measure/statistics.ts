/** The value at a quantile (0 to 1) of some measurements. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))];
  if (value === undefined) throw new RangeError('no measurements');
  return value;
}

/** Seconds that `work` takes. */
export async function secondsOf(work: () => Promise<void> | void): Promise<number> {
  const startMs = performance.now();
  await work();
  return (performance.now() - startMs) / 1000;
}

/** Runs `work` over the numbers below `count` with `width` of them under way at a time. */
export async function inFlight(
  count: number,
  width: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  async function lane(): Promise<void> {
    while (next < count) await work(next++);
  }
  await Promise.all(Array.from({ length: width }, lane));
}
