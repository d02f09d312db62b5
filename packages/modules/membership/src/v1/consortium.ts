import type { Policy } from '@hefu/contract';
import type { MembershipArgs } from '../schemas/args.ts';
import type { MethodPolicyValue } from '../schemas/records.ts';
import type { MembershipContext } from './declarations.ts';
import { scheduleRecount } from './recount.ts';
import { standingOf } from './standing.ts';
import { isReachable } from './reachable.ts';

/** This contract's own name: who may call it is not for the table of policies. */
const OWN_NAME = 'membership';

/** Changes parameters of the chain; the ledger goes by them from the next block on. */
export function setParameters(
  context: MembershipContext,
  change: MembershipArgs['setParameters'],
): void {
  const chain = context.state.parameters.get('chain');
  if (chain?.kind !== 'chain') return context.refuse('nothing-to-change');
  const values = { ...chain.values };
  let changed = false;
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined || values[name] === value) continue;
    values[name] = value;
    changed = true;
  }
  if (!changed) return context.refuse('nothing-to-change');
  context.state.parameters.put('chain', { ...chain, values });
  return context.emit('parametersChanged', { values });
}

/** The one method of this contract that a consortium can do without: who may vouch for other systems is its own affair. */
const OPEN_METHOD = 'registerIssuer';

/** Says who may call a method of another contract, besides what that contract asks, from the next block on. */
export function setMethodPolicy(
  context: MembershipContext,
  { contract, method, policy }: MembershipArgs['setMethodPolicy'],
): void {
  if (contract === OWN_NAME && method !== OPEN_METHOD) context.refuse('policy-fixed');
  if (context.state.modules.get(contract) === undefined) context.refuse('unknown-module');
  const key = `${contract}/${method}`;
  const before = inForce(context.state.policies.get(key), context.height);
  const from = context.height + 1;
  context.state.policies.put(key, { policy, from, before });
  context.emit('methodPolicyChanged', { contract, method, policy });
}

/** Changes the policy by which the consortium changes itself, to one that those who are here can satisfy. */
export function setGovernance(context: MembershipContext, policy: Policy): void {
  if (!isReachable(policy, standingOf(context, []))) context.refuse('policy-unreachable');
  context.state.parameters.put('governance', { kind: 'governance', policy });
  context.emit('governanceChanged', { policy });
  scheduleRecount(context);
}

function inForce(record: MethodPolicyValue | undefined, height: number): Policy | null {
  if (record === undefined) return null;
  return height >= record.from ? record.policy : record.before;
}
