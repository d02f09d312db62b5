import { encodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import type { HashName } from '@hefu/crypto/hash';
import type { IndexDefinition } from './collection.ts';
import type { Contract, MethodDefinition } from './definitions.ts';
import type { Policy } from './policy.ts';
import type { Readers } from './readers.ts';
import type { SchemaData } from './schema/data.ts';
import { extractSchema } from './schema/extract.ts';
import { schemasOf } from './schemas-of.ts';

/** What a contract is, without its code: plain data, for people, forms, clients and the gate. */
export interface Manifest {
  readonly format: 'hefu-contract/1';
  readonly name: string;
  readonly version: number;
  readonly collections: Readonly<Record<string, CollectionManifest>>;
  readonly events: Readonly<
    Record<string, { readonly data: SchemaData; readonly readers: Readers }>
  >;
  readonly methods: Readonly<Record<string, MethodManifest>>;
  readonly effects: Readonly<Record<string, { readonly args: SchemaData }>>;
  /** Code and sentence. */
  readonly refusals: Readonly<Record<string, string>>;
  /** The version it takes over from; null when it begins anew. */
  readonly migratesFrom: number | null;
}

export interface CollectionManifest {
  readonly value: SchemaData;
  readonly readers: Readers;
  readonly indexes: Readonly<Record<string, IndexDefinition>>;
  readonly listed: boolean;
}

export interface MethodManifest {
  readonly args: SchemaData;
  readonly output: SchemaData | null;
  readonly policy: Policy;
  readonly readers: Readers;
  readonly summary: string;
  readonly attachment: AttachmentManifest | null;
}

export interface AttachmentManifest {
  readonly field: string;
  readonly items: {
    readonly root: string;
    readonly count: string;
    readonly schema: SchemaData;
  } | null;
}

/** The contract as data. */
export function manifestOf(contract: Contract): Manifest {
  const schemas = schemasOf(contract);
  return {
    format: 'hefu-contract/1',
    name: contract.name,
    version: contract.version,
    collections: mapEntries(contract.collections, ({ readers, indexes, listed }, key) => ({
      value: schemas.collections[key] as SchemaData,
      readers,
      indexes,
      listed,
    })),
    events: mapEntries(contract.events, ({ readers }, key) => ({
      data: schemas.events[key] as SchemaData,
      readers,
    })),
    methods: mapEntries(contract.methods, (method, key) => ({
      args: schemas.methods[key]?.args as SchemaData,
      output: schemas.methods[key]?.output ?? null,
      policy: method.policy,
      readers: method.readers ?? { kind: 'consortium' },
      summary: method.summary ?? '',
      attachment: attachmentOf(method, `${contract.name}.${key}`),
    })),
    effects: mapEntries(contract.effects, (_, key) => ({
      args: schemas.effects[key] as SchemaData,
    })),
    refusals: contract.refusals,
    migratesFrom: contract.migrate?.from ?? null,
  };
}

/** Digest of the manifest's deterministic CBOR. */
export function manifestDigest(hashName: HashName, manifest: Manifest): Uint8Array {
  return hash(hashName, encodeCbor(manifest as unknown as CborValue));
}

function attachmentOf(method: MethodDefinition, place: string): AttachmentManifest | null {
  if (method.attachment === undefined) return null;
  const { field, items } = method.attachment;
  if (items === undefined) return { field, items: null };
  const schema = extractSchema(items.schema, `${place} items`);
  return { field, items: { root: items.root, count: items.count, schema } };
}

function mapEntries<T, R>(
  values: Readonly<Record<string, T>>,
  change: (value: T, key: string) => R,
): Readonly<Record<string, R>> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, change(value, key)]),
  );
}
