import { toHex } from '@hefu/bytes';
import { createContentDigester, HefuClient, ProblemError } from '@hefu/sdk';

const CHAIN = {
  chain: 'a.example',
  suite: 'international',
  slug: 'a',
  organisation: 'acme',
  height: 1,
  time: '',
  size: 1,
  root: '',
  stateRoot: '',
  prunedHeight: 0,
  genesisDigest: '',
  modules: [],
  organisations: [],
};

/** Puts a blob, reads it back over a connection that breaks once, and what was changed meanwhile: with the page's own streams. */
export async function run(input: { readonly size: number }): Promise<unknown> {
  const content = Uint8Array.from({ length: input.size }, (_, i) => (i * 31) % 251);
  const digester = createContentDigester();
  digester.update(content);
  const digest = toHex(digester.digest().sha256);
  const node = pretendNode();
  const client = new HefuClient({ url: 'https://node.example', verify: false, fetch: node.fetch });
  const sent: number[] = [];
  const put = await client.vault.put(digest, () => new Blob([content]), {
    onProgress: (done) => sent.push(done),
  });
  const again = await client.vault.put(digest, new Blob([content]));
  node.breakAfter = Math.floor(input.size / 2);
  const read = await client.vault.bytes(digest);
  node.bend();
  return {
    isNew: [put.isNew, again.isNew],
    sent,
    isSame: read.length === content.length && read.every((byte, i) => byte === content[i]),
    asked: node.asked,
    changed: await codeOf(client.vault.bytes(digest)),
  };
}

/** Keeps objects in memory, and speaks as a node does. */
function pretendNode(): {
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
  readonly asked: string[];
  breakAfter: number;
  bend(): void;
} {
  const objects = new Map<string, Uint8Array<ArrayBuffer>>();
  const asked: string[] = [];
  const node = {
    asked,
    breakAfter: Infinity,
    bend(): void {
      for (const bytes of objects.values()) bytes[7] = (bytes[7] ?? 0) ^ 1;
    },
    async fetch(url: string, init: RequestInit = {}): Promise<Response> {
      const { pathname } = new URL(url);
      if (pathname === '/v1/chain') return Response.json(CHAIN);
      const range = new Headers(init.headers).get('range');
      asked.push(`${init.method ?? 'GET'}${range === null ? '' : ` ${range}`}`);
      if (init.method === 'PUT') {
        const body = await new Response(init.body ?? null).arrayBuffer();
        objects.set(pathname, new Uint8Array(body));
        const stored = { digest: pathname.slice(-64), size: body.byteLength };
        return Response.json(stored, { status: 201 });
      }
      const bytes = objects.get(pathname);
      if (bytes === undefined) return new Response(null, { status: 404 });
      const start = Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
      const headers = {
        'content-length': String(bytes.length - start),
        'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
      };
      if (init.method === 'HEAD') return new Response(null, { headers });
      const breakAfter = node.breakAfter;
      node.breakAfter = Infinity;
      const body = streamOf(bytes.subarray(start), breakAfter);
      return new Response(body, { status: range === null ? 200 : 206, headers });
    },
  };
  return node;
}

function streamOf(bytes: Uint8Array, breakAfter: number): ReadableStream<Uint8Array> {
  const part = 10_000;
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= breakAfter) controller.error(new TypeError('network error'));
      else if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.slice(at, (at += part)));
    },
  });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof ProblemError ? error.code : String(error);
  }
}
