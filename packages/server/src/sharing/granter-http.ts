import { ExchangeError } from './exchange-error.ts';

/** Longest answer that is no ciphertext: four proofs of a large state. */
const ANSWER_BYTES_MAX = 2 * 1024 * 1024;
/** Longest wait for an answer's beginning. */
const ANSWER_MS_MAX = 30_000;
/** Longest silence within ciphertext. */
const SILENCE_MS_MAX = 30_000;

/** The granter's node, as an exchange sees it. Throws ExchangeError. */
export interface GranterHttp {
  post(path: string, body: object): Promise<unknown>;
  /** Bytes from `start` on, as many as come in one answer. */
  range(path: string, start: number, end: number): AsyncGenerator<Uint8Array>;
}

/** Speaks to a node at an address that this node's operator has named. Redirects are not followed. */
export function createGranterHttp(base: string): GranterHttp {
  const url = new URL(base);
  const prefix = url.pathname.replace(/\/+$/, '');
  const address = (path: string): string => `${url.origin}${prefix}${path}`;

  async function send(path: string, init: RequestInit, ended: AbortController): Promise<Response> {
    const timer = setTimeout(() => {
      ended.abort();
    }, ANSWER_MS_MAX);
    try {
      return await fetch(address(path), { ...init, redirect: 'error', signal: ended.signal });
    } catch (cause) {
      throw new ExchangeError('granter-unreachable', messageOf(cause));
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async post(path, body) {
      const answer = await send(
        path,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify(body),
        },
        new AbortController(),
      );
      const value = await readJson(answer);
      if (answer.status === 200) return value;
      throw problemOf(answer.status, value);
    },
    async *range(path, start, end) {
      const ended = new AbortController();
      const headers = { range: `bytes=${start}-${end - 1}` };
      const answer = await send(path, { headers }, ended);
      if (answer.status !== 206 || answer.body === null) {
        throw problemOf(answer.status, await readJson(answer));
      }
      if (!rangeBegins(answer.headers.get('content-range'), start)) {
        ended.abort();
        throw new ExchangeError('granter-not-understood', 'it sent another range than asked for');
      }
      const timer = setTimeout(() => {
        ended.abort();
      }, SILENCE_MS_MAX);
      try {
        for await (const piece of answer.body) {
          timer.refresh();
          yield piece;
        }
      } catch (cause) {
        throw new ExchangeError('granter-unreachable', messageOf(cause));
      } finally {
        clearTimeout(timer);
        ended.abort();
      }
    },
  };
}

function rangeBegins(header: string | null, start: number): boolean {
  return header?.startsWith(`bytes ${start}-`) === true;
}

async function readJson(answer: Response): Promise<unknown> {
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of answer.body ?? []) {
      size += part.length;
      if (size > ANSWER_BYTES_MAX) {
        throw new ExchangeError('granter-not-understood', 'its answer has no end');
      }
      parts.push(part);
    }
    return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
  } catch (cause) {
    if (cause instanceof ExchangeError) throw cause;
    const isJson = cause instanceof SyntaxError;
    throw new ExchangeError(
      isJson ? 'granter-not-understood' : 'granter-unreachable',
      messageOf(cause),
    );
  }
}

/** Its problem (RFC 9457) with the code and members it has. */
function problemOf(status: number, value: unknown): ExchangeError {
  const members = typeof value === 'object' && value !== null ? { ...value } : {};
  const code = 'code' in members && typeof members.code === 'string' ? members.code : '';
  if (/^[a-z][a-z0-9-]{0,63}$/.test(code)) {
    return new ExchangeError(code, `the granter's node answered ${status} ${code}`, members);
  }
  return new ExchangeError('granter-not-understood', `the granter's node answered ${status}`);
}

function messageOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message;
}
