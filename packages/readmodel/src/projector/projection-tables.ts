import type { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../errors.ts';
import { isEnvironmentFailure } from '../sqlite.ts';
import type { NamedProjection } from './load-modules.ts';

/** Height of a projection that has not seen the genesis. */
export const BEFORE_GENESIS = -1;

interface StoredProjection {
  readonly name: string;
  readonly version: number;
  readonly definition: string;
  readonly objects: string;
  readonly height: number;
}

/** A table or view as SQLite's schema names it. */
interface SchemaObject {
  readonly type: string;
  readonly name: string;
}

export interface PreparedProjection {
  readonly height: number;
  /** Why its tables could not be made. */
  readonly failure?: string;
}

/**
 * Makes the tables agree with the projections: those of a projection that is gone, has another version or other tables
 * are dropped, and what is missing is made empty. Gives each projection's height. One transaction for each projection.
 */
export function prepareTables(
  database: DatabaseSync,
  projections: readonly NamedProjection[],
): ReadonlyMap<string, PreparedProjection> {
  const names = new Set(projections.map(({ name }) => name));
  for (const stored of readStored(database)) {
    if (!names.has(stored.name)) transact(database, () => dropProjection(database, stored.name));
  }
  const stored = new Map(readStored(database).map((row) => [row.name, row]));
  const prepared = new Map<string, PreparedProjection>();
  // All drops before any table is made: a table may have moved from one projection to another.
  for (const projection of projections) {
    const row = stored.get(projection.name);
    if (row !== undefined && isCurrent(row, projection)) {
      prepared.set(projection.name, { height: row.height });
    } else {
      transact(database, () => dropProjection(database, projection.name));
    }
  }
  for (const projection of projections) {
    if (!prepared.has(projection.name)) {
      prepared.set(projection.name, makeTables(database, projection));
    }
  }
  return prepared;
}

/** Makes the tables of one projection anew, without rows. */
export function makeTables(
  database: DatabaseSync,
  { name, module, definition }: NamedProjection,
): PreparedProjection {
  try {
    transact(database, () => {
      dropProjection(database, name);
      const before = new Set(schemaObjects(database).map((object) => object.name));
      for (const statement of definition.tables) database.exec(statement);
      const made = schemaObjects(database).filter((object) => !before.has(object.name));
      database
        .prepare('insert into hefu_projections values (?, ?, ?, ?, ?, ?)')
        .run(
          name,
          module,
          definition.version,
          definitionText(definition.tables),
          JSON.stringify(made),
          BEFORE_GENESIS,
        );
    });
    return { height: BEFORE_GENESIS };
  } catch (error) {
    if (isEnvironmentFailure(error)) throw error;
    return { height: BEFORE_GENESIS, failure: messageOf(error) };
  }
}

/** Runs `action` in a transaction, rolled back when it throws. */
function transact(database: DatabaseSync, action: () => void): void {
  database.exec('begin immediate');
  try {
    action();
    database.exec('commit');
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}

function dropProjection(database: DatabaseSync, name: string): void {
  const row = database.prepare('select objects from hefu_projections where name = ?').get(name) as
    | Pick<StoredProjection, 'objects'>
    | undefined;
  if (row === undefined) return;
  for (const object of JSON.parse(row.objects) as SchemaObject[]) {
    const type = object.type === 'view' ? 'view' : 'table';
    database.exec(`drop ${type} if exists "${object.name.replaceAll('"', '""')}"`);
  }
  database.prepare('delete from hefu_projections where name = ?').run(name);
}

/** Tables and views; indexes and triggers go with their tables. */
function schemaObjects(database: DatabaseSync): SchemaObject[] {
  return database
    .prepare("select type, name from sqlite_schema where type in ('table', 'view')")
    .all() as unknown as SchemaObject[];
}

function readStored(database: DatabaseSync): StoredProjection[] {
  return database
    .prepare('select name, version, definition, objects, height from hefu_projections')
    .all() as unknown as StoredProjection[];
}

function isCurrent(row: StoredProjection, { definition }: NamedProjection): boolean {
  return row.version === definition.version && row.definition === definitionText(definition.tables);
}

/** The tables' text counts as well as the version, so that a forgotten new number does not leave old columns. */
function definitionText(tables: readonly string[]): string {
  return tables.join(';\n');
}
