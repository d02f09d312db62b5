import type { Contract } from './definitions.ts';
import type { SchemaData } from './schema/data.ts';
import { extractSchema } from './schema/extract.ts';

/** All schemas of a contract as data. */
export interface ContractSchemas {
  readonly collections: Readonly<Record<string, SchemaData>>;
  readonly events: Readonly<Record<string, SchemaData>>;
  readonly methods: Readonly<
    Record<string, { readonly args: SchemaData; readonly output?: SchemaData }>
  >;
  readonly effects: Readonly<Record<string, SchemaData>>;
}

const extracted = new WeakMap<Contract, ContractSchemas>();

/** The contract's schemas, extracted once. Throws as {@link extractSchema} does. */
export function schemasOf(contract: Contract): ContractSchemas {
  const known = extracted.get(contract);
  if (known !== undefined) return known;
  const { name } = contract;
  const schemas: ContractSchemas = {
    collections: mapValues(contract.collections, (collection, key) =>
      extractSchema(collection.value, `${name}/${key}`),
    ),
    events: mapValues(contract.events, (event, key) =>
      extractSchema(event.data, `${name} event ${key}`),
    ),
    methods: mapValues(contract.methods, (method, key) => {
      const args = extractSchema(method.args, `${name}.${key} args`);
      if (method.output === undefined) return { args };
      return { args, output: extractSchema(method.output, `${name}.${key} output`) };
    }),
    effects: mapValues(contract.effects, (effect, key) =>
      extractSchema(effect.args, `${name} effect ${key}`),
    ),
  };
  extracted.set(contract, schemas);
  return schemas;
}

function mapValues<T, R>(
  values: Readonly<Record<string, T>>,
  change: (value: T, key: string) => R,
): Readonly<Record<string, R>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, change(value, key)]),
  );
}
