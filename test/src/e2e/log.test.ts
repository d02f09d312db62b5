// Goal: the log can be checked whole from outside and from its folder, and read by other tools from static files. Method: a
// real node; honest reads, then bytes bent on the wire, a rewritten past, a foreign genesis; exported tiles read with the
// tree's own code and the published verifier keys.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toHex } from '@hefu/bytes';
import {
  decodeEntryBundle,
  entriesPath,
  rootFromTiles,
  rootOf,
  TILE_WIDTH,
  tilePath,
  tileWidth,
} from '@hefu/merkle';
import { parseCheckpoint, parseVerifierKey, treeHasher } from '@hefu/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProxy } from './proxy.ts';
import { jsonOf, Sandbox } from './sandbox.ts';
import type { NodeProcess } from './sandbox.ts';

/** More entries than a tile holds, so that full and partial tiles of two levels are there. */
const FILES = 300;

interface LogCheck {
  readonly ok: boolean;
  readonly code?: string;
  readonly size?: number;
  readonly since?: number;
}

describe.each(['international', 'gm'])('suite %s', (suite) => {
  const sandbox = new Sandbox();
  const hashName = suite === 'gm' ? 'sm3' : 'sha256';
  const hasher = treeHasher(hashName);
  let node: NodeProcess;

  async function deposit(count: number, out: string): Promise<void> {
    const folder = sandbox.path(`files-${out}`);
    cpSync(import.meta.dirname, folder, { recursive: true });
    for (let file = 0; file < count; file++) {
      writeFileSync(join(folder, `${file}.txt`), `${out} ${file}`);
    }
    const ran = await sandbox.run(
      'evidence',
      'deposit',
      folder,
      '--out',
      out,
      '--single',
      '--json',
    );
    expect(ran.stderr).toBe('');
    expect(ran.exit).toBe(0);
  }

  async function check(...options: readonly string[]): Promise<LogCheck & { exit: number }> {
    const ran = await sandbox.run('log', 'check', '--json', ...options);
    return { exit: ran.exit, ...jsonOf<LogCheck>(ran.stdout) };
  }

  beforeAll(async () => {
    await sandbox.must('init', '--suite', suite);
    node = await sandbox.start();
    await deposit(FILES, 'first');
  });
  afterAll(async () => sandbox[Symbol.asyncDispose]());

  it('holds, and grows from what was seen', async () => {
    const first = await check();
    expect(first).toMatchObject({ exit: 0, ok: true });
    expect(first.since).toBeUndefined();
    expect(first.size).toBeGreaterThan(TILE_WIDTH);
    await deposit(3, 'second');
    const second = await check();
    expect(second).toMatchObject({ exit: 0, ok: true, since: first.size });
    expect(second.size).toBeGreaterThan(first.size ?? 0);
  });

  it.each([
    [
      'an entry',
      /^\/log\/tile\/entries\/000$/,
      ['tile-wrong', 'entry-malformed', 'entry-out-of-order'],
    ],
    ['a full tile', /^\/log\/tile\/0\/000$/, ['tile-wrong']],
    ['an upper tile', /^\/log\/tile\/1\/000/, ['tile-wrong']],
    [
      'a signature',
      /^\/log\/checkpoint$/,
      ['checkpoint-line-wrong', 'checkpoint-unknown-signers', 'checkpoint-malformed'],
    ],
  ])('tells when %s is bent', async (_name, path, codes) => {
    await using proxy = await startProxy(node.url);
    proxy.fate = (_method, at) => (path.test(at) ? bend : 'pass');
    const bent = await check('--url', proxy.url);
    expect(bent).toMatchObject({ exit: 4, ok: false });
    expect(codes).toContain(bent.code);
    proxy.fate = () => 'pass';
    expect(await check('--url', proxy.url)).toMatchObject({ exit: 0, ok: true });
  });

  it('tells when the past is another', async () => {
    const state = sandbox.path('seen.json');
    expect(await check('--state', state)).toMatchObject({ exit: 0 });
    const seen = JSON.parse(readFileSync(state, 'utf8')) as { checkpoint: string };
    const lines = seen.checkpoint.split('\n');
    const honest = lines[2] ?? '';
    lines[2] = Buffer.alloc(32, 7).toString('base64');
    writeFileSync(state, JSON.stringify({ ...seen, checkpoint: lines.join('\n') }));
    expect(await check('--state', state)).toMatchObject({ exit: 4, code: 'history-rewritten' });
    lines[2] = honest;
    lines[1] = '9999999';
    writeFileSync(state, JSON.stringify({ ...seen, checkpoint: lines.join('\n') }));
    expect(await check('--state', state)).toMatchObject({ exit: 4, code: 'log-shrank' });
  });

  it('is written as static files that the tree’s code reads alone', async () => {
    const out = sandbox.path('tiles');
    expect((await sandbox.run('export-tiles', '--out', out)).exit).toBe(0);
    const parsed = parseCheckpoint(readFileSync(join(out, 'checkpoint'), 'utf8'));
    if (!parsed.ok) throw new Error(parsed.code);
    const { size, root } = parsed.checkpoint;
    const leaves: Uint8Array[] = [];
    for (let index = 0; index * TILE_WIDTH < size; index++) {
      const path = entriesPath(index, tileWidth(0, index, size));
      const bundle = decodeEntryBundle(readFileSync(join(out, path)));
      if (!bundle.ok) throw new Error(bundle.code);
      leaves.push(...bundle.entries.map((entry) => hasher.leaf(entry)));
    }
    expect(leaves).toHaveLength(size);
    expect(toHex(rootOf(hasher, leaves))).toBe(toHex(root));
    const read = (level: number, index: number): Uint8Array =>
      readFileSync(join(out, tilePath(level, index, tileWidth(level, index, size))));
    expect(toHex(rootFromTiles(hasher, size, read))).toBe(toHex(root));
    const keys = readFileSync(join(out, 'vkeys'), 'utf8').trim().split('\n');
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(parseVerifierKey(hashName, key), key).toMatchObject({ ok: true });
    }
    const again = await sandbox.run('export-tiles', '--out', out, '--json');
    expect(jsonOf(again.stdout)).toMatchObject({ size, written: 0 });
  });

  it('is proven in its folder, beside the running node and without it', async () => {
    const beside = await sandbox.run('fsck', '--json');
    expect(beside.exit).toBe(0);
    expect(jsonOf(beside.stdout)).toMatchObject({ ok: true, running: true, faults: [] });
    expect(await node.stop()).toBe(0);
    const after = await sandbox.run('fsck', '--replay', '--json');
    expect(after.exit).toBe(0);
    const report = jsonOf<{ blocks: number; replayed: number }>(after.stdout);
    expect(report).toMatchObject({ ok: true, running: false, faults: [] });
    expect(report.replayed).toBe(report.blocks);
  });

  it('is told apart from a folder that somebody changed', async () => {
    const copy = new Sandbox();
    try {
      cpSync(sandbox.root, copy.root, { recursive: true });
      const chain = readdirSync(join(copy.data, 'chains'))[0] ?? '';
      const genesis = join(copy.data, 'chains', chain, 'genesis.json');
      writeFileSync(genesis, readFileSync(genesis, 'utf8').replace('Lanhe', 'Lanke'));
      const keys = join(copy.data, 'keys');
      const key = join(keys, readdirSync(keys)[0] ?? '');
      writeFileSync(
        key,
        readFileSync(key, 'utf8').replace('"ciphertext": "', '"ciphertext": "AAAA'),
      );
      const ran = await copy.run('fsck', '--skip-signatures', '--json');
      expect(ran.exit).toBe(4);
      const codes = jsonOf<{ faults: { code: string }[] }>(ran.stdout).faults.map(
        (each) => each.code,
      );
      expect(codes).toEqual(['genesis-wrong', 'key-file-malformed']);
    } finally {
      await copy[Symbol.asyncDispose]();
    }
  });
});

/** One bit of the last byte but eight: never a line's end, always something that is meant. */
function bend(body: Buffer): Buffer {
  const bent = Buffer.from(body);
  const at = bent.length - 8;
  bent[at] = (bent[at] ?? 0) ^ 1;
  return bent;
}
