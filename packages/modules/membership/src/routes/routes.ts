import { route } from '@hefu/contract';
import type { RouteDefinition } from '@hefu/contract';
import { text } from '@hefu/contract/schema';
import { z } from 'zod';
import {
  keyViewSchema,
  memberPageSchema,
  memberWithKeysSchema,
  organisationPageSchema,
  organisationViewSchema,
} from '../schemas/views.ts';
import { pageOf, pageQuery } from './page.ts';
import { certificateRoutes } from './certificate-routes.ts';
import { proposalRoutes } from './proposal-routes.ts';
import {
  KEY_COLUMNS,
  keyView,
  MEMBER_COLUMNS,
  memberView,
  ORGANISATION_COLUMNS,
  organisationView,
} from './rows.ts';

/** Keys that a member's page shows at most: all that a member may have had. */
const KEYS_SHOWN_MAX = 256;

const listMembers = route({
  method: 'GET',
  path: '/v1/members',
  summary: 'Members, by id; of one organisation or with one role if asked.',
  query: z.strictObject({
    ...pageQuery,
    organisation: text.organisationId().optional(),
    role: z.string().max(40).optional(),
  }),
  response: memberPageSchema,
  async handler(context, { query }) {
    const { limit, cursor = '', organisation, role } = query;
    const conditions = ['id > ?'];
    const values: (string | number)[] = [cursor];
    if (organisation !== undefined) {
      conditions.push('organisation = ?');
      values.push(organisation);
    }
    if (role !== undefined) {
      conditions.push('id in (select member from membership_roles where role = ?)');
      values.push(role);
    }
    const rows = await context.query(
      `select ${MEMBER_COLUMNS} from membership_members
        where ${conditions.join(' and ')} order by id limit ?`,
      [...values, limit + 1],
    );
    return pageOf(rows, limit, (row) => memberView(row, context.height));
  },
});

const readMember = route({
  method: 'GET',
  path: '/v1/members/{organisation}/{name}',
  summary: 'One member, with all its keys.',
  params: z.strictObject({ organisation: text.organisationId(), name: text.memberName() }),
  response: memberWithKeysSchema,
  problems: { 'member-not-found': { status: 404, title: 'There is no such member.' } },
  async handler(context, { params }) {
    const id = `${params.organisation}/${params.name}`;
    const [row] = await context.query(
      `select ${MEMBER_COLUMNS} from membership_members where id = ?`,
      [id],
    );
    if (row === undefined) return context.problem('member-not-found', { member: id });
    const keys = await context.query(
      `select ${KEY_COLUMNS} from membership_keys where member = ? order by active_from, id limit ?`,
      [id, KEYS_SHOWN_MAX],
    );
    return {
      ...memberView(row, context.height),
      keys: keys.map((key) => keyView(key, context.height)),
    };
  },
});

const listOrganisations = route({
  method: 'GET',
  path: '/v1/organisations',
  summary: 'Organisations, by id.',
  query: z.strictObject(pageQuery),
  response: organisationPageSchema,
  async handler(context, { query: { limit, cursor = '' } }) {
    const rows = await context.query(
      `select ${ORGANISATION_COLUMNS} from membership_organisations
        where id > ? order by id limit ?`,
      [cursor, limit + 1],
    );
    return pageOf(rows, limit, (row) => organisationView(row, context.height));
  },
});

const readOrganisation = route({
  method: 'GET',
  path: '/v1/organisations/{id}',
  summary: 'One organisation.',
  params: z.strictObject({ id: text.organisationId() }),
  response: organisationViewSchema,
  problems: { 'organisation-not-found': { status: 404, title: 'There is no such organisation.' } },
  async handler(context, { params: { id } }) {
    const [row] = await context.query(
      `select ${ORGANISATION_COLUMNS} from membership_organisations where id = ?`,
      [id],
    );
    if (row === undefined) return context.problem('organisation-not-found', { organisation: id });
    return organisationView(row, context.height);
  },
});

const readKey = route({
  method: 'GET',
  path: '/v1/keys/{id}',
  summary: 'One key, by its id in hex.',
  params: z.strictObject({ id: text.hex32() }),
  response: keyViewSchema,
  problems: { 'key-not-found': { status: 404, title: 'There is no such key.' } },
  async handler(context, { params: { id } }) {
    const [row] = await context.query(`select ${KEY_COLUMNS} from membership_keys where id = ?`, [
      id,
    ]);
    if (row === undefined) return context.problem('key-not-found', { key: id });
    return keyView(row, context.height);
  },
});

export const membershipRoutes: readonly RouteDefinition[] = [
  listMembers,
  readMember,
  listOrganisations,
  readOrganisation,
  readKey,
  ...certificateRoutes,
  ...proposalRoutes,
];
