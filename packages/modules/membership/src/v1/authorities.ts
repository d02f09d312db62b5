import { AUTHORITIES_MAX, OPEN_AUTHORITIES_MAX } from '../schemas/certificates.ts';
import type { AuthorityValue } from '../schemas/certificates.ts';
import { authoritiesOf, openCertificatesOf, scheduleEnding } from './certificates.ts';
import type { MembershipContext } from './declarations.ts';
import { closedAt, countsAt, openedAt } from './intervals.ts';
import { requireRoom } from './members.ts';

/** Registers an authority of the caller's organisation, whose certificates count for its members from then on. */
export function addAuthority(context: MembershipContext, certificate: Uint8Array): string {
  const { organisation } = context.caller;
  const finding = context.host.judgeAuthority(certificate, context.time);
  if (!finding.ok) return context.refuse(finding.code);
  const { id, notBefore, notAfter } = finding;
  const from = context.height + 1;
  const place = `${organisation}/${id}`;
  const existing = context.state.authorities.get(place);
  if (existing !== undefined) {
    if (countsAt(existing.active, from)) context.refuse('authority-exists');
    requireRoom(context, existing.active);
  }
  const own = authoritiesOf(context, organisation);
  const open = own.filter(([, { active }]) => countsAt(active, from));
  const hasRoom = existing !== undefined || own.length < AUTHORITIES_MAX;
  if (!hasRoom || open.length >= OPEN_AUTHORITIES_MAX) context.refuse('too-many-authorities');
  const value: AuthorityValue = {
    organisation,
    certificate,
    notBefore,
    notAfter,
    active: openedAt(existing?.active ?? [], from),
  };
  context.state.authorities.put(place, value);
  context.emit('authorityAdded', { authority: id, ...value });
  return id;
}

/** Ends an authority of the caller's organisation; the certificates that it stands behind end in the blocks that follow. */
export function removeAuthority(context: MembershipContext, authority: string): void {
  const { organisation, keyId } = context.caller;
  const place = `${organisation}/${authority}`;
  const value = context.state.authorities.get(place) ?? context.refuse('unknown-authority');
  const next = context.height + 1;
  if (!countsAt(value.active, next)) context.refuse('authority-removed');
  // Whoever takes it away needs a key that stays.
  const own = openCertificatesOf(context, keyId);
  if (own.some(([, certificate]) => certificate.authority === authority)) {
    context.refuse('certified-by-it');
  }
  const active = closedAt(value.active, next);
  context.state.authorities.put(place, { ...value, active });
  context.emit('authorityRemoved', { authority, organisation, active });
  scheduleEnding(context, place, '');
}
