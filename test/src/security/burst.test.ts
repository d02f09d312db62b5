// Goal: ten thousand requests at once cost a bounded amount of memory, are answered or told when to come again, and the node is as it was
// afterwards. Method: a node in a process of its own, whose memory it tells itself; a burst over two hundred sockets by strangers.
import { Agent, get } from 'node:http';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Sandbox } from '../e2e/sandbox.ts';

const REQUESTS = 10_000;
const SOCKETS = 200;
/** What a burst may add: Node's own buffers and garbage that is not yet collected. */
const MEMORY_BYTES_MAX = 200 * 1024 * 1024;

const sandbox = new Sandbox();
let url = '';
let operator: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  await sandbox.must('init');
  Object.assign(sandbox.env, {
    HEFU_HTTP__REQUESTS_PER_SECOND_MAX: '10',
    HEFU_HTTP__REQUESTS_BURST_MAX: '20',
  });
  ({ url } = await sandbox.start());
  const { token } = JSON.parse(readFileSync(join(sandbox.data, 'credentials.json'), 'utf8')) as {
    readonly token: string;
  };
  operator = { authorization: `Bearer ${token}` };
});
afterAll(async () => sandbox[Symbol.asyncDispose]());

async function memoryBytes(): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers: operator })).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}

it('ten thousand requests at once', async () => {
  const before = await memoryBytes();
  expect(before).toBeGreaterThan(0);
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
  const ask = async (path: string): Promise<{ status: number; retryAfter: string | undefined }> =>
    new Promise((resolve, reject) => {
      get(`${url}${path}`, { agent }, (answer) => {
        const retryAfter = answer.headers['retry-after'];
        answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, retryAfter }));
      }).on('error', reject);
    });
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, async (_, index) =>
      ask(`/v1/evidence?limit=${1 + (index % 50)}`),
    ),
  );
  const good = answers.filter(({ status }) => status === 200);
  const later = answers.filter(({ status }) => status === 429);
  expect(good.length + later.length).toBe(REQUESTS);
  // From this machine it is fifty times what one address may.
  expect(good.length).toBeGreaterThanOrEqual(1_000);
  expect(later.length).toBeGreaterThan(1_000);
  expect(later.every(({ retryAfter }) => Number(retryAfter) >= 1)).toBe(true);
  expect((await memoryBytes()) - before).toBeLessThan(MEMORY_BYTES_MAX);
  expect((await fetch(`${url}/readyz`, { headers: operator })).status).toBe(200);
  expect((await fetch(`${url}/v1/chain`, { headers: operator })).status).toBe(200);
  agent.destroy();
  // The flood is two lines of the audit trail at most so far, not nine thousand.
  const trail = (await (
    await fetch(`${url}/v1/accounts/audit?limit=200`, { headers: operator })
  ).json()) as { readonly items: readonly { readonly code: string }[] };
  const told = trail.items.filter(({ code }) => code === 'rate-limited');
  expect(told.length).toBeGreaterThanOrEqual(1);
  expect(told.length).toBeLessThanOrEqual(2);
}, 60_000);
