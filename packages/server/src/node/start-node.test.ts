// Data folders made, nodes started on them over real sockets, stopped, started again, and every way in which that can be refused:
// each with its code, exit code and a way out.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { ANY_PORT, createTestPlace } from '../testing/data-folder.ts';
import type { TestPlace } from '../testing/data-folder.ts';
import { initData, isDataFolder } from './init-data.ts';
import type { InitOptions, InitResult } from './init-data.ts';
import { START_FAULTS, StartError, toStartError } from './start-fault.ts';
import { startNode } from './start-node.ts';
import type { RunningNode, StartOptions } from './start-node.ts';

let place: TestPlace;

beforeEach(() => {
  place = createTestPlace();
});

afterEach(() => {
  place[Symbol.dispose]();
});

function init(options: Partial<InitOptions> = {}): InitResult {
  const { directory, environment } = place;
  return initData({ directory, environment, consortium: 'sample', ...options });
}

async function start(options: Partial<StartOptions> = {}): Promise<RunningNode> {
  const { directory, environment } = place;
  return startNode({ directory, environment, flags: ANY_PORT, logger: silentLogger(), ...options });
}

function path(...parts: readonly string[]): string {
  return join(place.directory, ...parts);
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

/** The fault of a start that must fail, after which nothing holds the folder any more. */
async function faultOf(attempt: () => unknown): Promise<StartError> {
  try {
    await attempt();
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
  throw new Error('it went through');
}

describe('a data folder', () => {
  it('has the layout, the sample consortium and nothing that others may read', () => {
    const made = init();
    expect(isDataFolder(place.directory)).toBe(true);
    expect(made.members).toHaveLength(6);
    expect(readJson(path('node.json'))).toEqual({
      format: 'hefu-node',
      version: 1,
      chains: [{ slug: made.slug, chain: made.chain, organisation: 'lanhe-dairy' }],
    });
    const genesis = readJson(path('chains', made.slug, 'genesis.json'));
    expect(genesis).toMatchObject({ chain: made.chain, suite: 'international' });
    expect((genesis['organisations'] as unknown[]).length).toBe(3);
    expect(existsSync(path('making.json'))).toBe(false);
    for (const file of ['credentials.json', 'node.json', 'keys']) {
      expect(statSync(path(file)).mode & 0o077, file).toBe(0);
    }
    expect(statSync(place.directory).mode & 0o077).toBe(0);
  });

  it('can hold the node’s organisation alone, under names of one’s own', () => {
    const organisation = { id: 'notary', name: 'A notary' };
    const made = init({ consortium: 'empty', chain: 'ledger.example/notary', organisation });
    expect(made).toMatchObject({
      slug: 'ledger.example__notary',
      organisation: 'notary',
      members: ['notary/admin', 'notary/depositor'],
    });
  });

  it('is made once', async () => {
    init();
    const fault = await faultOf(init);
    expect([fault.code, fault.exitCode]).toEqual(['data-exists', 4]);
  });

  it('is made anew where an earlier attempt broke off, and left alone where it did not', async () => {
    init();
    rmSync(path('node.json'));
    expect((await faultOf(init)).code).toBe('data-incomplete');
    expect((await faultOf(start)).code).toBe('data-incomplete');
    writeFileSync(path('making.json'), '{}');
    expect((await faultOf(start)).code).toBe('data-missing');
    init();
    expect(isDataFolder(place.directory)).toBe(true);
  });

  it('refuses names that no chain can have', async () => {
    const fault = await faultOf(() => init({ chain: 'Not A Chain' }));
    expect([fault.code, fault.exitCode]).toEqual(['genesis-invalid', 2]);
    expect(fault.details.join()).toContain('/chain');
    expect(isDataFolder(place.directory)).toBe(false);
  });
});

describe('a running node', () => {
  it.each(['international', 'gm'] as const)(
    '%s: answers, stops, and is the same again',
    async (suite) => {
      init({ suite });
      let checkpoint = '';
      {
        await using node = await start();
        const ready = await fetch(`${node.url}/readyz`);
        expect(ready.status).toBe(200);
        checkpoint = await (await fetch(`${node.url}/log/checkpoint`)).text();
        expect(readJson(path('credentials.json'))['url']).toBe(node.url);
      }
      await using again = await start();
      const text = await (await fetch(`${again.url}/log/checkpoint`)).text();
      expect(text.split('\n').slice(0, 3)).toEqual(checkpoint.split('\n').slice(0, 3));
    },
  );

  it('lets its operator in by the token of the folder, or by the one of the environment', async () => {
    init();
    const { token } = readJson(path('credentials.json'));
    const ask = async (node: RunningNode, bearer: string): Promise<number> => {
      const headers = { authorization: `Bearer ${bearer}` };
      const url = `${node.url}/v1/vault/objects/${'0'.repeat(64)}`;
      return (await fetch(url, { headers })).status;
    };
    {
      await using node = await start();
      expect(await ask(node, String(token))).toBe(404);
      expect(await ask(node, `${String(token)}x`)).toBe(401);
    }
    const other = 'another-token-0123456789-0123456789';
    const environment = { ...place.environment, HEFU_TOKEN: other };
    await using node = await start({ environment });
    expect(await ask(node, other)).toBe(404);
    expect(await ask(node, String(token))).toBe(401);
  });

  it('ends the requests under way when it stops, takes no more, and can be stopped twice', async () => {
    init();
    const node = await start();
    const underWay = Array.from({ length: 20 }, async () => fetch(`${node.url}/v1/chain`));
    const answers = await Promise.all(underWay);
    await Promise.all([node.close(), node.close()]);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    await expect(fetch(`${node.url}/livez`)).rejects.toThrow('fetch failed');
  });

  it('reads hefu.yaml of its folder', async () => {
    init();
    writeFileSync(path('hefu.yaml'), 'http:\n  statementsBodyBytesMax: 2048\n');
    await using node = await start();
    const answer = await fetch(`${node.url}/v1/statements`, {
      method: 'POST',
      headers: { 'content-type': 'application/cose' },
      body: new Uint8Array(4096),
    });
    expect(answer.status).toBe(413);
  });
});

describe('a node that may not start', () => {
  it('has no folder', async () => {
    const fault = await faultOf(start);
    expect([fault.code, fault.exitCode]).toEqual(['data-missing', 3]);
    expect(fault.advice).toContain('hefu init');
  });

  it('finds faults in its configuration, and names them all', async () => {
    init();
    const flags = { 'http.port': 99_999, 'http.host': '0.0.0.0' };
    const fault = await faultOf(async () => start({ flags }));
    expect([fault.code, fault.exitCode]).toEqual(['config-invalid', 2]);
    expect(fault.details).toHaveLength(2);
    const unknown = await faultOf(async () =>
      start({ flags: { ...ANY_PORT, 'chains.default': 'x' } }),
    );
    expect(unknown.code).toBe('config-invalid');
  });

  it('finds another node on its folder', async () => {
    init();
    await using _first = await start();
    const fault = await faultOf(start);
    expect([fault.code, fault.exitCode]).toEqual(['data-in-use', 5]);
    expect((await faultOf(init)).code).toBe('data-in-use');
  });

  it('finds its port taken, and says how to take another', async () => {
    init();
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const fault = await faultOf(async () => start({ flags: { 'http.port': port } }));
    expect([fault.code, fault.exitCode]).toEqual(['port-taken', 5]);
    expect(fault.message).toContain(String(port));
    expect(fault.advice).toMatch(/--port.*HEFU_HTTP__PORT/);
    await new Promise((resolve) => {
      server.close(resolve);
    });
    // Everything was let go of.
    await using _node = await start({ flags: { 'http.port': port } });
  });

  it('finds data of a newer version', async () => {
    init();
    writeFileSync(
      path('node.json'),
      JSON.stringify({ ...readJson(path('node.json')), version: 2 }),
    );
    const fault = await faultOf(start);
    expect([fault.code, fault.exitCode]).toEqual(['data-too-new', 4]);
    expect(fault.message).toContain('version 2');
  });

  it.each([
    ['node.json', '{'],
    ['node.json', '{"format":"something else"}'],
    ['credentials.json', '{}'],
    ['chains/sample.hefu.example/genesis.json', '{}'],
    ['chains/sample.hefu.example/genesis.json', 'x'],
    ['chains/sample.hefu.example/store/format.json', '{"format":'],
  ])('finds %s damaged: %s', async (file, content) => {
    init();
    writeFileSync(path(file), content);
    const fault = await faultOf(start);
    expect([fault.code, fault.exitCode]).toEqual(['data-damaged', 1]);
  });

  it('finds its store gone or damaged', async () => {
    init();
    const store = path('chains', 'sample.hefu.example', 'store');
    const data = join(store, 'data.mdb');
    writeFileSync(existsSync(data) ? data : join(store, 'ledger.mdb'), 'not a database at all');
    expect((await faultOf(start)).code).toBe('data-damaged');
    rmSync(store, { recursive: true });
    expect((await faultOf(start)).code).toBe('data-damaged');
  });

  it('finds another genesis than the store began with', async () => {
    const made = init();
    const file = path('chains', made.slug, 'genesis.json');
    const genesis = readJson(file);
    writeFileSync(file, JSON.stringify({ ...genesis, time: Number(genesis['time']) + 1 }));
    const fault = await faultOf(start);
    expect([fault.code, fault.exitCode]).toEqual(['genesis-other', 4]);
  });

  it('finds no master key, another one, or one that others may read', async () => {
    init();
    const environment = { HEFU_MASTER_KEY_FILE: path('..', 'elsewhere.key') };
    expect((await faultOf(async () => start({ environment }))).code).toBe('master-key-missing');
    writeFileSync(environment.HEFU_MASTER_KEY_FILE, new Uint8Array(32), { mode: 0o600 });
    expect((await faultOf(async () => start({ environment }))).code).toBe('master-key-wrong');
    const open = { HEFU_MASTER_KEY_FILE: path('..', 'open.key') };
    writeFileSync(open.HEFU_MASTER_KEY_FILE, new Uint8Array(32), { mode: 0o644 });
    expect((await faultOf(async () => start({ environment: open }))).code).toBe(
      'master-key-unsafe',
    );
    const inside = { HEFU_MASTER_KEY_FILE: path('master.key') };
    writeFileSync(inside.HEFU_MASTER_KEY_FILE, new Uint8Array(32), { mode: 0o600 });
    expect((await faultOf(async () => start({ environment: inside }))).code).toBe(
      'master-key-unsafe',
    );
  });

  it('finds its keys gone', async () => {
    init();
    rmSync(path('keys'), { recursive: true });
    expect((await faultOf(start)).code).toBe('key-missing');
  });

  it('can make no folder there', async () => {
    const file = join(dirname(place.directory), 'file');
    writeFileSync(file, '');
    for (const directory of [file, join(file, 'data')]) {
      const fault = await faultOf(() => init({ directory }));
      expect([fault.code, fault.message], directory).toEqual([
        'data-read-only',
        expect.stringContaining(`${directory} cannot be made`),
      ]);
    }
  });

  it('may not write to the folder, or finds the disk full', () => {
    for (const [code, ours] of [
      ['EROFS', 'data-read-only'],
      ['EACCES', 'data-read-only'],
      ['ENOSPC', 'disk-full'],
      ['store-read-only', 'data-read-only'],
      ['store-full', 'disk-full'],
    ] as const) {
      const fault = toStartError(Object.assign(new Error('because'), { code }));
      expect([fault.code, fault.message]).toEqual([ours, 'because']);
    }
    expect(toStartError('something').code).toBe('start-failed');
  });
});

describe('docs/operating/running-a-node.md', () => {
  it('lists every fault of a start with its exit code and its way out', () => {
    const page = new URL('../../../../docs/operating/running-a-node.md', import.meta.url);
    const rows = readFileSync(page, 'utf8')
      .split('\n')
      .filter((line) => /^\| `[a-z-]+` \| \d \|/.test(line));
    const wanted = Object.entries(START_FAULTS).map(
      ([code, { exitCode, advice }]) => `| \`${code}\` | ${exitCode} | ${advice} |`,
    );
    expect(rows).toEqual(wanted);
  });
});
