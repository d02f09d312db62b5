import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer on its way to the client. */
export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What was asked of the node. */
export interface Asked {
  readonly method: string;
  readonly path: string;
}

/** Makes of a true answer what the client gets to hear. */
export type Lie = (asked: Asked, truth: Told) => Told | Promise<Told>;

/** Stands before a real node and says what it likes. */
export interface Liar extends AsyncDisposable {
  readonly url: string;
  /** The node whose answers are the truth; may change. */
  target: string;
  lie: Lie;
  /** Whether pages of other origins may ask, too. */
  allowOrigins: boolean;
  /** What was asked so far. */
  readonly asked: Asked[];
}

/** The headers that an answer keeps; its length and coding are made anew. */
const KEPT = ['content-type', 'ledger-height', 'retry-after', 'location'];

/** What a browser wants to hear before a page may ask another origin. */
const ANY_ORIGIN = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': '*',
  'access-control-expose-headers': '*',
};

/** Tells the truth. */
export const honest: Lie = (_asked, truth) => truth;

/** Starts one before a node. */
export async function startLiar(target: string): Promise<Liar> {
  const liar: Liar = {
    url: '',
    target,
    lie: honest,
    allowOrigins: false,
    asked: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const asked = { method: incoming.method ?? 'GET', path: incoming.url ?? '/' };
      if (liar.allowOrigins) {
        for (const [name, value] of Object.entries(ANY_ORIGIN)) outgoing.setHeader(name, value);
        if (asked.method === 'OPTIONS') {
          outgoing.writeHead(204).end();
          return;
        }
      }
      liar.asked.push(asked);
      const told = await liar.lie(asked, await ask(liar.target, asked, incoming.headers, chunks));
      outgoing.writeHead(told.status, told.headers).end(told.body);
    })().catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return Object.assign(liar, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
}

async function ask(
  target: string,
  { method, path }: Asked,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  chunks: readonly Buffer[],
): Promise<Told> {
  const sent = ['accept', 'content-type', 'authorization'].flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
  const answer = await fetch(target + path, { method, headers: Object.fromEntries(sent), ...body });
  const kept = KEPT.flatMap((name) => {
    const value = answer.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(kept),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}

/** The answer with its JSON changed. */
export function withJson(truth: Told, change: (value: Record<string, unknown>) => unknown): Told {
  const value = change(JSON.parse(truth.body.toString('utf8')) as Record<string, unknown>);
  return { ...truth, body: Buffer.from(JSON.stringify(value)) };
}

/** A problem document that no node gave. */
export function problem(status: number, code: string): Told {
  const body = { type: `/problems/${code}`, title: code, status, code, retryable: false };
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: Buffer.from(JSON.stringify(body)),
  };
}
