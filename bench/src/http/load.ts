import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { concatBytes, toHex } from '@hefu/bytes';
import { randomBytes } from '@hefu/crypto/random';
import { batchArgs, BATCH_ITEMS, countLines, makeBatch } from '../ledger/batches.ts';
import { inFlight, quantile, secondsOf } from '../measure/statistics.ts';
import type { BenchNode } from './bench-node.ts';
import { Connection, postRequest } from './connection.ts';

const BODY = 1_000;
/** Bodies under way at a time. */
const BODY_CONNECTIONS = 6;
/** Connections that send one statement a request. */
const SINGLE_CONNECTIONS = 64;
const LATENCY_RUNS = 1_000;
/** Pause between two submissions to an idle node. */
const IDLE_MS = 10;

/** Statements a second through HTTP in bodies of 1,000. */
export async function bodiesPerSecond(node: BenchNode, count: number): Promise<number> {
  const requests = Array.from({ length: Math.ceil(count / BODY) }, () => {
    const statements = Array.from({ length: BODY }, () => deposit(node));
    return postRequest('/v1/statements', 'application/cbor-seq', concatBytes(...statements));
  });
  const seconds = await sendAll(node, requests, BODY_CONNECTIONS, (body) => {
    const answer = JSON.parse(body.toString()) as {
      readonly results: readonly { readonly code?: string; readonly status?: unknown }[];
    };
    const failed = answer.results.find((result) => result.code !== 'ok');
    if (failed !== undefined) throw new Error(`refused: ${JSON.stringify(failed)}`);
  });
  return (requests.length * BODY) / seconds;
}

/** Ids of statements deposited in bodies of 1,000. */
export async function depositIds(node: BenchNode, count: number): Promise<string[]> {
  const ids: string[] = [];
  const connection = await Connection.open(node.url);
  while (ids.length < count) {
    const statements = Array.from({ length: BODY }, () => deposit(node));
    const { body } = await connection.send(
      postRequest('/v1/statements', 'application/cbor-seq', concatBytes(...statements)),
    );
    const { results } = JSON.parse(body.toString()) as { readonly results: { id: string }[] };
    ids.push(...results.map(({ id }) => id));
  }
  connection.close();
  return ids;
}

/** Statements a second, one a request, over 64 connections. */
export async function singlesPerSecond(node: BenchNode, count: number): Promise<number> {
  const requests = Array.from({ length: count }, () =>
    postRequest('/v1/statements', 'application/cose', deposit(node)),
  );
  const seconds = await sendAll(node, requests, SINGLE_CONNECTIONS, () => undefined);
  return count / seconds;
}

/** The 99th percentile, in milliseconds, from submitting one statement to an idle node to holding its receipt. */
export async function submitToReceiptMs(node: BenchNode): Promise<number> {
  const connection = await Connection.open(node.url);
  const times: number[] = [];
  // Idle is a node whose read model has nothing left to take in either.
  await readModelHas(node, await submitOne(connection, deposit(node)));
  for (let run = 0; run < LATENCY_RUNS; run++) {
    const statement = deposit(node);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const startMs = performance.now();
    const id = await submitOne(connection, statement);
    const receipt = await connection.send(
      Buffer.from(`GET /v1/statements/${id}/receipt HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`),
    );
    if (receipt.status !== 200) throw new Error(`receipt: status ${receipt.status}`);
    times.push(performance.now() - startMs);
  }
  connection.close();
  return quantile(times, 0.99);
}

/** Id of the statement, which is durable. */
async function submitOne(connection: Connection, statement: Uint8Array): Promise<string> {
  const request = postRequest('/v1/statements', 'application/cose', statement);
  const { status, body } = await connection.send(request);
  if (status !== 202) throw new Error(`status ${status}`);
  return (JSON.parse(body.toString()) as { readonly id: string }).id;
}

/** Receipts of the items of one batch a second, as one stream. */
export async function itemReceiptsPerSecond(node: BenchNode): Promise<number> {
  const batch = makeBatch('sha256');
  const authorization = `Bearer ${node.token}`;
  const put = await fetch(`${node.url}/v1/attachments/${toHex(batch.digest)}`, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/octet-stream' },
    body: batch.bundle as Uint8Array<ArrayBuffer>,
  });
  if (!put.ok) throw new Error(`attachment: status ${put.status}`);
  const posted = await fetch(`${node.url}/v1/statements`, {
    method: 'POST',
    headers: { 'content-type': 'application/cose' },
    body: node.sign('depositBatch', batchArgs(batch)) as Uint8Array<ArrayBuffer>,
  });
  const { id, code } = (await posted.json()) as { readonly id: string; readonly code: string };
  if (code !== 'ok') throw new Error(`refused: ${code}`);
  await readModelHas(node, id);
  let lines = 0;
  const seconds = await secondsOf(async () => {
    const answer = await getStream(`${node.url}/v1/evidence/${id}/receipts`);
    for await (const chunk of answer) lines += countLines(chunk as Buffer);
  });
  if (lines !== BATCH_ITEMS) throw new Error(`${lines} receipts instead of ${BATCH_ITEMS}`);
  return lines / seconds;
}

/** The body of an answer as it comes in; `fetch` costs more than the node's own part. */
function getStream(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, (answer) => {
      if (answer.statusCode === 200) resolve(answer);
      else reject(new Error(`status ${answer.statusCode}`));
    }).on('error', reject);
  });
}

/** Waits until the read model has taken the batch in. */
async function readModelHas(node: BenchNode, id: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const answer = await fetch(`${node.url}/v1/evidence/${id}`);
    if (answer.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the read model did not take the batch in');
}

/** A public deposit. */
export function deposit(node: BenchNode): Uint8Array {
  return node.sign('deposit', {
    item: { kind: 'digest', sha256: randomBytes(32) },
    readers: 'public',
  });
}

async function sendAll(
  node: BenchNode,
  requests: readonly Uint8Array[],
  connections: number,
  check: (body: Buffer) => void,
): Promise<number> {
  const open = await Promise.all(
    Array.from({ length: connections }, () => Connection.open(node.url)),
  );
  const free = [...open];
  const seconds = await secondsOf(() =>
    inFlight(requests.length, connections, async (index) => {
      const connection = free.pop();
      const request = requests[index];
      if (connection === undefined || request === undefined) throw new Error('no connection');
      const { status, body } = await connection.send(request);
      if (status !== 202) throw new Error(`status ${status}: ${body.toString().slice(0, 300)}`);
      check(body);
      free.push(connection);
    }),
  );
  for (const connection of open) connection.close();
  return seconds;
}
