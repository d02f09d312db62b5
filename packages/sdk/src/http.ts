import { NodePool } from './nodes.ts';
import type { NodeHealth } from './nodes.ts';
import { clientProblem, ProblemError, readProblem } from './problem.ts';

/** What the client needs of `fetch`. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** What can be sent. */
export type RequestBody = NonNullable<RequestInit['body']>;

/** Longest time that a node may take for an answer unless the caller says otherwise. */
export const TIMEOUT_MS_DEFAULT = 30_000;

/** A request to a node; `path` begins with a slash. */
export interface NodeRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly signal?: AbortSignal | undefined;
  /** Bounds the time until the whole answer is there; 0 does not. Streams that are sent are never bounded. */
  readonly timeoutMs?: number;
}

/** How to reach the nodes of one chain. */
export interface NodeHttpOptions {
  readonly urls: readonly string[];
  readonly token?: string | undefined;
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly timeoutMs?: number | undefined;
}

/** Statuses after which another node is asked. */
const ASK_ANOTHER: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Sends requests to one chain on one of several nodes; each request is sent to each node once at most. */
export class NodeHttp {
  readonly nodes: NodePool;
  readonly #token: string | undefined;
  readonly #fetch: Fetch;
  readonly #timeoutMs: number;

  constructor({ urls, token, fetch, now, timeoutMs = TIMEOUT_MS_DEFAULT }: NodeHttpOptions) {
    this.nodes = new NodePool(urls, now);
    this.#token = token;
    this.#fetch = fetch;
    this.#timeoutMs = timeoutMs;
  }

  /** Address of the node that is asked first. */
  get url(): string {
    return this.nodes.url;
  }

  /** How the nodes have behaved so far. */
  health(): readonly NodeHealth[] {
    return this.nodes.health();
  }

  /** The answer, whose status is below 400. Throws ProblemError otherwise. */
  async send(request: NodeRequest): Promise<Response> {
    const answer = await this.ask(request);
    if (answer.status < 400) return answer;
    throw await problemOf(answer, request.path);
  }

  /**
   * The answer, whatever its status. Nodes that can't be reached, are overloaded or not ready are passed over; the
   * last of them has the word. Throws ProblemError `node-unreachable`, `node-timeout`, and the reason of the signal.
   */
  async ask(request: NodeRequest): Promise<Response> {
    // A body that flows can't be sent twice.
    const urls = this.nodes.order().slice(0, isStream(request.body) ? 1 : undefined);
    let failure: ProblemError | undefined;
    for (const [position, url] of urls.entries()) {
      const isLast = position === urls.length - 1;
      let answer: Response;
      try {
        answer = await this.#fetch(addressOf(url, request), this.#init(request));
      } catch (error) {
        failure = this.#failureOf(request, url, error);
        this.nodes.failed(url);
        continue;
      }
      if (!ASK_ANOTHER.has(answer.status)) {
        this.nodes.succeeded(url);
        return answer;
      }
      this.nodes.failed(url, retryAfterMs(answer));
      if (isLast) return answer;
      await answer.body?.cancel();
    }
    throw failure ?? clientProblem('node-unreachable', 'there is no node to ask');
  }

  /** The parsed JSON of an answer. Throws ProblemError. */
  async json(request: NodeRequest): Promise<unknown> {
    const answer = await this.send(request);
    return this.parse(answer, request);
  }

  /** The JSON in an answer. Throws ProblemError `answer-not-understood`. */
  async parse(answer: Response, request: NodeRequest): Promise<unknown> {
    const text = await this.#body(request, () => answer.text());
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw clientProblem('answer-not-understood', `${request.path} gave no JSON`, error);
    }
  }

  /** The text of an answer. Throws ProblemError. */
  async text(request: NodeRequest): Promise<string> {
    const answer = await this.send(request);
    return this.#body(request, () => answer.text());
  }

  /** The bytes of an answer. Throws ProblemError. */
  async bytes(request: NodeRequest): Promise<Uint8Array> {
    const answer = await this.send(request);
    return new Uint8Array(await this.#body(request, () => answer.arrayBuffer()));
  }

  /** A body that breaks off is a node that went away. */
  async #body<T>(request: NodeRequest, read: () => Promise<T>): Promise<T> {
    const { url } = this;
    try {
      return await read();
    } catch (error) {
      throw this.#failureOf(request, url, error);
    }
  }

  #init(request: NodeRequest): RequestInit & { duplex?: 'half' } {
    const streams = isStream(request.body);
    const timeoutMs = request.timeoutMs ?? this.#timeoutMs;
    const signals = [
      ...(request.signal === undefined ? [] : [request.signal]),
      ...(timeoutMs === 0 || streams ? [] : [AbortSignal.timeout(timeoutMs)]),
    ];
    return {
      method: request.method ?? 'GET',
      headers: {
        accept: 'application/json',
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        ...request.headers,
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(streams ? { duplex: 'half' } : {}),
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    };
  }

  /** Throws the reason of the caller's signal; gives the problem of a node that can't be reached. */
  #failureOf(request: NodeRequest, url: string, error: unknown): ProblemError {
    request.signal?.throwIfAborted();
    if (error instanceof ProblemError) return error;
    if (error instanceof Error && error.name === 'TimeoutError') {
      return clientProblem('node-timeout', `${url}${request.path}`, error);
    }
    return clientProblem('node-unreachable', `${url}: ${causeOf(error)}`, error);
  }
}

function isStream(body: RequestBody | undefined): boolean {
  return typeof ReadableStream !== 'undefined' && body instanceof ReadableStream;
}

function addressOf(url: string, { path, query = {} }: NodeRequest): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return `${url}${path}${text === '' ? '' : `?${text}`}`;
}

/** Of `Retry-After` in seconds (RFC 9110 §10.2.3); its other form, a date, is not worth a clock. */
export function retryAfterMs(answer: Response): number {
  const seconds = Number(answer.headers.get('retry-after') ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

/** The problem in an answer whose status is 400 or more. */
export async function problemOf(answer: Response, path: string): Promise<ProblemError> {
  const text = await answer.text();
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = undefined;
  }
  const problem = readProblem(parsed);
  if (problem !== undefined) return new ProblemError(problem);
  return clientProblem('answer-not-understood', `${path} answered ${answer.status}`);
}

/** What the runtime says about a failed connection lies in the error's cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) {
    const code = 'code' in cause ? String(cause.code) : '';
    return cause.message === '' ? code : cause.message;
  }
  return error.message;
}
