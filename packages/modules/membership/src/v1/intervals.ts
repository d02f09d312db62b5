/** Heights `[from, to)`; `to` is null while it lasts. Ascending, apart, none of them empty. */
export type Interval = readonly [from: number, to: number | null];

/** A copy that a value may hold. */
type Intervals = [number, number | null][];

/** Whether `height` lies in one of them. */
export function countsAt(intervals: readonly Interval[], height: number): boolean {
  return intervals.some(([from, to]) => height >= from && (to === null || height < to));
}

/**
 * Begins a new interval at `from`, for intervals that are all closed by then. One that ends just there
 * goes on instead: suspended and reinstated within one block is as if nothing had been.
 */
export function openedAt(intervals: readonly Interval[], from: number): Intervals {
  const copy: Intervals = intervals.map(([start, end]) => [start, end]);
  const last = copy.at(-1);
  if (last !== undefined && last[1] === from) last[1] = null;
  else copy.push([from, null]);
  return copy;
}

/** Ends the last interval at `to`; one that had not begun by then has never been. */
export function closedAt(intervals: readonly Interval[], to: number): Intervals {
  const copy: Intervals = intervals.map(([start, end]) => [start, end]);
  const last = copy.at(-1);
  if (last === undefined) return copy;
  if (last[0] >= to) copy.pop();
  else last[1] = to;
  return copy;
}
