/**
 * A schema as plain data: what a manifest carries and every host compiles. A closed language: there
 * is no code in it, no reference, and every text, array, record and byte string has a bound.
 */
export type SchemaData =
  | StringSchema
  | IntegerSchema
  | { readonly type: 'boolean' }
  | { readonly type: 'null' }
  | BytesSchema
  | LiteralSchema
  | ArraySchema
  | TupleSchema
  | RecordSchema
  | ObjectSchema
  | UnionSchema
  | NullableSchema;

/** Lengths are in UTF-16 code units, as every JavaScript engine counts them. */
export interface StringSchema {
  readonly type: 'string';
  readonly min: number;
  readonly max: number;
  /** A name of `textFormats`. */
  readonly format?: string;
}

/** A safe integer, bounds included. */
export interface IntegerSchema {
  readonly type: 'integer';
  readonly min: number;
  readonly max: number;
}

export interface BytesSchema {
  readonly type: 'bytes';
  readonly min: number;
  readonly max: number;
}

/** One of these values; an enumeration is a literal of texts. */
export interface LiteralSchema {
  readonly type: 'literal';
  readonly values: readonly LiteralValue[];
}
export type LiteralValue = string | number | boolean | null;

export interface ArraySchema {
  readonly type: 'array';
  readonly item: SchemaData;
  readonly min: number;
  readonly max: number;
}

export interface TupleSchema {
  readonly type: 'tuple';
  readonly items: readonly SchemaData[];
}

/** A map from texts to values, with at most `max` fields. */
export interface RecordSchema {
  readonly type: 'record';
  readonly key: StringSchema;
  readonly value: SchemaData;
  readonly max: number;
}

/** Exactly these fields; those in `optional` may be absent. */
export interface ObjectSchema {
  readonly type: 'object';
  readonly fields: Readonly<Record<string, SchemaData>>;
  readonly optional: readonly string[];
}

/** The first option that fits; with a discriminator, the one whose literal it holds. */
export interface UnionSchema {
  readonly type: 'union';
  readonly options: readonly SchemaData[];
  readonly discriminator?: string;
}

export interface NullableSchema {
  readonly type: 'nullable';
  readonly inner: SchemaData;
}

/** Nesting of a schema; below what the CBOR decoder allows for values. */
export const SCHEMA_DEPTH_MAX = 16;
/** Nodes of one schema. */
export const SCHEMA_NODES_MAX = 2000;
/** Fields of one object. */
export const SCHEMA_FIELDS_MAX = 64;
/** Largest bound that a text may have, in code units: what a statement can hold. */
export const STRING_LENGTH_MAX = 65_536;
/** Largest bound of an array or a record. */
export const ITEMS_MAX = 4096;
/** Largest bound of a byte string. */
export const BYTES_MAX = 65_536;
