import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page on loopback that holds one script; stopped by disposing of it. */
export interface PageServer extends AsyncDisposable {
  readonly port: number;
}

const HTML =
  '<!doctype html><meta charset="utf-8"><title>test</title><link rel="icon" href="data:,"><script src="/page.js"></script>';

/** Serves the script and a page that loads it on a free port of 127.0.0.1. */
export async function servePage(script: string): Promise<PageServer> {
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html');
    response.end(isScript ? script : HTML);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
