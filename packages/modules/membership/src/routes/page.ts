import type { SqlRow } from '@hefu/contract';
import { z } from 'zod';
import { PAGE_LIMIT_DEFAULT, PAGE_LIMIT_MAX } from '../schemas/views.ts';

/** The part of a query that says which page: the position is the last id of the page before. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT_MAX).default(PAGE_LIMIT_DEFAULT),
  cursor: z.string().max(200).optional(),
};

/** Of `limit + 1` rows, the page and where the next one begins. */
export function pageOf<T extends { readonly id: string }>(
  rows: readonly SqlRow[],
  limit: number,
  view: (row: SqlRow) => T,
): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit).map(view);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last?.id ?? null };
}
