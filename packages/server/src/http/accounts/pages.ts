import { z } from 'zod';
import { ProblemError } from '../../problems/problem-error.ts';
import { CURSOR_CHARS_MAX } from '../cursor.ts';
import type { CursorSeal } from '../cursor.ts';

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 200;

/** What every list takes. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
  cursor: z.string().max(CURSOR_CHARS_MAX).optional(),
};

/** The place in a list that a cursor stands for. Throws `cursor-invalid` for one that was not made for it. */
export function openPage(
  cursors: CursorSeal,
  scope: string,
  cursor: string | undefined,
): string | undefined {
  if (cursor === undefined) return undefined;
  const position = cursors.open(scope, cursor);
  if (position === undefined) throw new ProblemError('cursor-invalid');
  return position;
}

/** A page out of one entry more than was asked for. */
export function page<T, V>(
  entries: readonly T[],
  limit: number,
  view: (entry: T) => V,
  next: (last: T) => string,
): { readonly items: readonly V[]; readonly nextCursor: string | null } {
  const shown = entries.slice(0, limit);
  const last = shown.at(-1);
  const more = entries.length > limit && last !== undefined;
  return { items: shown.map(view), nextCursor: more ? next(last) : null };
}
