import {
  AUTHORITIES_MAX,
  CERTIFICATES_ENDED_MAX,
  CERTIFICATES_OF_KEY_MAX,
  CERTIFICATES_PER_KEY_MAX,
  EXPIRY_AHEAD_MAX_MS,
  RENEWALS_READ_MAX,
} from '../schemas/certificates.ts';
import type {
  AuthorityValue,
  CertificateArgs,
  CertificateEnd,
  CertificateValue,
} from '../schemas/certificates.ts';
import { ADMIN_ROLE } from '../schemas/records.ts';
import type { MembershipContext } from './declarations.ts';
import { closedAt, countsAt } from './intervals.ts';
import { closeKey, createKey, requireAnotherKey, requireKeeper, requireOpen } from './keys.ts';
import { organisationOf, requireMember } from './members.ts';

/** What enrolling returns. */
interface Enrolled {
  readonly certificate: string;
  readonly key: string;
  readonly from: number;
  readonly notAfter: number;
}

type Found = readonly [id: string, value: CertificateValue];

/**
 * Takes a member's key in by its certificate: a new key, or one that the member has open already, which then counts as long as
 * one of its certificates holds. An admin enrols anybody of its organisation; a member renews what it has.
 */
export function enrolCertificate(
  context: MembershipContext,
  { member, chain }: CertificateArgs['enrolCertificate'],
): Enrolled {
  const from = context.height + 1;
  requireKeeper(context, member);
  requireMember(context, member);
  const authorities = authoritiesOf(context, organisationOf(member)).filter(([, { active }]) =>
    countsAt(active, from),
  );
  const finding = context.host.judgeCertificate(
    chain,
    authorities.map(([, { certificate }]) => certificate),
    context.time,
  );
  if (!finding.ok) return context.refuse(finding.code, { certificate: finding.at });
  const { id, algorithm, publicKey, subject, notBefore, notAfter } = finding;
  if (context.state.certificates.has(id)) context.refuse('certificate-exists');
  const [place = ''] = authorities[finding.authority] ?? [];
  const authority = digestOf(place);
  if (!context.caller.roles.includes(ADMIN_ROLE)) {
    requireRenewal(context, { member, authority, subject });
  }
  const key = keyToCertify(context, { member, algorithm, publicKey });
  const value: CertificateValue = {
    member,
    authority,
    key,
    subject,
    notBefore,
    notAfter,
    active: [[from, null]],
  };
  context.state.certificates.put(id, value);
  context.emit('certificateEnrolled', { certificate: id, ...value });
  scheduleExpiry(context, key);
  return { certificate: id, key, from, notAfter };
}

/** Ends a certificate with the next block, and the key with it when no other one holds it up. */
export function revokeCertificate(context: MembershipContext, certificate: string): void {
  const value =
    context.state.certificates.get(certificate) ?? context.refuse('unknown-certificate');
  requireKeeper(context, value.member);
  if (!countsAt(value.active, context.height + 1)) context.refuse('certificate-ended');
  const key = context.state.keys.get(value.key);
  const others = openCertificatesOf(context, value.key).filter(([id]) => id !== certificate);
  if (others.length === 0 && key !== undefined && isOpen(context, key.active)) {
    requireAnotherKey(context, value.key, key);
  }
  endCertificate(context, certificate, value, 'revoked');
  settleKey(context, value.key, 'revoked');
}

/** What falls due when a certificate of a key ends, by the block's time. */
export function expireKey(context: MembershipContext, key: string): void {
  for (const [id, value] of openCertificatesOf(context, key)) {
    if (value.notAfter < context.time) endCertificate(context, id, value, 'expired');
  }
  settleKey(context, key, 'expired');
}

/** Ends the certificates of an authority that was removed, some in each block. */
export function endCertificates(
  context: MembershipContext,
  { authority, after }: { readonly authority: string; readonly after: string },
): void {
  const registered = context.state.authorities.get(authority);
  // Registered anew meanwhile: what is left stays.
  if (registered === undefined || isOpen(context, registered.active)) return;
  const page = context.state.certificates.by('byAuthority', digestOf(authority), {
    limit: CERTIFICATES_ENDED_MAX,
    ...(after === '' ? {} : { after }),
  });
  for (const id of page) {
    const value = context.state.certificates.get(id);
    if (value === undefined || !isOpen(context, value.active)) continue;
    // Other organisations may have registered the same one.
    if (organisationOf(value.member) !== registered.organisation) continue;
    endCertificate(context, id, value, 'authority-removed');
    settleKey(context, value.key, 'revoked');
  }
  const last = page.at(-1);
  if (page.length === CERTIFICATES_ENDED_MAX && last !== undefined) {
    scheduleEnding(context, authority, last);
  }
}

/** Has the certificates of an authority after `after` ended, from the next block on. */
export function scheduleEnding(context: MembershipContext, authority: string, after: string): void {
  const id = `authority ${authority}`;
  context.schedule(context.time + 1, 'endCertificates', { authority, after }, id);
}

/** The authorities of an organisation, those that count no more included. */
export function authoritiesOf(
  context: MembershipContext,
  organisation: string,
): (readonly [place: string, value: AuthorityValue])[] {
  const places = context.state.authorities.by('byOrganisation', organisation, {
    limit: AUTHORITIES_MAX,
  });
  return places.flatMap((place) => {
    const value = context.state.authorities.get(place);
    return value === undefined ? [] : [[place, value] as const];
  });
}

/** The certificates of a key that have not ended. */
export function openCertificatesOf(context: MembershipContext, key: string): Found[] {
  return certificatesOf(context, key).flatMap((id) => {
    const value = context.state.certificates.get(id);
    return value !== undefined && isOpen(context, value.active) ? [[id, value] as const] : [];
  });
}

/** All that a key has ever had. */
function certificatesOf(context: MembershipContext, key: string): readonly string[] {
  return context.state.certificates.by('byKey', key, { limit: CERTIFICATES_OF_KEY_MAX });
}

/** The digest in the key of an authority's record. */
function digestOf(place: string): string {
  return place.slice(place.indexOf('/') + 1);
}

function isOpen(context: MembershipContext, active: CertificateValue['active']): boolean {
  return countsAt(active, context.height + 1);
}

/** A member's own renewal: a certificate of the same subject by the same authority holds already. */
function requireRenewal(
  context: MembershipContext,
  wanted: Pick<CertificateValue, 'member' | 'authority' | 'subject'>,
): void {
  const ids = context.state.certificates.by('bySubject', wanted.subject, {
    limit: RENEWALS_READ_MAX,
  });
  const renews = ids.some((id) => {
    const value = context.state.certificates.get(id);
    if (value?.member !== wanted.member || value.authority !== wanted.authority) return false;
    return isOpen(context, value.active);
  });
  if (!renews) context.refuse('not-a-renewal');
}

/** The key that a certificate is for: made, or the member's own that is open. */
function keyToCertify(
  context: MembershipContext,
  draft: Pick<Parameters<typeof createKey>[1], 'member' | 'algorithm' | 'publicKey'>,
): string {
  const key = context.host.keyId(draft.algorithm, draft.publicKey);
  const existing = context.state.keys.get(key);
  if (existing === undefined || existing.member !== draft.member) {
    return createKey(context, { ...draft, purpose: 'sign' }, context.height + 1);
  }
  if (existing.purpose !== 'sign') return context.refuse('key-exists', { key });
  requireOpen(context, existing);
  const hasRoom =
    certificatesOf(context, key).length < CERTIFICATES_OF_KEY_MAX &&
    openCertificatesOf(context, key).length < CERTIFICATES_PER_KEY_MAX;
  if (!hasRoom) context.refuse('too-many-certificates');
  return key;
}

function endCertificate(
  context: MembershipContext,
  id: string,
  value: CertificateValue,
  reason: CertificateEnd,
): void {
  const active = closedAt(value.active, context.height + 1);
  context.state.certificates.put(id, { ...value, active });
  const { member, key } = value;
  context.emit('certificateEnded', { certificate: id, member, key, active, reason });
}

/** Ends a certified key when no certificate holds it up any more; else sees to it at the next one's end. */
function settleKey(context: MembershipContext, key: string, reason: 'expired' | 'revoked'): void {
  if (scheduleExpiry(context, key)) return;
  const value = context.state.keys.get(key);
  if (value === undefined || !isOpen(context, value.active)) return;
  closeKey(context, key, value, context.height + 1, reason);
}

/** Has a key looked at when the next of its certificates ends. False when it has none. */
function scheduleExpiry(context: MembershipContext, key: string): boolean {
  const ends = openCertificatesOf(context, key).map(([, { notAfter }]) => notAfter);
  if (ends.length === 0) return false;
  const end = Math.min(...ends) + 1;
  const at = Math.min(end, context.time + EXPIRY_AHEAD_MAX_MS);
  context.schedule(Math.max(at, context.time + 1), 'expireKey', { key }, `expiry ${key}`);
  return true;
}
