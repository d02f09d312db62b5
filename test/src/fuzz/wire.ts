import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { readAnswer } from './read-answer.ts';
import type { RawAnswer } from './read-answer.ts';

/** One request as it goes over the wire: nothing here is checked, so that everything can be sent. */
export interface WireRequest {
  readonly method: string;
  /** As it stands in the request line; characters above U+007F go as UTF-8. */
  readonly target: string;
  /** Without `Content-Length`, which is added, and `Host`, which is added unless it is here. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Uint8Array;
  /** Sends the body in chunks (RFC 9112 §7.1). */
  readonly chunked?: boolean;
  /** Says another length than that of the body. */
  readonly lengthSaid?: string;
  /** The answer never ends: what comes within a moment is looked at. */
  readonly endless?: boolean;
}

export type WireResult =
  | { readonly kind: 'answer'; readonly answer: RawAnswer }
  /** The connection ended before a whole answer: `got` is what had come. */
  | { readonly kind: 'closed'; readonly got: string }
  | { readonly kind: 'silence'; readonly got: string };

/** An answer that has not come after so long never will. */
const SILENCE_MS = 20_000;
/** What of an endless answer is waited for. */
const ENDLESS_MS = 150;

/** The bytes of a request. */
export function requestBytes(request: WireRequest, host: string): Buffer {
  const lines = [`${request.method} ${request.target} HTTP/1.1`];
  if (!request.headers.some(([name]) => name.toLowerCase() === 'host')) lines.push(`Host: ${host}`);
  for (const [name, value] of request.headers) lines.push(`${name}: ${value}`);
  const { body } = request;
  if (request.chunked === true) lines.push('Transfer-Encoding: chunked');
  if (request.lengthSaid !== undefined) lines.push(`Content-Length: ${request.lengthSaid}`);
  else if (body !== undefined && request.chunked !== true) {
    lines.push(`Content-Length: ${body.length}`);
  }
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8');
  if (body === undefined) return head;
  return Buffer.concat([head, request.chunked === true ? chunks(body) : body]);
}

function chunks(body: Uint8Array): Buffer {
  const half = Math.ceil(body.length / 2);
  const parts = [body.subarray(0, half), body.subarray(half)].filter(({ length }) => length > 0);
  return Buffer.concat([
    ...parts.flatMap((part) => [
      Buffer.from(`${part.length.toString(16)}\r\n`),
      part,
      Buffer.from('\r\n'),
    ]),
    Buffer.from('0\r\n\r\n'),
  ]);
}

/** Sends one request over a connection of its own. */
export async function send(
  request: WireRequest,
  address: { readonly host: string; readonly port: number },
): Promise<WireResult> {
  const { promise, resolve } = Promise.withResolvers<WireResult>();
  const socket: Socket = connect({ host: address.host, port: address.port, noDelay: true });
  const received: Buffer[] = [];
  const got = (): Buffer => Buffer.concat(received);
  let timer = setTimeout(finish, SILENCE_MS, true);
  function finish(late: boolean): void {
    const bytes = got();
    const answer = readAnswer(bytes, { method: request.method, ended: true });
    const text = bytes.subarray(0, 400).toString('latin1');
    if (answer !== undefined) resolve({ kind: 'answer', answer });
    else resolve({ kind: late ? 'silence' : 'closed', got: text });
    clearTimeout(timer);
    // A reset leaves nothing behind: a hundred thousand ports that wait would be too many.
    socket.resetAndDestroy();
  }
  socket.on('data', (chunk: Buffer) => {
    received.push(chunk);
    if (request.endless === true) {
      clearTimeout(timer);
      timer = setTimeout(finish, ENDLESS_MS, true);
      return;
    }
    const answer = readAnswer(got(), { method: request.method, ended: false });
    if (answer !== undefined) finish(false);
  });
  socket.on('close', () => finish(false));
  // What was cut off in the middle is told by `close`.
  socket.on('error', () => undefined);
  socket.write(requestBytes(request, `${address.host}:${address.port}`));
  // Whoever says more than they send ends there.
  if (request.lengthSaid !== undefined) socket.end();
  return promise;
}
