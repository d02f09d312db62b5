import type { z } from 'zod';
import type { Readers } from './readers.ts';

/** An event that a contract may emit. */
export interface EventDefinition<D extends z.ZodType = z.ZodType> {
  readonly data: D;
  readonly readers: Readers;
}

/** Declares an event. Readers are the consortium unless named. */
export function event<D extends z.ZodType>(definition: {
  readonly data: D;
  readonly readers?: Readers;
}): EventDefinition<D> {
  return { data: definition.data, readers: definition.readers ?? { kind: 'consortium' } };
}
