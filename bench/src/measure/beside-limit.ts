/** A rate and the limit around it, both a second. */
export interface BesideLimit {
  readonly rate: number;
  readonly limit: number;
}

/** Odd, so that one of them is the median. */
const RUNS = 3;

/**
 * Measures a rate between two measurements of its limit, three times over, and gives the pair whose ratio is the median: on a shared
 * machine both move from one second to the next, and a limit measured at another time says nothing about the rate.
 */
export async function besideLimit(
  measureLimit: () => Promise<number>,
  measureRate: () => Promise<number>,
): Promise<BesideLimit> {
  const pairs: BesideLimit[] = [];
  let before = await measureLimit();
  for (let run = 0; run < RUNS; run++) {
    const rate = await measureRate();
    const after = await measureLimit();
    pairs.push({ rate, limit: (before + after) / 2 });
    before = after;
  }
  pairs.sort((a, b) => a.rate / a.limit - b.rate / b.limit);
  const median = pairs[(RUNS - 1) / 2];
  if (median === undefined) throw new RangeError('no measurements');
  return median;
}
