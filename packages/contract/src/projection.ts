import type { CborValue } from '@hefu/bytes';

/** A SQL table kept from events: what `readmodel` runs. Only what SQLite and PostgreSQL share. */
export interface ProjectionDefinition {
  readonly name: string;
  /** Another number means: drop the tables and build them again. */
  readonly version: number;
  /** One statement each (`create table …`, `create index …`), in order. */
  readonly tables: readonly string[];
  /** Handlers by `contract/event`. Each runs in the transaction of its block. */
  readonly on: Readonly<
    Record<string, (event: ProjectionEvent, database: ProjectionDatabase) => Promise<void>>
  >;
}

/** An event as it stands in the log. */
export interface ProjectionEvent {
  readonly contract: string;
  readonly name: string;
  readonly data: CborValue;
  readonly height: number;
  /** Place of the statement within its block. */
  readonly index: number;
  /** The block's time, milliseconds UTC. */
  readonly time: number;
  /** Hex; of the effect's digest when the event comes from a due effect; empty in the genesis. */
  readonly statementId: string;
  /** Who signed; absent in the genesis and in due effects. */
  readonly signer?: { readonly member: string; readonly organisation: string };
  /** What travelled beside the statement, by digest; undefined when it is not here (yet). */
  attachment?(digest: Uint8Array): Promise<Uint8Array | undefined>;
}

export type SqlValue = string | number | bigint | null | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Parameters stand as `?` in the text. */
export interface ProjectionDatabase {
  run(sql: string, parameters?: readonly SqlValue[]): Promise<void>;
  /** The same statement for many rows of parameters. */
  runMany(sql: string, rows: readonly (readonly SqlValue[])[]): Promise<void>;
  all(sql: string, parameters?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
}

/** Declares a projection. */
export function projection(definition: ProjectionDefinition): ProjectionDefinition {
  return Object.freeze({ ...definition });
}
