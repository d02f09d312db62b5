import type { z } from 'zod';
import type { Readers } from './readers.ts';

/** A named map from string keys to values of one schema. */
export interface CollectionDefinition<
  V extends z.ZodType = z.ZodType,
  I extends string = string,
  L extends boolean = boolean,
> {
  readonly value: V;
  readonly readers: Readers;
  readonly indexes: Readonly<Record<I, IndexDefinition>>;
  /** Whether all keys can be listed; costs an index entry for each record. */
  readonly listed: L;
}

/**
 * An index over one field of the value: text, or an array of texts, of which each is indexed. Absent
 * and null fields are not indexed.
 */
export interface IndexDefinition {
  readonly field: string;
}

/** Index that a listed collection keeps under this name, with the empty value for every key. */
export const LISTED_INDEX = '*';

/** Declares a collection. Readers are the consortium unless named. */
export function collection<
  V extends z.ZodType,
  const X extends Readonly<Record<string, IndexDefinition>> = Readonly<Record<never, never>>,
  const L extends boolean = false,
>(definition: {
  readonly value: V;
  readonly readers?: Readers;
  readonly indexes?: X;
  readonly listed?: L;
}): CollectionDefinition<V, keyof X & string, L> {
  return {
    value: definition.value,
    readers: definition.readers ?? { kind: 'consortium' },
    indexes: (definition.indexes ?? {}) as Record<keyof X & string, IndexDefinition>,
    listed: (definition.listed ?? false) as L,
  };
}
