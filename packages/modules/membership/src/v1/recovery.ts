import { KEYS_PER_MEMBER_MAX, RECOVERED_KEYS_MAX } from '../schemas/records.ts';
import type { KeyValue } from '../schemas/records.ts';
import type { MembershipContext } from './declarations.ts';
import { countsAt } from './intervals.ts';
import { closeKey, createKey } from './keys.ts';
import { organisationOf, requireMember } from './members.ts';

type NewKey = Pick<KeyValue, 'algorithm' | 'publicKey'>;

/** Gives a member a new key and ends all its open ones of that purpose, lost or in other hands. Gives the new one's id. */
export function recoverKeys(
  context: MembershipContext,
  member: string,
  purpose: KeyValue['purpose'],
  { algorithm, publicKey }: NewKey,
): string {
  const from = context.height + 1;
  requireMember(context, member);
  const open: (readonly [string, KeyValue])[] = [];
  for (const key of context.state.keys.by('byMember', member, { limit: KEYS_PER_MEMBER_MAX })) {
    const value = context.state.keys.get(key);
    if (value?.purpose === purpose && countsAt(value.active, from)) open.push([key, value]);
  }
  if (open.length > RECOVERED_KEYS_MAX) context.refuse('too-many-open-keys');
  const made = createKey(context, { member, algorithm, publicKey, purpose }, from);
  for (const [key, value] of open) closeKey(context, key, value, from, 'lost');
  return made;
}

/** As `recoverKeys`, for an admin whom nobody in its organisation can help. */
export function recoverAdmin(context: MembershipContext, member: string, key: NewKey): string {
  requireMember(context, member);
  const admins = context.state.admins.get(organisationOf(member))?.members ?? [];
  if (!admins.includes(member)) context.refuse('not-an-admin');
  return recoverKeys(context, member, 'sign', key);
}
