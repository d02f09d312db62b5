import type { AccountsFault } from '@hefu/accounts';
import { ProblemError } from '../../problems/problem-error.ts';

/** The problem of a refusal by the accounts: their codes are those of the catalogue. */
export function accountsProblem({ code, retryAfterSeconds }: AccountsFault): ProblemError {
  const unauthorised = code === 'sign-in-failed' || code === 'sign-in-link-invalid';
  return new ProblemError(code, {
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(unauthorised ? { headers: { 'www-authenticate': 'Bearer realm="hefu"' } } : {}),
  });
}

/** What a verdict holds when it is good; throws its problem otherwise. */
export function orProblem<T extends { readonly ok: true }>(verdict: T | AccountsFault): T {
  if (verdict.ok) return verdict;
  throw accountsProblem(verdict);
}
