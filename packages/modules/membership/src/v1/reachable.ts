import type { Policy } from '@hefu/contract';
import type { Standing } from './standing.ts';

/** Policies nest no deeper than where they are evaluated. */
const DEPTH_MAX = 8;

/** Organisations that could fit: those named, or any of the consortium. */
type Fitting = ReadonlySet<string> | 'any';
const NONE: ReadonlySet<string> = new Set();

/**
 * Whether a policy can still be satisfied if everybody who has not said no says yes, with whatever roles. Errs on one side only:
 * what it calls out of reach is.
 */
export function isReachable(policy: Policy, standing: Standing): boolean {
  return reach(policy, standing, DEPTH_MAX);
}

function reach(policy: Policy, standing: Standing, depth: number): boolean {
  if (depth === 0) return false;
  const willing = standing.organisationCount - standing.against.size;
  const sizeOf = (fitting: Fitting): number => (fitting === 'any' ? willing : fitting.size);
  switch (policy.kind) {
    case 'anyone':
      return true;
    case 'member':
    case 'role':
    case 'organisation':
      return sizeOf(fittingOf(policy, standing, depth)) > 0;
    case 'any':
      return policy.of.some((inner) => reach(inner, standing, depth - 1));
    case 'all':
      return policy.of.every((inner) => reach(inner, standing, depth - 1));
    case 'nOf': {
      const each = policy.of.map((inner) => fittingOf(inner, standing, depth - 1));
      return sizeOf(each.length === 0 ? 'any' : union(each)) >= policy.n;
    }
    case 'majority':
      return willing * 2 > standing.organisationCount;
    case 'contract':
      return false;
    case 'governance':
      return standing.policy !== undefined && reach(standing.policy, standing, depth - 1);
    default:
      return policy satisfies never;
  }
}

/** The organisations of which one alone could satisfy a policy. */
function fittingOf(policy: Policy, standing: Standing, depth: number): Fitting {
  if (depth === 0) return NONE;
  const inner = (each: Policy): Fitting => fittingOf(each, standing, depth - 1);
  switch (policy.kind) {
    case 'anyone':
    case 'member':
    case 'role':
      return 'any';
    case 'organisation':
      return new Set(
        policy.organisations.filter((id) => !standing.against.has(id) && standing.mayCount(id)),
      );
    case 'any':
      return union(policy.of.map(inner));
    case 'all':
      return intersection(policy.of.map(inner));
    case 'nOf':
      if (policy.n > 1) return NONE;
      return policy.of.length === 0 ? 'any' : union(policy.of.map(inner));
    case 'majority':
      return standing.organisationCount > 1 ? NONE : 'any';
    case 'contract':
      return NONE;
    case 'governance':
      return standing.policy === undefined ? NONE : inner(standing.policy);
    default:
      return policy satisfies never;
  }
}

function union(sets: readonly Fitting[]): Fitting {
  const all = new Set<string>();
  for (const set of sets) {
    if (set === 'any') return 'any';
    for (const id of set) all.add(id);
  }
  return all;
}

function intersection(sets: readonly Fitting[]): Fitting {
  return sets.reduce<Fitting>((common, set) => {
    if (set === 'any') return common;
    if (common === 'any') return set;
    return new Set([...common].filter((id) => set.has(id)));
  }, 'any');
}
