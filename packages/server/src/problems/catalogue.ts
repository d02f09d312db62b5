import { ACCOUNT_PROBLEMS } from './account-problems.ts';
import { ADMISSION_PROBLEMS } from './admission-problems.ts';
import type { ProblemDefinition } from './definition.ts';
import { EXCHANGE_PROBLEMS } from './exchange-problems.ts';
import { HTTP_PROBLEMS } from './http-problems.ts';
import { OUTCOME_PROBLEMS } from './outcome-problems.ts';
import { READ_PROBLEMS } from './read-problems.ts';
import { SCITT_PROBLEMS } from './scitt-problems.ts';

/** Every problem code of the node; docs/reference/problems.md lists the same, and a test compares. */
export const PROBLEMS = {
  ...HTTP_PROBLEMS,
  ...ADMISSION_PROBLEMS,
  ...OUTCOME_PROBLEMS,
  ...READ_PROBLEMS,
  ...EXCHANGE_PROBLEMS,
  ...ACCOUNT_PROBLEMS,
  ...SCITT_PROBLEMS,
} as const satisfies Readonly<Record<string, ProblemDefinition>>;

export type ProblemCode = keyof typeof PROBLEMS;

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}

/** The definition of a code; a contract's own refusal (`contract/code`) is of the kind `refused`. */
export function problemDefinition(code: string): ProblemDefinition {
  if (isProblemCode(code)) return PROBLEMS[code];
  return code.includes('/') ? PROBLEMS.refused : PROBLEMS['internal-error'];
}

/** Every code of a contract refusal is `contract/code`; these two names bound what a code may look like. */
export const PROBLEM_CODE_PATTERN = /^[a-z][a-zA-Z0-9-]*(\/[a-z][a-zA-Z0-9-]*)?$/;
