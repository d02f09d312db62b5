import { projection } from '@hefu/contract';
import type { ErasureRecord, GrantRecord } from '../args.ts';

/**
 * Tables of the sharing read model, in SQL that SQLite and PostgreSQL share. `number` is the place of a grant among all grants, of
 * an erasure among all erasures; `readers` is a JSON array of organisations, for the gate.
 */
const TABLES: readonly string[] = [
  `create table sharing_grants (
    id text primary key,
    number bigint not null unique,
    object text not null,
    granter text not null,
    grantee text not null,
    ends bigint,
    readers text not null,
    made_by text not null,
    made_time bigint not null,
    made_height bigint not null,
    revoked_by text,
    revoked_time bigint,
    revoked_height bigint
  )`,
  'create index sharing_grants_object on sharing_grants (object, number)',
  'create index sharing_grants_granter on sharing_grants (granter, number)',
  'create index sharing_grants_grantee on sharing_grants (grantee, number)',
  `create table sharing_erasures (
    organisation text not null,
    object text not null,
    number bigint not null unique,
    statement text not null,
    readers text not null,
    made_by text not null,
    made_time bigint not null,
    made_height bigint not null,
    primary key (organisation, object)
  )`,
];

/** Keeps grants and erasures so that they can be listed. */
export const sharingProjection = projection({
  name: 'sharing',
  version: 1,
  tables: TABLES,
  on: {
    'sharing/granted': async ({ data }, database) => {
      // The host has checked the event's data against its schema before it was emitted.
      const { grant, object, granter, grantee, until, readers, by, time, height } =
        data as unknown as GrantRecord & { readonly grant: string };
      await database.run(
        `insert into sharing_grants (id, number, object, granter, grantee, ends, readers, made_by, made_time, made_height)
          select ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?, ?, ?, ?, ? from sharing_grants`,
        [grant, object, granter, grantee, until ?? null, JSON.stringify(readers), by, time, height],
      );
    },
    'sharing/revoked': async ({ data }, database) => {
      const { grant, revoked } = data as unknown as GrantRecord & { readonly grant: string };
      if (revoked === undefined) return;
      await database.run(
        `update sharing_grants set revoked_by = ?, revoked_time = ?, revoked_height = ? where id = ?`,
        [revoked.by, revoked.time, revoked.height, grant],
      );
    },
    'sharing/erased': async ({ data, statementId }, database) => {
      const { object, organisation, readers, by, time, height } = data as unknown as ErasureRecord;
      await database.run(
        `insert into sharing_erasures (organisation, object, number, statement, readers, made_by, made_time, made_height)
          select ?, ?, coalesce(max(number), 0) + 1, ?, ?, ?, ?, ? from sharing_erasures`,
        [organisation, object, statementId, JSON.stringify(readers), by, time, height],
      );
    },
  },
});
