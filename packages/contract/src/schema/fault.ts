/** One fault of a value. */
export interface SchemaFault {
  /** Where it is (RFC 6901): empty for the value as a whole. */
  readonly pointer: string;
  readonly code: SchemaFaultCode;
  /** What was asked: a bound, a format's name, the values allowed. Never what was given. */
  readonly detail?: string;
}

export type SchemaFaultCode =
  | 'wrong-type'
  | 'missing'
  | 'unknown-field'
  | 'too-small'
  | 'too-large'
  | 'too-short'
  | 'too-long'
  | 'wrong-format'
  | 'not-allowed'
  | 'no-alternative';

/** Faults told of one value; a value with more has its first ones told. */
export const FAULTS_MAX = 32;

/** Whether a value fits, or the faults it has. */
export type SchemaVerdict =
  | { readonly ok: true }
  | { readonly ok: false; readonly errors: readonly SchemaFault[] };
