// A node in a process of its own: a signal stops it in order, a kill loses nothing that was acknowledged and leaves no lock.
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestPlace } from '../testing/data-folder.ts';
import type { TestPlace } from '../testing/data-folder.ts';
import { createNodeClient } from '../testing/node-client.ts';
import { initData } from './init-data.ts';
import type { InitResult } from './init-data.ts';

const SCRIPT = fileURLToPath(new URL('../testing/run-node.ts', import.meta.url));

let place: TestPlace;
let made: InitResult;
let children: ChildProcessByStdio<null, Readable, null>[] = [];

beforeEach(() => {
  place = createTestPlace();
  made = initData({ ...place, consortium: 'sample' });
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  place[Symbol.dispose]();
});

async function run(): Promise<{
  readonly url: string;
  readonly end: (signal: NodeJS.Signals) => Promise<{ code: number | null; said: string }>;
}> {
  const child = spawn(process.execPath, ['--conditions=source', SCRIPT, place.directory], {
    env: { ...process.env, ...place.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let said = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    said += text;
  });
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exited]);
  const url = said.trim();
  if (!url.startsWith('http://')) throw new Error(`the node did not start: ${said}`);
  return {
    url,
    async end(signal) {
      child.kill(signal);
      await exited;
      return { code: child.exitCode, said };
    },
  };
}

describe('a process with a node', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends in order on %s', async (signal) => {
    const node = await run();
    expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
    const { code, said } = await node.end(signal);
    expect([code, said.endsWith('stopped\n')]).toEqual([0, true]);
  });

  it('keeps what it acknowledged when it is killed, and starts again on the folder', async () => {
    const client = createNodeClient({ ...place, ...made });
    const first = await run();
    const ids = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        const item = { kind: 'digest', sha256: new Uint8Array(32).fill(i) };
        const args = { item, readers: 'public' };
        return client.post(first.url, client.sign('lanhe-dairy/depositor', 'deposit', args));
      }),
    );
    await first.end('SIGKILL');
    const second = await run();
    for (const id of ids) {
      const answer = await fetch(`${second.url}/v1/statements/${id}`);
      expect(((await answer.json()) as { code: string }).code, id).toBe('ok');
    }
    await second.end('SIGTERM');
  });
});
