import { route } from '@hefu/contract';
import type { RouteDefinition, SqlRow, SqlValue, Viewer } from '@hefu/contract';
import { text } from '@hefu/contract/schema';
import { z } from 'zod';
import { erasurePageSchema, GRANT_STATES, grantPageSchema, grantViewSchema } from '../views.ts';
import type { ErasureView, GrantView } from '../views.ts';

/** Entries of a page when the query does not say, and at the most. */
const PAGE_DEFAULT = 50;
const PAGE_MAX = 200;

/** Where a page goes on: the number of the last entry before. */
const POSITION = /^[0-9]{1,15}$/;

const pageQuery = {
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
  cursor: z.string().regex(POSITION).optional(),
};

const NOT_FOUND = { status: 404, title: 'There is no such grant that you may read.' };

/** Part of a `where` clause with its parameters. */
interface Condition {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

/** An erasure joins its grant only for who may read it: else the grant would tell what the erasure must not. */
function grantsSql(viewer: Viewer, conditions: readonly Condition[]): Condition {
  const erasure = visibleTo(viewer, 'e');
  const all = [visibleTo(viewer, 'g'), ...conditions];
  return {
    sql: `select g.id as id, g.number as number, g.object as object, g.granter as granter, g.grantee as grantee,
        g.ends as ends, g.readers as readers, g.made_by as made_by, g.made_time as made_time,
        g.made_height as made_height, g.revoked_by as revoked_by, g.revoked_time as revoked_time,
        g.revoked_height as revoked_height, e.made_time as erased_time, e.made_height as erased_height
      from sharing_grants g left join sharing_erasures e
        on e.organisation = g.granter and e.object = g.object and ${erasure.sql}
      where ${all.map(({ sql }) => sql).join(' and ')}`,
    parameters: [...erasure.parameters, ...all.flatMap(({ parameters }) => parameters)],
  };
}

const STATE_CONDITIONS: Readonly<Record<GrantView['state'], string>> = {
  open: 'g.revoked_time is null and e.made_time is null',
  revoked: 'g.revoked_time is not null and e.made_time is null',
  erased: 'e.made_time is not null',
};

const listGrants = route({
  method: 'GET',
  path: '/v1/grants',
  summary: 'Grants of objects between organisations, newest first.',
  query: z.strictObject({
    ...pageQuery,
    object: text.hex32().optional(),
    granter: text.organisationId().optional(),
    grantee: text.organisationId().optional(),
    state: z.enum(GRANT_STATES).optional(),
    /** Only grants that have not ended by themselves at this time, milliseconds UTC. */
    at: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  }),
  response: grantPageSchema,
  async handler(context, { query }) {
    const { limit, cursor, object, granter, grantee, state, at } = query;
    const conditions: Condition[] = [];
    const add = (sql: string, ...parameters: SqlValue[]): void => {
      conditions.push({ sql, parameters });
    };
    if (cursor !== undefined) add('g.number < ?', Number(cursor));
    if (object !== undefined) add('g.object = ?', object);
    if (granter !== undefined) add('g.granter = ?', granter);
    if (grantee !== undefined) add('g.grantee = ?', grantee);
    if (at !== undefined) add('(g.ends is null or g.ends > ?)', at);
    if (state !== undefined) add(STATE_CONDITIONS[state]);
    const { sql, parameters } = grantsSql(context.viewer, conditions);
    const rows = await context.query(`${sql} order by g.number desc limit ?`, [
      ...parameters,
      limit + 1,
    ]);
    return pageOf(rows, limit, grantView);
  },
});

const readGrant = route({
  method: 'GET',
  path: '/v1/grants/{id}',
  summary: 'One grant.',
  params: z.strictObject({ id: text.hex32() }),
  response: grantViewSchema,
  problems: { 'grant-not-found': NOT_FOUND },
  async handler(context, { params: { id } }) {
    const { sql, parameters } = grantsSql(context.viewer, [{ sql: 'g.id = ?', parameters: [id] }]);
    const [row] = await context.query(sql, parameters);
    return row === undefined ? context.problem('grant-not-found', { grant: id }) : grantView(row);
  },
});

const listErasures = route({
  method: 'GET',
  path: '/v1/erasures',
  summary: 'Objects whose erasure their organisation has recorded, newest first.',
  query: z.strictObject({
    ...pageQuery,
    object: text.hex32().optional(),
    organisation: text.organisationId().optional(),
  }),
  response: erasurePageSchema,
  async handler(context, { query: { limit, cursor, object, organisation } }) {
    const conditions: Condition[] = [visibleTo(context.viewer, 'e')];
    const add = (sql: string, parameter: SqlValue): void => {
      conditions.push({ sql, parameters: [parameter] });
    };
    if (cursor !== undefined) add('e.number < ?', Number(cursor));
    if (object !== undefined) add('e.object = ?', object);
    if (organisation !== undefined) add('e.organisation = ?', organisation);
    const rows = await context.query(
      `select e.object as object, e.organisation as organisation, e.number as number, e.statement as statement,
          e.readers as readers,
          e.made_by as made_by, e.made_time as made_time, e.made_height as made_height
        from sharing_erasures e where ${conditions.map(({ sql }) => sql).join(' and ')}
        order by e.number desc limit ?`,
      [...conditions.flatMap(({ parameters }) => parameters), limit + 1],
    );
    return pageOf(rows, limit, erasureView);
  },
});

/** Addresses of the module. */
export const SHARING_ROUTES: readonly RouteDefinition[] = [listGrants, readGrant, listErasures];

/**
 * Rows of the table `alias` that the viewer may read, so that pages are full. The gate looks at each row again. Organisation ids
 * have no character that means anything to `like`.
 */
function visibleTo(viewer: Viewer, alias: 'g' | 'e'): Condition {
  switch (viewer.kind) {
    case 'node':
      return { sql: '1 = 1', parameters: [] };
    case 'public':
      return { sql: '1 = 0', parameters: [] };
    case 'organisation':
      return { sql: `${alias}.readers like ?`, parameters: [`%"${viewer.organisation}"%`] };
  }
}

/** Of `limit + 1` rows, the page and where the next one begins. */
function pageOf<T>(
  rows: readonly SqlRow[],
  limit: number,
  view: (row: SqlRow) => T,
): { items: T[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(view), nextCursor: last === undefined ? null : String(last['number']) };
}

function grantView(row: SqlRow): GrantView {
  const until = optionalNumber(row['ends']);
  const revoked = optionalNumber(row['revoked_time']);
  const erased = optionalNumber(row['erased_time']);
  return {
    id: String(row['id']),
    state: erased === undefined ? (revoked === undefined ? 'open' : 'revoked') : 'erased',
    object: String(row['object']),
    granter: String(row['granter']),
    grantee: String(row['grantee']),
    ...(until === undefined ? {} : { until }),
    ...madeOf(row),
    ...(revoked === undefined
      ? {}
      : {
          revoked: {
            by: String(row['revoked_by']),
            time: revoked,
            height: Number(row['revoked_height']),
          },
        }),
    ...(erased === undefined
      ? {}
      : { erased: { time: erased, height: Number(row['erased_height']) } }),
  };
}

function erasureView(row: SqlRow): ErasureView {
  return {
    statement: String(row['statement']),
    object: String(row['object']),
    organisation: String(row['organisation']),
    ...madeOf(row),
  };
}

function madeOf(row: SqlRow): Pick<ErasureView, 'readers' | 'by' | 'time' | 'height'> {
  return {
    readers: z.array(z.string()).parse(JSON.parse(String(row['readers']))),
    by: String(row['made_by']),
    time: Number(row['made_time']),
    height: Number(row['made_height']),
  };
}

function optionalNumber(value: SqlValue | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
