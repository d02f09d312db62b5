import type { CollectionDefinition } from './collection.ts';
import { LISTED_INDEX } from './collection.ts';
import type { Contract, MethodDefinition } from './definitions.ts';
import { KEY_BYTES_MAX } from './limits.ts';
import type { Policy } from './policy.ts';
import type { Readers } from './readers.ts';
import type { SchemaData, StringSchema } from './schema/data.ts';
import { extractSchema } from './schema/extract.ts';
import { textFormat } from './schema/formats.ts';
import { READERS_ORGANISATIONS_MAX } from './schema/helpers.ts';
import { schemasOf } from './schemas-of.ts';

/** Names of contracts, collections, indexes, methods, events, effects. */
const NAME = /^[a-z][a-zA-Z0-9-]{0,39}$/;
/** Refusal codes; with the contract's name and a slash they stay within an entry's 64 characters. */
const REFUSAL = /^[a-z][a-z0-9-]{0,39}$/;
/** Characters of a code in an entry. */
const CODE_LENGTH_MAX = 64;
/** Policies in a definition nest no deeper. */
const POLICY_DEPTH_MAX = 8;
/** UTF-8 bytes of one UTF-16 code unit, at the most. */
const UNIT_BYTES_MAX = 3;

/** Throws a TypeError that names the place of the first thing that a contract may not declare. */
export function checkContract(contract: Contract): void {
  const { name } = contract;
  checkName('contract', name);
  if (!Number.isSafeInteger(contract.version) || contract.version < 1) {
    throw new TypeError(`contract ${name}: version ${contract.version}`);
  }
  const migratesFrom = contract.migrate?.from;
  if (migratesFrom !== undefined && migratesFrom !== contract.version - 1) {
    throw new TypeError(`contract ${name}: version ${contract.version} migrates ${migratesFrom}`);
  }
  const schemas = schemasOf(contract);
  for (const [key, value] of Object.entries(contract.collections)) {
    checkCollection(`${name}/${key}`, key, value, schemas.collections[key] as SchemaData);
  }
  for (const [key, value] of Object.entries(contract.events)) {
    checkName(`${name} event`, key);
    checkReaders(`${name} event ${key}`, value.readers, schemas.events[key]);
  }
  for (const [key, value] of Object.entries(contract.methods)) {
    checkMethod(`${name}.${key}`, key, value, schemas.methods[key]?.args as SchemaData);
  }
  for (const key of Object.keys(contract.effects)) checkName(`${name} effect`, key);
  for (const code of Object.keys(contract.refusals)) checkRefusal(name, code);
}

function checkName(place: string, name: string): void {
  if (!NAME.test(name)) throw new TypeError(`${place}: the name ${JSON.stringify(name)}`);
}

function checkRefusal(contract: string, code: string): void {
  const tooLong = contract.length + 1 + code.length > CODE_LENGTH_MAX;
  if (tooLong || !REFUSAL.test(code)) throw new TypeError(`${contract}: the refusal ${code}`);
}

function checkCollection(
  place: string,
  name: string,
  collection: CollectionDefinition,
  schema: SchemaData,
): void {
  checkName(place, name);
  checkReaders(place, collection.readers, schema);
  for (const [index, { field }] of Object.entries(collection.indexes)) {
    if (index === LISTED_INDEX) throw new TypeError(`${place}: the index name ${index} is taken`);
    checkName(`${place} index`, index);
    const indexed = indexedText(fieldOf(schema, field));
    if (indexed === undefined) {
      throw new TypeError(`${place} index ${index}: ${field} is no text and no array of texts`);
    }
    const bytesMax = indexed.max * (isAscii(indexed) ? 1 : UNIT_BYTES_MAX);
    if (bytesMax > KEY_BYTES_MAX) {
      throw new TypeError(
        `${place} index ${index}: ${field} may take ${bytesMax} bytes, an index ${KEY_BYTES_MAX}`,
      );
    }
  }
}

function isAscii(schema: StringSchema): boolean {
  return schema.format !== undefined && textFormat(schema.format)?.ascii === true;
}

function fieldOf(schema: SchemaData | undefined, field: string): SchemaData | undefined {
  return schema?.type === 'object' && Object.hasOwn(schema.fields, field)
    ? schema.fields[field]
    : undefined;
}

function indexedText(schema: SchemaData | undefined): StringSchema | undefined {
  switch (schema?.type) {
    case 'string':
      return schema;
    case 'literal': {
      if (!schema.values.every((value) => typeof value === 'string' || value === null)) {
        return undefined;
      }
      const lengths = schema.values.map((value) => (typeof value === 'string' ? value.length : 0));
      return { type: 'string', min: 0, max: Math.max(...lengths) };
    }
    case 'nullable':
      return indexedText(schema.inner);
    case 'array':
      return schema.item.type === 'string' ? schema.item : undefined;
    default:
      return undefined;
  }
}

function checkReaders(place: string, declared: Readers, schema: SchemaData | undefined): void {
  if (declared.kind !== 'field') return;
  const field = fieldOf(schema, declared.field);
  if (field === undefined || !holdsReaders(field)) {
    throw new TypeError(
      `${place}: the readers field ${declared.field} must hold 'public', 'consortium' or ` +
        'organisation ids (readersSchema())',
    );
  }
}

function holdsReaders(schema: SchemaData): boolean {
  switch (schema.type) {
    case 'literal':
      return schema.values.every((value) => value === 'public' || value === 'consortium');
    case 'array':
      return schema.item.type === 'string' && schema.max <= READERS_ORGANISATIONS_MAX;
    case 'union':
      return schema.discriminator === undefined && schema.options.every(holdsReaders);
    default:
      return false;
  }
}

function checkMethod(
  place: string,
  name: string,
  method: MethodDefinition,
  args: SchemaData,
): void {
  checkName(place, name);
  if (args.type !== 'object') throw new TypeError(`${place}: args must be an object`);
  if (method.readers !== undefined) checkReaders(place, method.readers, args);
  checkPolicy(place, method.policy, POLICY_DEPTH_MAX);
  const { attachment } = method;
  if (attachment === undefined) return;
  const { items } = attachment;
  for (const field of [
    attachment.field,
    ...(items === undefined ? [] : [items.root, items.count]),
  ]) {
    if (fieldOf(args, field) === undefined) {
      throw new TypeError(`${place}: the attachment names ${field}, which args has not`);
    }
  }
  if (items !== undefined) extractSchema(items.schema, `${place} items`);
}

function checkPolicy(place: string, declared: Policy, depth: number): void {
  if (depth === 0) throw new TypeError(`${place}: the policy is nested too deeply`);
  switch (declared.kind) {
    case 'role':
      return requireSome(place, declared.roles);
    case 'organisation':
      return requireSome(place, declared.organisations);
    case 'contract':
      return requireSome(place, declared.contracts);
    case 'any':
    case 'all':
      requireSome(place, declared.of);
      for (const inner of declared.of) checkPolicy(place, inner, depth - 1);
      return;
    case 'nOf':
      if (!Number.isSafeInteger(declared.n) || declared.n < 1) {
        throw new TypeError(`${place}: a policy of ${declared.n} organisations`);
      }
      for (const inner of declared.of) checkPolicy(place, inner, depth - 1);
      return;
    default:
  }
}

function requireSome(place: string, list: readonly unknown[]): void {
  if (list.length === 0) throw new TypeError(`${place}: a policy with an empty list`);
}
