/** Heights in which a record counts: `0 to 17, from 20 on`. */
export function intervalsText(intervals: readonly (readonly [number, number | null])[]): string {
  if (intervals.length === 0) return 'never';
  return intervals
    .map(([from, to]) => (to === null ? `from ${from} on` : `${from} to ${to - 1}`))
    .join(', ');
}
