import { clientProblem, ProblemError, readProblem } from './problem.ts';

/** What the client needs of `fetch`. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** What can be sent. */
export type RequestBody = NonNullable<RequestInit['body']>;

/** A request to a node; `path` begins with a slash. */
export interface NodeRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly signal?: AbortSignal;
}

/** Sends requests to one chain of one node. */
export class NodeHttp {
  readonly url: string;
  readonly #token: string | undefined;
  readonly #fetch: Fetch;

  /** `url` is a node's, or that of one of its chains: `http://127.0.0.1:8440/chains/SLUG`. */
  constructor(url: string, token: string | undefined, fetchLike: Fetch) {
    this.url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#fetch = fetchLike;
  }

  /** The answer, whose status is below 400. Throws ProblemError otherwise. */
  async send(request: NodeRequest): Promise<Response> {
    const answer = await this.ask(request);
    if (answer.status < 400) return answer;
    throw await problemOf(answer, request.path);
  }

  /** The answer, whatever its status. Throws ProblemError `node-unreachable`. */
  async ask(request: NodeRequest): Promise<Response> {
    const headers = {
      accept: 'application/json',
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      ...request.headers,
    };
    const streams = request.body instanceof ReadableStream;
    const init: RequestInit & { duplex?: 'half' } = {
      method: request.method ?? 'GET',
      headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(streams ? { duplex: 'half' } : {}),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    };
    try {
      return await this.#fetch(this.#address(request), init);
    } catch (error) {
      if (request.signal?.aborted === true) throw error;
      throw clientProblem('node-unreachable', `${this.url}: ${causeOf(error)}`, error);
    }
  }

  /** The parsed JSON of an answer. Throws ProblemError. */
  async json(request: NodeRequest): Promise<unknown> {
    const answer = await this.send(request);
    return parseAnswer(answer, request.path);
  }

  /** The text of an answer. Throws ProblemError. */
  async text(request: NodeRequest): Promise<string> {
    return (await this.send(request)).text();
  }

  /** The bytes of an answer. Throws ProblemError. */
  async bytes(request: NodeRequest): Promise<Uint8Array> {
    return new Uint8Array(await (await this.send(request)).arrayBuffer());
  }

  #address({ path, query = {} }: NodeRequest): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) parameters.set(name, String(value));
    }
    const text = parameters.toString();
    return `${this.url}${path}${text === '' ? '' : `?${text}`}`;
  }
}

/** The JSON in an answer. Throws ProblemError `answer-not-understood`. */
export async function parseAnswer(answer: Response, path: string): Promise<unknown> {
  const text = await answer.text();
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw clientProblem('answer-not-understood', `${path} gave no JSON`, error);
  }
}

async function problemOf(answer: Response, path: string): Promise<ProblemError> {
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
