import { cellsOf, padCells } from './visible.ts';

/** Rows as lines, the columns under each other on a terminal, whatever script is in them; the last column is not padded. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const widths = headings.map((heading, column) =>
    Math.max(cellsOf(heading), ...rows.map((row) => cellsOf(row[column] ?? ''))),
  );
  return [headings, ...rows].map((row) =>
    row
      .map((cell, column) => padCells(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** `name  value` lines, the values under each other. */
export function fields(pairs: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...pairs.map(([name]) => cellsOf(name)));
  return pairs.map(([name, value]) => `${padCells(name, width)}  ${value}`);
}

/** Bytes for people. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `1 file`, `2 files`. */
export function countText(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** Milliseconds UTC as RFC 3339 in whole seconds or milliseconds. */
export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}
