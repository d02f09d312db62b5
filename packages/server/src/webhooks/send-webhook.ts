import { request as requestHttp } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { checkWebhookUrl, publicLookup } from './address-guard.ts';
import type { Resolve } from './address-guard.ts';

/** Time for the whole of a call: receivers are to take the event and work on it later. */
export const SEND_TIMEOUT_MS = 15_000;
/** Bytes read of an answer's body, which nobody looks at, before the connection is cut. */
const ANSWER_BYTES_MAX = 64 * 1024;
/** A header section that is longer is not an answer. */
const ANSWER_HEADER_BYTES_MAX = 16 * 1024;

export type SendResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly retryAfterMs: number | undefined;
    }
  | { readonly kind: 'failed'; readonly code: string };

/** Calls a webhook. Never rejects. */
export type SendWebhook = (
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
) => Promise<SendResult>;

export interface SenderOptions {
  /** Whether private networks and plain http are allowed. */
  readonly privateAllowed: boolean;
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
}

/**
 * A sender that reaches public addresses alone unless told otherwise, follows no redirect, keeps no connection, and gives
 * up in time.
 */
export function createSender(options: SenderOptions): SendWebhook {
  const { privateAllowed, resolve, timeoutMs = SEND_TIMEOUT_MS } = options;
  const lookup = privateAllowed ? {} : { lookup: publicLookup(resolve) };
  return async (text, headers, body, signal) => {
    const checked = checkWebhookUrl(text, privateAllowed);
    if (!checked.ok) return { kind: 'failed', code: 'address-refused' };
    const { url } = checked;
    const payload = Buffer.from(body, 'utf8');
    const callOptions: RequestOptions = {
      method: 'POST',
      agent: false,
      signal,
      ...lookup,
      maxHeaderSize: ANSWER_HEADER_BYTES_MAX,
      headers: { ...headers, 'content-length': String(payload.length), connection: 'close' },
    };
    return new Promise((answer) => {
      const call = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, callOptions);
      const timer = setTimeout(() => call.destroy(withCode('TIMEOUT')), timeoutMs);
      const settle = (result: SendResult): void => {
        clearTimeout(timer);
        answer(result);
      };
      call.on('error', (error: NodeJS.ErrnoException) =>
        settle({ kind: 'failed', code: failureCode(error.code) }),
      );
      call.on('response', (response) => {
        const retryAfterMs = retryAfter(response.headers['retry-after']);
        const answered: SendResult = {
          kind: 'answered',
          status: response.statusCode ?? 0,
          retryAfterMs,
        };
        drain(response, () => settle(answered));
      });
      call.end(payload);
    });
  };
}

/** Reads and forgets the body, as far as it is of a decent size; the status has said all. */
function drain(response: IncomingMessage, done: () => void): void {
  let size = 0;
  response.on('data', (part: Buffer) => {
    size += part.length;
    if (size > ANSWER_BYTES_MAX) response.destroy();
  });
  response.on('close', done);
  response.on('error', done);
}

function withCode(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** What is told of a failure: few fixed words, nothing that a receiver could write. */
function failureCode(code: string | undefined): string {
  switch (code) {
    case 'ADDRESS_NOT_PUBLIC':
      return 'address-refused';
    case 'TIMEOUT':
    case 'ETIMEDOUT':
      return 'timeout';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'name-not-found';
    case 'ECONNREFUSED':
      return 'connection-refused';
    default:
      return /^ERR_TLS|CERT/.test(code ?? '') ? 'tls-failed' : 'connection-failed';
  }
}

/** Seconds of Retry-After (RFC 9110 §10.2.3); the form with a date is not looked at. */
function retryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}
