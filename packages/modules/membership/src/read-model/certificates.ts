import { toBase64Url } from '@hefu/bytes';
import type { ProjectionDatabase, ProjectionEvent } from '@hefu/contract';
import type { AuthorityValue, CertificateValue } from '../schemas/certificates.ts';
import type { Intervals } from '../schemas/records.ts';

type Handler = (event: ProjectionEvent, database: ProjectionDatabase) => Promise<void>;

/** Authorities, and the certificates enrolled by them. */
export const CERTIFICATE_TABLES: readonly string[] = [
  `create table membership_authorities (
    id text primary key, organisation text not null, digest text not null, certificate text not null,
    not_before bigint not null, not_after bigint not null, active text not null)`,
  `create index membership_authorities_organisation
    on membership_authorities (organisation, id)`,
  `create table membership_certificates (
    id text primary key, member text not null, authority text not null, key text not null,
    not_before bigint not null, not_after bigint not null,
    active text not null, active_to bigint, ended text)`,
  `create index membership_certificates_member on membership_certificates (member, id)`,
  `create index membership_certificates_key on membership_certificates (key, not_after)`,
];

type AuthorityAdded = AuthorityValue & { readonly authority: string };
type CertificateEnrolled = CertificateValue & { readonly certificate: string };

/** What events do to those tables. */
export const CERTIFICATE_HANDLERS: Readonly<Record<string, Handler>> = {
  'membership/authorityAdded': async (event, database) => {
    const { authority, organisation, certificate, notBefore, notAfter, active } =
      event.data as unknown as AuthorityAdded;
    const id = `${organisation}/${authority}`;
    await database.run('delete from membership_authorities where id = ?', [id]);
    await database.run(
      `insert into membership_authorities
        (id, organisation, digest, certificate, not_before, not_after, active)
        values (?, ?, ?, ?, ?, ?, ?)`,
      [
        id,
        organisation,
        authority,
        toBase64Url(certificate),
        notBefore,
        notAfter,
        JSON.stringify(active),
      ],
    );
  },
  'membership/authorityRemoved': async (event, database) => {
    const { authority, organisation, active } = event.data as unknown as {
      readonly authority: string;
      readonly organisation: string;
      readonly active: Intervals;
    };
    await database.run('update membership_authorities set active = ? where id = ?', [
      JSON.stringify(active),
      `${organisation}/${authority}`,
    ]);
  },
  'membership/certificateEnrolled': async (event, database) => {
    const { certificate, member, authority, key, notBefore, notAfter, active } =
      event.data as unknown as CertificateEnrolled;
    await database.run(
      `insert into membership_certificates
        (id, member, authority, key, not_before, not_after, active, active_to, ended)
        values (?, ?, ?, ?, ?, ?, ?, null, null)`,
      [certificate, member, authority, key, notBefore, notAfter, JSON.stringify(active)],
    );
  },
  'membership/certificateEnded': async (event, database) => {
    const { certificate, active, reason } = event.data as unknown as {
      readonly certificate: string;
      readonly active: Intervals;
      readonly reason: string;
    };
    await database.run(
      'update membership_certificates set active = ?, active_to = ?, ended = ? where id = ?',
      [JSON.stringify(active), active.at(-1)?.[1] ?? 0, reason, certificate],
    );
  },
};
