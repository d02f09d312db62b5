import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback that answers as it is told; stopped by disposing of it. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** `METHOD path` of every request so far. */
  readonly asked: string[];
}

/** Starts one on a free port. */
export async function startServer(answer: TestServer['answer']): Promise<TestServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    started.answer(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const started: TestServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answer,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return started;
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, value: unknown, status: number = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Answers with a problem document. */
export function sendProblem(
  response: ServerResponse,
  status: number,
  code: string,
  retryable: boolean = false,
): void {
  sendJson(response, { type: `/problems/${code}`, title: code, status, code, retryable }, status);
}
