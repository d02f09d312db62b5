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
  /** A node has not answered in time. */
  | 'node-timeout'
  /** Something answers that is no Hefu node, or one that this client does not understand. */
  | 'answer-not-understood'
  /** What a node says of its chain is not what the trust file says. */
  | 'foreign-chain'
  /** The store of checkpoints that were seen does not hold what it must. */
  | 'seen-damaged'
  /** A statement was neither committed nor refused while it could be. */
  | 'wait-timeout'
  /** A signer gave bytes that are not its signature of the statement. */
  | 'signer-wrong'
  /** The ledger has no record of such an erasure. */
  | 'erasure-not-recorded'
  /** What came is not the content that was asked for by its digest. */
  | 'object-differs'
  /** An encrypted key can't be opened: another passphrase, or not such a file. */
  | 'key-not-opened';

/** Thrown where a node refuses or can't be asked; `problem` says everything. */
export class ProblemError extends Error {
  override readonly name: string = 'ProblemError';
  readonly problem: Problem;

  constructor(problem: Problem, options?: ErrorOptions) {
    super(problem.detail ?? problem.title, options);
    this.problem = problem;
  }

  get code(): string {
    return this.problem.code;
  }

  /** Whether the same request can succeed later or elsewhere. */
  get retryable(): boolean {
    return this.problem.retryable;
  }
}

/** Codes of the client's own, with their sentences. */
export const CLIENT_PROBLEMS: Readonly<Record<ClientProblemCode, string>> = {
  'node-unreachable': 'No node answers at this address.',
  'answer-not-understood': 'What answers at this address is no Hefu node that this client knows.',
  'node-timeout': 'The node has not answered in time.',
  'foreign-chain': 'The node runs another chain than the trust file is for.',
  'seen-damaged': 'The memory of checkpoints that were seen does not hold what it must.',
  'wait-timeout': 'The statement was not committed in the time that was given.',
  'signer-wrong': 'The signer gave bytes that are not its signature of the statement.',
  'erasure-not-recorded': 'The ledger has no record of this erasure.',
  'object-differs': 'The content that came is not the one of this digest.',
  'key-not-opened': 'The encrypted key does not open with this passphrase.',
};

const RETRYABLE: ReadonlySet<string> = new Set([
  'node-unreachable',
  'node-timeout',
  'wait-timeout',
]);

/** A problem of the client's own. */
export function clientProblem(
  code: ClientProblemCode,
  detail: string,
  cause?: unknown,
): ProblemError {
  const problem: Problem = {
    type: `/problems/${code}`,
    title: CLIENT_PROBLEMS[code],
    status: 0,
    code,
    detail,
    retryable: RETRYABLE.has(code),
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
