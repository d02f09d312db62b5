// A thread that answers queries over a read-only connection, one at a time.
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { SqlRow } from '@hefu/contract';
import { messageOf, ReadModelError } from '../errors.ts';
import { ROWS_PER_LOOK } from '../limits.ts';
import type { QueryReply, QueryRequest, QueryThreadData } from '../messages.ts';
import { readRows, Statements } from '../sqlite.ts';

/** How long to wait for a lock that the writer's opening or a checkpoint holds, in milliseconds. */
const BUSY_MAX_MS = 5000;

const port = parentPort;
if (port === null) throw new Error('this file is the main file of a thread');

const { file, givenUp } = workerData as QueryThreadData;
const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MAX_MS });
const statements = new Statements(database);

port.on('message', (request: QueryRequest | 'close') => {
  if (request === 'close') {
    database.close();
    port.close();
    return;
  }
  port.postMessage(reply(request), []);
});

function reply(request: QueryRequest): QueryReply {
  const { id } = request;
  try {
    return { id, ok: true, ...answer(request) };
  } catch (error) {
    const code = error instanceof ReadModelError ? error.code : 'query-failed';
    return { id, ok: false, code, message: messageOf(error) };
  }
}

/** The rows and the height at which they are true, both from one view of the database. */
function answer(request: QueryRequest): { height: number; rows: SqlRow[] } {
  database.exec('begin');
  try {
    const height = heightOf(request.module);
    const rows = readRows(statements.get(request.sql), request.parameters, (count) => {
      look(request, count);
    });
    return { height, rows };
  } finally {
    if (database.isTransaction) database.exec('rollback');
  }
}

function look({ id, rowsMax }: QueryRequest, count: number): void {
  if (count > rowsMax) {
    throw new ReadModelError('query-too-large', `a query gives at most ${rowsMax} rows`);
  }
  if (count % ROWS_PER_LOOK === 0 && Atomics.load(givenUp, 0) === id) {
    throw new ReadModelError('query-aborted', 'the query was given up');
  }
}

function heightOf(module: string | undefined): number {
  const row =
    module === undefined
      ? statements.get('select min(height) as height from hefu_projections').get()
      : statements
          .get('select min(height) as height from hefu_projections where module = ?')
          .get(module);
  const height = row?.['height'];
  return typeof height === 'number' ? height : -1;
}
