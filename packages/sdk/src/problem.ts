/** A problem document (RFC 9457) as nodes give it, or the client's own about the way to a node. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  /** HTTP status; 0 when no node answered. */
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly retryable: boolean;
  readonly errors?: readonly ProblemField[];
  readonly data?: unknown;
  readonly instance?: string;
  readonly traceId?: string;
}

/** One fault at a place (RFC 6901 pointer) in what was sent. */
export interface ProblemField {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
  readonly in?: string;
}

/** Codes of the client's own. */
export type ClientProblemCode =
  /** No node answers at the address. */
  | 'node-unreachable'
  /** Something answers that is no Hefu node, or one that this client does not understand. */
  | 'answer-not-understood'
  /** A receipt came that does not hold under the trust file. */
  | 'receipt-not-verified'
  /** What a node says of its chain is not what the trust file says. */
  | 'foreign-chain';

/** Thrown where a node refuses or can't be asked; `problem` says everything. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options);
    this.problem = problem;
  }

  get code(): string {
    return this.problem.code;
  }
}

const TITLES: Readonly<Record<ClientProblemCode, string>> = {
  'node-unreachable': 'No node answers at this address.',
  'answer-not-understood': 'What answers at this address is no Hefu node that this client knows.',
  'receipt-not-verified': 'The node gave a receipt that does not hold under the trust file.',
  'foreign-chain': 'The node runs another chain than the trust file is for.',
};

/** A problem of the client's own. */
export function clientProblem(
  code: ClientProblemCode,
  detail: string,
  cause?: unknown,
): ProblemError {
  const problem: Problem = {
    type: `/problems/${code}`,
    title: TITLES[code],
    status: 0,
    code,
    detail,
    retryable: code === 'node-unreachable',
  };
  return new ProblemError(problem, cause === undefined ? undefined : { cause });
}

/** The problem in a parsed answer; undefined when it is none. */
export function readProblem(value: unknown): Problem | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { code, title, status } = value as Partial<Problem>;
  if (typeof code !== 'string' || typeof title !== 'string' || typeof status !== 'number') {
    return undefined;
  }
  return { retryable: false, type: `/problems/${code}`, ...value } as Problem;
}
