import { LISTED_INDEX } from '../collection.ts';
import type { CollectionDefinition } from '../collection.ts';
import type { Contract, EffectDefinition, MethodDefinition } from '../definitions.ts';
import { compileTest, holdsBytes } from '../schema/compile.ts';
import type { SchemaTest } from '../schema/compile.ts';
import type { SchemaData } from '../schema/data.ts';
import { schemasOf } from '../schemas-of.ts';

/** A contract with its schemas compiled: what the host runs. */
export interface CompiledContract {
  readonly contract: Contract;
  readonly name: string;
  readonly collections: readonly CompiledCollection[];
  readonly methods: ReadonlyMap<string, CompiledMethod>;
  readonly effects: ReadonlyMap<string, CompiledEffect>;
  readonly events: ReadonlyMap<string, SchemaTest>;
}

export interface CompiledCollection {
  readonly name: string;
  readonly test: SchemaTest;
  /** Byte strings can't be frozen, so values that hold them are decoded anew for each read. */
  readonly holdsBytes: boolean;
  readonly listed: boolean;
  /** Indexes that a written value gets entries in. */
  readonly indexes: readonly CompiledIndex[];
  /** Indexes that an overwritten value loses its entries in; more than `indexes` in a migration. */
  readonly dropIndexes: readonly CompiledIndex[];
  /** Whether entries are written even where the old value seems to have had them. */
  readonly rebuild: boolean;
}

export interface CompiledIndex {
  readonly name: string;
  /** Undefined for the index of all keys. */
  readonly field: string | undefined;
}

export interface CompiledMethod {
  readonly definition: MethodDefinition;
  readonly argsSchema: SchemaData;
  readonly testArgs: SchemaTest;
  /** Undefined when the method returns nothing. */
  readonly testOutput: SchemaTest | undefined;
}

export interface CompiledEffect {
  readonly definition: EffectDefinition;
  readonly argsSchema: SchemaData;
  readonly testArgs: SchemaTest;
}

/** Compiles all that a contract declares. */
export function compileContract(contract: Contract): CompiledContract {
  const schemas = schemasOf(contract);
  const methods = new Map<string, CompiledMethod>();
  for (const [name, definition] of Object.entries(contract.methods)) {
    const { args, output } = schemas.methods[name] as { args: SchemaData; output?: SchemaData };
    methods.set(name, {
      definition,
      argsSchema: args,
      testArgs: compileTest(args),
      testOutput: output === undefined ? undefined : compileTest(output),
    });
  }
  const effects = new Map<string, CompiledEffect>();
  for (const [name, definition] of Object.entries(contract.effects)) {
    const argsSchema = schemas.effects[name] as SchemaData;
    effects.set(name, { definition, argsSchema, testArgs: compileTest(argsSchema) });
  }
  const events = new Map<string, SchemaTest>();
  for (const [name, schema] of Object.entries(schemas.events)) {
    events.set(name, compileTest(schema));
  }
  const collections = Object.entries(contract.collections).map(([name, definition]) =>
    compileCollection(name, definition, schemas.collections[name] as SchemaData),
  );
  return { contract, name: contract.name, collections, methods, effects, events };
}

function compileCollection(
  name: string,
  definition: CollectionDefinition,
  schema: SchemaData,
): CompiledCollection {
  const indexes: CompiledIndex[] = Object.entries(definition.indexes).map(([index, { field }]) => ({
    name: index,
    field,
  }));
  if (definition.listed) indexes.push({ name: LISTED_INDEX, field: undefined });
  return {
    name,
    test: compileTest(schema),
    holdsBytes: holdsBytes(schema),
    listed: definition.listed,
    indexes,
    dropIndexes: indexes,
    rebuild: false,
  };
}

/**
 * The contract as its own migration sees it: what it overwrites was indexed as the version before
 * declared, unless an earlier step has already treated it.
 */
export function compileMigration(next: CompiledContract, old: CompiledContract): CompiledContract {
  const collections = next.collections.map((collection) => {
    const before = old.collections.find(({ name }) => name === collection.name);
    const known = new Set(collection.indexes.map(({ name, field }) => `${name} ${field ?? ''}`));
    const others = (before?.indexes ?? []).filter(
      ({ name, field }) => !known.has(`${name} ${field ?? ''}`),
    );
    return { ...collection, dropIndexes: [...collection.indexes, ...others], rebuild: true };
  });
  return { ...next, collections };
}
