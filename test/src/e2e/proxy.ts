import { createServer, request } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to do with an exchange: nothing, lose it on the way, lose the answer, or change the answer's bytes. */
export type Fate = 'pass' | 'lose-request' | 'lose-answer' | ((body: Buffer) => Buffer);

/** A wire between a client and a node that can be cut or bent. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
  /** Asked for every request; `pass` unless set. */
  fate: (method: string, path: string) => Fate;
}

/** Starts a proxy to a node. */
export async function startProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target);
  const server: Server = createServer((incoming, outgoing) => {
    const method = incoming.method ?? 'GET';
    const path = incoming.url ?? '/';
    const fate = proxy.fate(method, path);
    if (fate === 'lose-request') {
      incoming.socket.destroy();
      return;
    }
    const respond = async (answer: IncomingMessage): Promise<void> => {
      const body = await bodyOf(answer);
      if (fate === 'lose-answer') {
        incoming.socket.destroy();
        return;
      }
      const bent = fate === 'pass' ? body : fate(body);
      outgoing.writeHead(answer.statusCode ?? 500, {
        ...answer.headers,
        'content-length': String(bent.length),
      });
      outgoing.end(bent);
    };
    const onward = request(
      { hostname, port, method, path, headers: incoming.headers },
      (answer) => {
        void respond(answer);
      },
    );
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const proxy: Proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fate: () => 'pass',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return proxy;
}

async function bodyOf(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
