import { decodeCbor } from '@hefu/bytes';
import type { z } from 'zod';
import { compileTest } from './compile.ts';
import { explainFaults } from './explain.ts';
import { extractSchema } from './extract.ts';
import type { SchemaFault } from './fault.ts';

/** Why the bytes are no item of the schema. */
export type ItemFault =
  | { readonly code: 'item-not-canonical' }
  | { readonly code: 'item-invalid'; readonly data: { readonly errors: readonly SchemaFault[] } };

/** A check of items as they stand in an attachment: deterministic CBOR that the schema accepts. Views, nothing is kept. */
export function createItemCheck(schema: z.ZodType): (bytes: Uint8Array) => ItemFault | undefined {
  const data = extractSchema(schema, 'item');
  const test = compileTest(data);
  return (bytes) => {
    const decoded = decodeCbor(bytes, { maps: 'object', views: true });
    if (!decoded.ok) return { code: 'item-not-canonical' };
    if (test(decoded.value)) return undefined;
    return { code: 'item-invalid', data: { errors: explainFaults(data, decoded.value) } };
  };
}
