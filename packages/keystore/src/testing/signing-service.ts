import { fromBase64, toBase64 } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { generateKeyPair } from '@hefu/crypto/keys';
import { sign } from '@hefu/crypto/sign';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** How a service proves itself, and whom it lets in: PEM. */
export interface ServiceTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** A signing service as docs/formats/signing-service.md has it, for tests. */
export interface SigningService extends AsyncDisposable {
  /** `https://127.0.0.1:…`; empty on a socket. */
  readonly url: string;
  /** Answers every request with this instead, when it is set. */
  answer: ((response: ServerResponse) => void) | undefined;
  /** Requests that were answered. */
  readonly asked: string[];
}

/** Starts one with a key of each algorithm, named after it. */
export async function startSigningService(
  at: { readonly socketPath: string } | { readonly tls: ServiceTls },
): Promise<SigningService> {
  const algorithms: readonly SignatureAlgorithm[] = ['ed25519', 'es256', 'sm2'];
  const keys = new Map(algorithms.map((name) => [name as string, generateKeyPair(name)]));
  const asked: string[] = [];
  const service = { answer: undefined as SigningService['answer'] };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, , , name = '', action] = (request.url ?? '').split('/');
    asked.push(`${request.method ?? ''} ${name}`);
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    if (service.answer !== undefined) return service.answer(response);
    const key = keys.get(name);
    if (key === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { algorithm, publicKey, privateKey } = key;
    if (action === undefined) {
      response.end(JSON.stringify({ algorithm, publicKey: toBase64(publicKey) }));
      return;
    }
    const { message } = JSON.parse(Buffer.concat(parts).toString()) as { message: string };
    const signature = sign(algorithm, privateKey, fromBase64(message) ?? new Uint8Array());
    response.end(JSON.stringify({ signature: toBase64(signature) }));
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void handle(request, response);
  };
  const server: Server =
    'tls' in at
      ? createSecureServer({ ...at.tls, requestCert: true, rejectUnauthorized: true }, listener)
      : createServer(listener);
  if ('tls' in at) server.listen(0, '127.0.0.1');
  else server.listen(at.socketPath);
  await once(server, 'listening');
  const url =
    'tls' in at ? `https://127.0.0.1:${(server.address() as AddressInfo).port.toString()}` : '';
  return {
    url,
    asked,
    get answer() {
      return service.answer;
    },
    set answer(value) {
      service.answer = value;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
