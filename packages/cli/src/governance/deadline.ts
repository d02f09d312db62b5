import { usageFault } from '../fault.ts';

/** How long votes count unless said otherwise: a week. */
export const DEADLINE_DEFAULT = '7d';

const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A time as it was typed: from now on (`90m`, `12h`, `7d`), or RFC 3339. Milliseconds UTC. */
export function deadlineOf(typed: string, nowMs: number): number {
  const [, count, unit = ''] = /^([1-9][0-9]{0,5})([mhd])$/.exec(typed) ?? [];
  if (count !== undefined) return nowMs + Number(count) * (UNITS_MS[unit] ?? 0);
  const timeMs = /^[0-9]{4}-/.test(typed) ? Date.parse(typed) : Number.NaN;
  if (Number.isFinite(timeMs)) return timeMs;
  throw usageFault(
    'deadline-invalid',
    `${typed} is no time`,
    'As in 12h, 7d or 2026-12-31T12:00:00Z.',
  );
}
