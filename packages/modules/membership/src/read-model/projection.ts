import { toBase64Url } from '@hefu/bytes';
import { projection } from '@hefu/contract';
import type { ProjectionDatabase, ProjectionDefinition, ProjectionEvent } from '@hefu/contract';
import type { Intervals, KeyValue, MemberValue } from '../schemas/records.ts';
import { CERTIFICATE_HANDLERS, CERTIFICATE_TABLES } from './certificates.ts';
import { PROPOSAL_HANDLERS, PROPOSAL_TABLES } from './proposals.ts';

/** Standing as tables hold it: the intervals as JSON, and the last one's ends to ask by. */
function standing(active: Intervals): readonly [string, number | null, number | null] {
  const last = active.at(-1);
  return [JSON.stringify(active), last?.[0] ?? null, last?.[1] ?? null];
}

interface OrganisationAdded {
  readonly organisation: string;
  readonly name: string;
  readonly active: Intervals;
}
type MemberAdded = MemberValue & { readonly member: string };
type KeyAdded = KeyValue & { readonly key: string };

type Handler = (event: ProjectionEvent, database: ProjectionDatabase) => Promise<void>;

/** Changes the standing of the row that the event's field `field` names. */
function standingChanged(table: string, field: 'organisation' | 'member' | 'key'): Handler {
  return async (event, database) => {
    const data = event.data as { readonly [name: string]: unknown; readonly active: Intervals };
    const id = data[field] as string;
    await database.run(
      `update ${table} set active = ?, active_from = ?, active_to = ? where id = ?`,
      [...standing(data.active), id],
    );
  };
}

async function replaceRoles(
  database: ProjectionDatabase,
  member: string,
  roles: readonly string[],
): Promise<void> {
  await database.run('delete from membership_roles where member = ?', [member]);
  const rows = roles.map((role) => [role, member]);
  if (rows.length === 0) return;
  await database.runMany('insert into membership_roles (role, member) values (?, ?)', rows);
}

/** Organisations, members and keys with the heights in which they count. */
export const membershipProjection: ProjectionDefinition = projection({
  name: 'membership',
  version: 3,
  tables: [
    `create table membership_organisations (
      id text primary key, name text not null,
      active text not null, active_from bigint, active_to bigint)`,
    `create table membership_members (
      id text primary key, organisation text not null, kind text not null, roles text not null,
      active text not null, active_from bigint, active_to bigint)`,
    `create index membership_members_organisation
      on membership_members (organisation, id)`,
    `create table membership_roles (
      role text not null, member text not null, primary key (role, member))`,
    `create table membership_keys (
      id text primary key, member text not null, algorithm text not null,
      public_key text not null, purpose text not null,
      active text not null, active_from bigint, active_to bigint)`,
    `create index membership_keys_member on membership_keys (member, id)`,
    ...CERTIFICATE_TABLES,
    ...PROPOSAL_TABLES,
  ],
  on: {
    ...CERTIFICATE_HANDLERS,
    ...PROPOSAL_HANDLERS,
    'membership/organisationAdded': async (event, database) => {
      const { organisation, name, active } = event.data as unknown as OrganisationAdded;
      await database.run(
        `insert into membership_organisations (id, name, active, active_from, active_to)
          values (?, ?, ?, ?, ?)`,
        [organisation, name, ...standing(active)],
      );
    },
    'membership/organisationRenamed': async (event, database) => {
      const { organisation, name } = event.data as unknown as OrganisationAdded;
      await database.run('update membership_organisations set name = ? where id = ?', [
        name,
        organisation,
      ]);
    },
    'membership/organisationSuspended': standingChanged('membership_organisations', 'organisation'),
    'membership/organisationRemoved': standingChanged('membership_organisations', 'organisation'),
    'membership/organisationReinstated': standingChanged(
      'membership_organisations',
      'organisation',
    ),
    'membership/memberAdded': async (event, database) => {
      const { member, organisation, kind, roles, active } = event.data as unknown as MemberAdded;
      await database.run(
        `insert into membership_members
          (id, organisation, kind, roles, active, active_from, active_to)
          values (?, ?, ?, ?, ?, ?, ?)`,
        [member, organisation, kind, JSON.stringify(roles), ...standing(active)],
      );
      await replaceRoles(database, member, roles);
    },
    'membership/rolesChanged': async (event, database) => {
      const { member, roles } = event.data as unknown as MemberAdded;
      await database.run('update membership_members set roles = ? where id = ?', [
        JSON.stringify(roles),
        member,
      ]);
      await replaceRoles(database, member, roles);
    },
    'membership/memberSuspended': standingChanged('membership_members', 'member'),
    'membership/memberReinstated': standingChanged('membership_members', 'member'),
    'membership/keyAdded': async (event, database) => {
      const { key, member, algorithm, publicKey, purpose, active } =
        event.data as unknown as KeyAdded;
      await database.run(
        `insert into membership_keys
          (id, member, algorithm, public_key, purpose, active, active_from, active_to)
          values (?, ?, ?, ?, ?, ?, ?, ?)`,
        [key, member, algorithm, toBase64Url(publicKey), purpose, ...standing(active)],
      );
    },
    'membership/keyClosed': standingChanged('membership_keys', 'key'),
  },
});
