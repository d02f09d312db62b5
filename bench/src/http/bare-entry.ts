import { fastify } from 'fastify';
import type { AddressInfo } from 'node:net';

/**
 * The peer of the node's reads: the same HTTP server with one route that gives bytes of the sizes asked for and does nothing else. In a
 * process of its own, its address on standard output.
 */
const sizes = new Map<number, Buffer>();
const app = fastify();
app.get<{ Params: { readonly size: string } }>('/bytes/:size', (request, reply) => {
  const size = Number(request.params.size);
  let bytes = sizes.get(size);
  if (bytes === undefined) {
    bytes = Buffer.alloc(size, 'x');
    sizes.set(size, bytes);
  }
  return reply.header('content-type', 'application/octet-stream').send(bytes);
});
await app.listen({ host: '127.0.0.1', port: 0 });
const { port } = app.server.address() as AddressInfo;
process.stdout.write(`ready http://127.0.0.1:${port}\n`);
process.once('SIGTERM', () => void app.close());
