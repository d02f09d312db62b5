import type { ProblemCode } from './catalogue.ts';
import type { ProblemDefinition } from './definition.ts';

/** One fault of a request, at a place in it. */
export interface FieldError {
  /** RFC 6901 pointer into the part named by `in`. */
  readonly pointer: string;
  readonly code: string;
  readonly detail?: string;
  /** The part of the request; the body (or a statement's arguments) when left out. */
  readonly in?: 'query' | 'path' | 'header';
}

/** What goes with a problem. */
export interface ProblemData {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the problem document (RFC 9457 §3.2). */
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** For a code of a module's own, which the catalogue does not hold. */
  readonly definition?: ProblemDefinition;
  /** Seconds after which it makes sense to try again. */
  readonly retryAfterSeconds?: number;
}

/**
 * Thrown inside a route to answer with a problem. A code that is not in the catalogue is allowed only for contracts'
 * refusals (`contract/code`).
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode | (string & {});
  readonly data: ProblemData;

  constructor(code: ProblemCode | `${string}/${string}`, data: ProblemData = {}) {
    super(code);
    this.code = code;
    this.data = data;
  }
}

/** The error for a code that another package gave: one of the catalogue, or a contract's own. */
export function refusalError(code: string, data: ProblemData = {}): ProblemError {
  // The catalogue is open to contracts' codes; `problemDefinition` knows what to make of any.
  return new ProblemError(code as `${string}/${string}`, data);
}
