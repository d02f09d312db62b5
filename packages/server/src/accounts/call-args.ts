import { fromHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { compileValidator, extractSchema } from '@hefu/contract';
import type { ModuleDefinition, SchemaData } from '@hefu/contract';

/**
 * Arguments that came as JSON, in the form the method wants: where its schema has byte strings, hexadecimal becomes
 * bytes, as answers of the node show them. What does not fit stays as it is; the ledger says what is wrong with it.
 */
export function argsFromJson(
  modules: readonly ModuleDefinition[],
  call: { readonly contract: string; readonly method: string },
  args: unknown,
): CborValue {
  const versions = modules.find(({ name }) => name === call.contract)?.versions ?? [];
  const version = versions.findLast(({ methods }) => Object.hasOwn(methods, call.method));
  const schema = version?.methods[call.method]?.args;
  if (schema === undefined) return args as CborValue;
  return convert(extractSchema(schema), args) as CborValue;
}

function convert(schema: SchemaData, value: unknown): unknown {
  switch (schema.type) {
    case 'bytes':
      return typeof value === 'string' ? (fromHex(value) ?? value) : value;
    case 'array':
      return Array.isArray(value) ? value.map((item) => convert(schema.item, item)) : value;
    case 'tuple':
      return Array.isArray(value)
        ? value.map((item, index) => convertPart(schema.items[index], item))
        : value;
    case 'record':
      return mapFields(value, () => schema.value);
    case 'object':
      return mapFields(value, (name) =>
        Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined,
      );
    case 'nullable':
      return value === null ? null : convert(schema.inner, value);
    case 'union':
      return convertUnion(schema.options, value);
    case 'string':
    case 'integer':
    case 'boolean':
    case 'null':
    case 'literal':
      return value;
  }
}

function convertPart(schema: SchemaData | undefined, value: unknown): unknown {
  return schema === undefined ? value : convert(schema, value);
}

/** The first option that takes it, as the contract will. */
function convertUnion(options: readonly SchemaData[], value: unknown): unknown {
  for (const option of options) {
    const converted = convert(option, value);
    if (compileValidator(option)(converted).ok) return converted;
  }
  return value;
}

function mapFields(value: unknown, schemaOf: (name: string) => SchemaData | undefined): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  // Without a prototype, so that a field `__proto__` is a field.
  const converted: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, item] of Object.entries(value)) {
    converted[name] = convertPart(schemaOf(name), item);
  }
  return converted;
}
