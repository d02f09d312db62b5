import { ISSUER_KEYS_MAX } from '../schemas/issuers.ts';
import type { IssuerKeyValue, RegisterIssuerArgs, RemoveIssuerArgs } from '../schemas/issuers.ts';
import type { MembershipContext } from './declarations.ts';
import { closedAt, countsAt } from './intervals.ts';

/**
 * Registers a key of an issuer outside of the consortium, for which the caller's organisation answers from the next block on. A
 * name belongs to the organisation that has an open key for it; governance takes it away where that is wrong.
 */
export function registerIssuer(context: MembershipContext, args: RegisterIssuerArgs): string {
  const { issuer, key, notAfter } = args;
  const { organisation } = context.caller;
  const from = context.height + 1;
  if (context.suite !== 'international') context.refuse('no-issuers-here');
  // Members are known by their own keys; nobody registers a key that would speak for one.
  if (issuer.startsWith(`hefu:${context.chain}#`)) context.refuse('issuer-is-member');
  if (notAfter !== undefined && notAfter <= context.time) context.refuse('not-after-past');
  const check = context.host.checkPublicKey(key.algorithm, key.publicKey);
  if (!check.ok) return context.refuse('key-invalid', { reason: check.code });
  const keys = context.state.issuers.get(issuer)?.keys ?? [];
  const open = keys.filter(({ active }) => countsAt(active, from));
  if (open.some((each) => each.organisation !== organisation)) {
    context.refuse('issuer-of-another');
  }
  const id = context.host.keyId(key.algorithm, key.publicKey);
  const kid = key.kid ?? bytesOfHex(id);
  const named = context.host.hex(kid);
  const same = open.some(
    (each) =>
      context.host.hex(each.kid) === named ||
      context.host.keyId(each.algorithm, each.publicKey) === id,
  );
  if (same) context.refuse('issuer-key-exists');
  if (keys.length >= ISSUER_KEYS_MAX) context.refuse('too-many-issuer-keys');
  const { algorithm, publicKey } = key;
  const made: IssuerKeyValue = {
    organisation,
    kid,
    algorithm,
    publicKey,
    notAfter: notAfter ?? null,
    active: [[from, null]],
  };
  // A key that comes back is a new one in the list: what stood at earlier heights stays as it was.
  context.state.issuers.put(issuer, { keys: [...keys, made] });
  context.emit('issuerRegistered', { issuer, ...made });
  return id;
}

/** Ends keys of an issuer for which the caller's organisation answers. */
export function removeIssuer(context: MembershipContext, { issuer, kid }: RemoveIssuerArgs): void {
  const name = kid === undefined ? undefined : context.host.hex(kid);
  const { organisation } = context.caller;
  const keys = openKeysOf(context, issuer);
  if (keys.some((each) => each.organisation !== organisation)) context.refuse('issuer-of-another');
  closeKeys(context, issuer, (key) => name === undefined || context.host.hex(key.kid) === name);
}

/** Ends all keys of an issuer, whoever answers for it. */
export function revokeIssuer(context: MembershipContext, issuer: string): void {
  openKeysOf(context, issuer);
  closeKeys(context, issuer, () => true);
}

function openKeysOf(context: MembershipContext, issuer: string): readonly IssuerKeyValue[] {
  const keys = context.state.issuers.get(issuer)?.keys ?? [];
  const open = keys.filter(({ active }) => countsAt(active, context.height + 1));
  return open.length === 0 ? context.refuse('unknown-issuer') : open;
}

function closeKeys(
  context: MembershipContext,
  issuer: string,
  chosen: (key: IssuerKeyValue) => boolean,
): void {
  const to = context.height + 1;
  const ended: IssuerKeyValue[] = [];
  const keys = (context.state.issuers.get(issuer)?.keys ?? []).map((key) => {
    if (!countsAt(key.active, to) || !chosen(key)) return key;
    ended.push(key);
    return { ...key, active: closedAt(key.active, to) };
  });
  const [first] = ended;
  if (first === undefined) return context.refuse('unknown-key');
  context.state.issuers.put(issuer, { keys });
  const kids = ended.map(({ kid }) => kid);
  context.emit('issuerRemoved', { issuer, organisation: first.organisation, kids });
}

/** The bytes of lower-case hex that the host gave. */
function bytesOfHex(text: string): Uint8Array {
  const made = new Uint8Array(text.length / 2);
  for (let at = 0; at < made.length; at++) {
    made[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16);
  }
  return made;
}
