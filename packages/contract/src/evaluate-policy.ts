import type { Approver, Policy } from './policy.ts';

/** The contract whose calls stand for decisions taken under the governance policy. */
export const GOVERNANCE_CONTRACT = 'governance';
/** Policies nest no deeper than this; a deeper one holds for nobody. */
const DEPTH_MAX = 8;

/** What a policy may ask beside the approvers. */
export interface PolicyFacts {
  /** Organisations that count for a majority; asked for only where a policy needs it. */
  organisationCount?(): number;
  /** The governance policy; asked for only where a policy needs it. */
  governancePolicy?(): Policy | undefined;
  /** The contract that calls, when a contract does. */
  readonly callerContract?: string | undefined;
}

const NO_FACTS: PolicyFacts = {};

/**
 * Whether `approvers` together satisfy `policy`. A direct call has one approver, a call where nobody
 * signed has none.
 *
 * `role`, `organisation`: one of them has it. `any`, `all`: of the inner policies, each judged over
 * all approvers. `nOf`: at least n distinct organisations among the approvers who, each alone,
 * satisfy one of the inner policies (any approver when there are none). `majority`: more than half of
 * the consortium's organisations are among the approvers'. `contract`: called by one of them.
 * `governance`: as the governance policy says, or called by the governance contract, which has
 * counted the votes.
 */
export function evaluatePolicy(
  policy: Policy,
  approvers: readonly Approver[],
  facts: PolicyFacts = NO_FACTS,
): boolean {
  return evaluate(policy, approvers, facts, DEPTH_MAX);
}

function evaluate(
  policy: Policy,
  approvers: readonly Approver[],
  facts: PolicyFacts,
  depth: number,
): boolean {
  if (depth === 0) return false;
  switch (policy.kind) {
    case 'anyone':
      return true;
    case 'member':
      return approvers.length > 0;
    case 'role':
      return approvers.some((approver) =>
        approver.roles.some((role) => policy.roles.includes(role)),
      );
    case 'organisation':
      return approvers.some((approver) => policy.organisations.includes(approver.organisation));
    case 'any':
      return policy.of.some((inner) => evaluate(inner, approvers, facts, depth - 1));
    case 'all':
      return policy.of.every((inner) => evaluate(inner, approvers, facts, depth - 1));
    case 'nOf': {
      const fitting = approvers.filter(
        (approver) =>
          policy.of.length === 0 ||
          policy.of.some((inner) => evaluate(inner, [approver], facts, depth - 1)),
      );
      return organisationsOf(fitting) >= policy.n;
    }
    case 'majority': {
      const count = facts.organisationCount?.() ?? 0;
      return count > 0 && organisationsOf(approvers) * 2 > count;
    }
    case 'contract':
      return facts.callerContract !== undefined && policy.contracts.includes(facts.callerContract);
    case 'governance': {
      if (facts.callerContract === GOVERNANCE_CONTRACT) return true;
      const governance = facts.governancePolicy?.();
      return governance !== undefined && evaluate(governance, approvers, facts, depth - 1);
    }
  }
}

function organisationsOf(approvers: readonly Approver[]): number {
  return new Set(approvers.map((approver) => approver.organisation)).size;
}
