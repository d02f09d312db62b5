import { z } from 'zod';

/** A height in a query: a decimal number below 2^53. */
export const heightText = z
  .string()
  .regex(/^(0|[1-9]\d{0,15})$/, { error: 'A height is a decimal number.' })
  .transform(Number)
  .refine(Number.isSafeInteger, { error: 'A height is below 2^53.' });
