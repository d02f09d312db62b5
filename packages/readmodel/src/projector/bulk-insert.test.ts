// Goal: only plain inserts are widened, and widened ones mean the same. Method: a table of statements, and SQLite's own
// opinion of the widened text.
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { bulkInsertOf } from './bulk-insert.ts';

describe('bulkInsertOf', () => {
  it('widens plain inserts, with what follows the row', () => {
    const database = new DatabaseSync(':memory:');
    database.exec('create table t (a integer primary key, b text)');
    for (const sql of [
      'insert into t values (?, ?)',
      'INSERT INTO t (a, b)\n  VALUES ( ?,? ) ',
      'insert into t (a, b) values (?, ?) on conflict (a) do update set b = excluded.b',
      'insert or ignore into t values (?, ?)',
    ]) {
      const bulk = bulkInsertOf(sql);
      expect(bulk?.width, sql).toBe(2);
      const rows = Array.from({ length: bulk?.rows ?? 0 }, (_, index) => [index, `b${index}`]);
      database.exec('delete from t');
      database.prepare(bulk?.sql ?? '').run(...rows.flat());
      const stored = database.prepare('select a, b from t order by a').all();
      expect(stored.map((row) => Object.values(row))).toEqual(rows);
    }
    database.close();
  });

  it('leaves every other statement alone', () => {
    for (const sql of [
      'update t set a = ?',
      'insert into t select ?, ?',
      'insert into t values (?, 1)',
      'insert into t values (?, lower(?))',
      'insert into t values (?), (?)',
      'insert into t values (?) on conflict (a) do update set b = ?',
      "insert into t values ('values (?)')",
      `insert into t values (${Array.from({ length: 300 }, () => '?').join(', ')})`,
      'delete from t where a = ?',
    ]) {
      expect(bulkInsertOf(sql), sql).toBeUndefined();
    }
  });
});
