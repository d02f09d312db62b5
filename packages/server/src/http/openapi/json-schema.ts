import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Which side of a schema is told: what may be sent, or what comes back. */
export type SchemaSide = 'input' | 'output';

/**
 * Turns zod schemas into JSON Schema (draft 2020-12, as OpenAPI 3.1 wants it). Schemas with an `id` in their metadata
 * become components, each once; the same id for two different schemas throws, because one of them would be lost.
 */
export class SchemaComponents {
  readonly #schemas = new Map<string, JsonSchema>();

  /** The schema as it stands in the document. */
  convert(schema: z.ZodType, side: SchemaSide): JsonSchema {
    // As a member of another, so that the schema itself may be a component too.
    const made = z.toJSONSchema(z.object({ it: schema.optional() }), {
      io: side,
      target: 'draft-2020-12',
      unrepresentable: 'any',
    }) as {
      readonly properties?: Readonly<Record<string, JsonSchema>>;
      readonly $defs?: Readonly<Record<string, JsonSchema>>;
    };
    for (const [id, definition] of Object.entries(made.$defs ?? {})) this.#add(id, definition);
    return rewritten(made.properties?.['it'] ?? {}) as JsonSchema;
  }

  all(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries(
      [...this.#schemas].toSorted(([left], [right]) => (left < right ? -1 : 1)),
    );
  }

  #add(id: string, definition: JsonSchema): void {
    const { id: _id, ...rest } = definition;
    const schema = rewritten(rest) as JsonSchema;
    const known = this.#schemas.get(id);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) {
      throw new Error(`two schemas are called ${id}`);
    }
    this.#schemas.set(id, schema);
  }
}

/** References of zod's own document as references of ours; bounds that only say "safe integer" are left out. */
function rewritten(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rewritten);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, each]) => !isUnbounded(key, each))
      .map(([key, each]) => [
        key,
        key === '$ref' && typeof each === 'string'
          ? each.replace('#/$defs/', '#/components/schemas/')
          : rewritten(each),
      ]),
  );
}

function isUnbounded(key: string, value: unknown): boolean {
  return (
    (key === 'minimum' && value === Number.MIN_SAFE_INTEGER) ||
    (key === 'maximum' && value === Number.MAX_SAFE_INTEGER)
  );
}
