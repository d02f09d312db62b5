import { route } from '@hefu/contract';
import type { RouteDefinition, SqlRow } from '@hefu/contract';
import { text } from '@hefu/contract/schema';
import { z } from 'zod';
import {
  authorityPageSchema,
  authorityViewSchema,
  certificatePageSchema,
  certificateViewSchema,
} from '../schemas/certificate-views.ts';
import type { AuthorityView, CertificateView } from '../schemas/certificate-views.ts';
import { pageOf, pageQuery } from './page.ts';
import { counts, integerOf, intervalsOf, textOf } from './rows.ts';

const AUTHORITY_COLUMNS = 'digest, organisation, certificate, not_before, not_after, active';
const CERTIFICATE_COLUMNS = 'id, member, authority, key, not_before, not_after, active, ended';

const listAuthorities = route({
  method: 'GET',
  path: '/v1/organisations/{id}/authorities',
  summary: 'The certificate authorities that an organisation has registered.',
  params: z.strictObject({ id: text.organisationId() }),
  query: z.strictObject(pageQuery),
  response: authorityPageSchema,
  async handler(context, { params: { id }, query: { limit, cursor = '' } }) {
    const rows = await context.query(
      `select ${AUTHORITY_COLUMNS} from membership_authorities
        where organisation = ? and digest > ? order by digest limit ?`,
      [id, cursor, limit + 1],
    );
    return pageOf(rows, limit, (row) => authorityView(row, context.height));
  },
});

const readAuthority = route({
  method: 'GET',
  path: '/v1/organisations/{id}/authorities/{digest}',
  summary: 'One certificate authority of an organisation.',
  params: z.strictObject({ id: text.organisationId(), digest: text.hex32() }),
  response: authorityViewSchema,
  problems: {
    'authority-not-found': { status: 404, title: 'There is no such certificate authority.' },
  },
  async handler(context, { params: { id, digest } }) {
    const [row] = await context.query(
      `select ${AUTHORITY_COLUMNS} from membership_authorities where id = ?`,
      [`${id}/${digest}`],
    );
    if (row === undefined) return context.problem('authority-not-found', { authority: digest });
    return authorityView(row, context.height);
  },
});

const listCertificates = route({
  method: 'GET',
  path: '/v1/certificates',
  summary: 'Enrolled certificates, by id; of one member or one key if asked.',
  query: z.strictObject({
    ...pageQuery,
    member: text.memberId().optional(),
    key: text.hex32().optional(),
  }),
  response: certificatePageSchema,
  async handler(context, { query: { limit, cursor = '', member, key } }) {
    const conditions = ['id > ?'];
    const values: (string | number)[] = [cursor];
    for (const [column, value] of [
      ['member', member],
      ['key', key],
    ] as const) {
      if (value === undefined) continue;
      conditions.push(`${column} = ?`);
      values.push(value);
    }
    const rows = await context.query(
      `select ${CERTIFICATE_COLUMNS} from membership_certificates
        where ${conditions.join(' and ')} order by id limit ?`,
      [...values, limit + 1],
    );
    return pageOf(rows, limit, (row) => certificateView(row, context.height));
  },
});

const readCertificate = route({
  method: 'GET',
  path: '/v1/certificates/{id}',
  summary: 'One enrolled certificate.',
  params: z.strictObject({ id: text.hex32() }),
  response: certificateViewSchema,
  problems: { 'certificate-not-found': { status: 404, title: 'There is no such certificate.' } },
  async handler(context, { params: { id } }) {
    const [row] = await context.query(
      `select ${CERTIFICATE_COLUMNS} from membership_certificates where id = ?`,
      [id],
    );
    if (row === undefined) return context.problem('certificate-not-found', { certificate: id });
    return certificateView(row, context.height);
  },
});

export const certificateRoutes: readonly RouteDefinition[] = [
  listAuthorities,
  readAuthority,
  listCertificates,
  readCertificate,
];

function authorityView(row: SqlRow, height: number): AuthorityView {
  const active = intervalsOf(row);
  return {
    id: textOf(row, 'digest'),
    organisation: textOf(row, 'organisation'),
    certificate: textOf(row, 'certificate'),
    notBefore: integerOf(row, 'not_before'),
    notAfter: integerOf(row, 'not_after'),
    status: counts(active, height + 1) ? 'active' : 'closed',
    active,
  };
}

function certificateView(row: SqlRow, height: number): CertificateView {
  const active = intervalsOf(row);
  const ended = row['ended'];
  return {
    id: textOf(row, 'id'),
    member: textOf(row, 'member'),
    authority: textOf(row, 'authority'),
    key: textOf(row, 'key'),
    notBefore: integerOf(row, 'not_before'),
    notAfter: integerOf(row, 'not_after'),
    status: counts(active, height + 1) ? 'active' : 'closed',
    ended: typeof ended === 'string' ? (ended as CertificateView['ended']) : null,
    active,
  };
}
