import { ADMIN_ROLE, KEYS_PER_MEMBER_MAX } from '../schemas/records.ts';
import type { KeyValue } from '../schemas/records.ts';
import type { MembershipContext } from './declarations.ts';
import { closedAt, countsAt } from './intervals.ts';
import { isOnlyAdmin, organisationOf } from './members.ts';

/** Refuses unless the caller is the member itself or an admin of its organisation. */
export function requireKeeper(context: MembershipContext, member: string): void {
  const { caller } = context;
  if (caller.member === member) return;
  const manages =
    caller.roles.includes(ADMIN_ROLE) && caller.organisation === organisationOf(member);
  if (!manages) context.refuse('not-yours');
}

/** The key's record, or a refusal. */
export function requireKey(context: MembershipContext, key: string): KeyValue {
  return context.state.keys.get(key) ?? context.refuse('unknown-key');
}

/** Adds a key that counts from `from` on. Gives its id. */
export function createKey(
  context: MembershipContext,
  draft: Omit<KeyValue, 'active'>,
  from: number,
): string {
  const { member, algorithm, publicKey } = draft;
  if (draft.purpose === 'sign' && !admits(context, algorithm)) {
    context.refuse('algorithm-not-admitted', { algorithm });
  }
  const check = context.host.checkPublicKey(algorithm, publicKey);
  if (!check.ok) return context.refuse('key-invalid', { reason: check.code });
  const key = context.host.keyId(algorithm, publicKey);
  const existing = context.state.keys.get(key);
  if (existing !== undefined) {
    return context.refuse(existing.member === member ? 'key-exists' : 'key-of-another', { key });
  }
  const had = context.state.keys.by('byMember', member, { limit: KEYS_PER_MEMBER_MAX });
  if (had.length >= KEYS_PER_MEMBER_MAX) context.refuse('too-many-keys');
  const value: KeyValue = { ...draft, active: [[from, null]] };
  context.state.keys.put(key, value);
  context.emit('keyAdded', { key, ...value });
  return key;
}

/** Ends a key at height `to`. */
export function closeKey(
  context: MembershipContext,
  key: string,
  value: KeyValue,
  to: number,
  reason: 'rotated' | 'revoked' | 'lost' | 'expired',
): void {
  const active = closedAt(value.active, to);
  context.state.keys.put(key, { ...value, active });
  context.emit('keyClosed', { key, member: value.member, active, reason });
}

/** Refuses to take from an organisation's only admin the last key to sign with. */
export function requireAnotherKey(context: MembershipContext, key: string, value: KeyValue): void {
  if (value.purpose !== 'sign' || !isOnlyAdmin(context, value.member)) return;
  const keys = context.state.keys.by('byMember', value.member, { limit: KEYS_PER_MEMBER_MAX });
  const another = keys.some((other) => {
    if (other === key) return false;
    const record = context.state.keys.get(other);
    return record?.purpose === 'sign' && record.active.at(-1)?.[1] === null;
  });
  if (!another) context.refuse('last-key');
}

/** Refuses what has ended already, or ends with the next block anyway. */
export function requireOpen(context: MembershipContext, value: KeyValue): void {
  if (!countsAt(value.active, context.height + 1)) context.refuse('key-closed');
}

function admits(context: MembershipContext, algorithm: KeyValue['algorithm']): boolean {
  const chain = context.state.parameters.get('chain');
  return chain?.kind === 'chain' && chain.algorithms.includes(algorithm);
}
