// Goal: a start does what it says, and a node that can't start says why, with the right exit code, leaving what is there as
// it is. Method: the real program in its own process, on folders and ports that are free, taken, newer, damaged, read-only.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, outcomeOf, Sandbox } from './sandbox.ts';
import type { NodeProcess, Ran } from './sandbox.ts';

/** Twice what the issue of a start asks for, because the tests share the machine with one another. */
const READY_MS_MAX = 6_000;
/** A user who owns nothing. */
const NOBODY = 65_534;

async function chainOf(
  node: NodeProcess,
): Promise<{ genesisDigest: string; organisations: unknown[] }> {
  return (await (await fetch(`${node.url}/v1/chain`)).json()) as never;
}

function errorOf(ran: Ran): { code: string; advice?: string } {
  return jsonOf<{ error: { code: string; advice?: string } }>(ran.stderr).error;
}

describe('a start', () => {
  it('makes a sample once, and goes on with it, ready in a moment', async () => {
    await using sandbox = new Sandbox();
    const first = await sandbox.start('--sample');
    const made = await chainOf(first);
    expect(made.organisations).toHaveLength(3);
    expect(await first.stop()).toBe(0);
    // As `npm start -- --empty` would on a folder that is there: it is left as it is.
    const second = await sandbox.start('--sample', '--empty');
    expect(second.said()).toContain('began with 3 organisations');
    expect((await chainOf(second)).genesisDigest).toBe(made.genesisDigest);
    expect(second.readyMs).toBeLessThan(READY_MS_MAX);
    const log = readFileSync(join(sandbox.data, 'node.log'), 'utf8');
    expect(log).toContain('node is listening');
    expect(log).not.toContain(
      readFileSync(join(sandbox.data, 'credentials.json'), 'utf8').slice(40, 70),
    );
    const status = await sandbox.run('node', 'status', '--json');
    expect(jsonOf(status.stdout)).toMatchObject({ ready: true, url: second.url });
  });

  it('makes a chain of one organisation with --empty', async () => {
    await using sandbox = new Sandbox();
    const node = await sandbox.start('--sample', '--empty', '--suite', 'gm');
    expect((await chainOf(node)).organisations).toHaveLength(1);
    expect(await chainOf(node)).toMatchObject({ suite: 'gm' });
  });

  it('tells people where to look', async () => {
    await using sandbox = new Sandbox();
    const child = sandbox.spawn(['node', 'start', '--sample', '--port', '0']);
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('Ctrl-C')) child.kill('SIGINT');
      if (chunk.toString().includes('Ctrl-C')) child.kill('SIGTERM');
    });
    const { exit, stdout } = await outcomeOf(child);
    expect(exit).toBe(0);
    for (const word of [
      'http://127.0.0.1:',
      'sample.hefu.example',
      '/log/checkpoint',
      'verify',
      'deposit',
    ]) {
      expect(stdout).toContain(word);
    }
  });
});

describe('what keeps a node from starting', () => {
  const sandbox = new Sandbox();
  let node: NodeProcess;
  beforeAll(async () => {
    await sandbox.must('init');
    node = await sandbox.start();
  });
  afterAll(async () => sandbox[Symbol.asyncDispose]());

  it('another node on the folder', async () => {
    const ran = await sandbox.program('node', 'start', '--port', '0', '--json');
    expect(ran.exit).toBe(5);
    expect(errorOf(ran).code).toBe('data-in-use');
    expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
  });

  it('a data folder where one is to be made', async () => {
    const ran = await sandbox.run('init', '--json');
    expect(ran.exit).toBe(4);
    expect(errorOf(ran).code).toBe('data-exists');
  });

  it('a data folder with another chain than asked for', async () => {
    for (const options of [
      ['--suite', 'gm'],
      ['--chain', 'other.example'],
      ['--empty', '--organisation', 'acme'],
    ]) {
      const ran = await sandbox.program('node', 'start', '--port', '0', '--json', ...options);
      expect(ran.exit).toBe(2);
      expect(ran.stderr).toContain('data-differs');
      expect(ran.stderr).toContain(options.at(-1));
    }
    // As it was made: the folder is in use, which is another fault.
    const same = await sandbox.program('node', 'start', '--suite', 'international', '--json');
    expect(errorOf(same).code).toBe('data-in-use');
  });

  it('no data folder', async () => {
    const ran = await sandbox.program('node', 'start', '--data', 'none', '--json');
    expect(ran.exit).toBe(3);
    expect(errorOf(ran)).toMatchObject({ code: 'data-missing' });
    expect(existsSync(sandbox.path('none'))).toBe(false);
  });

  it('a setting that is wrong, named', async () => {
    const config = sandbox.path('wrong.yaml');
    writeFileSync(config, 'http:\n  portt: 1\nlog:\n  level: loud\n');
    const ran = await sandbox.program('node', 'start', '--config', config, '--json');
    expect(ran.exit).toBe(2);
    expect(errorOf(ran).code).toBe('config-invalid');
    expect(ran.stderr).toContain('portt');
    expect(ran.stderr).toContain('log.level');
  });

  describe('with the node stopped', () => {
    beforeAll(async () => {
      await node.stop();
    });

    it('a port that is taken', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      const { port } = server.address() as AddressInfo;
      const ran = await sandbox.program('node', 'start', '--port', String(port), '--json');
      server.close();
      expect(ran.exit).toBe(5);
      expect(errorOf(ran).code).toBe('port-taken');
      expect(errorOf(ran).advice).toContain('--port');
    });

    it('another folder’s master key, or none', async () => {
      const other = sandbox.path('other.key');
      writeFileSync(other, Buffer.alloc(32, 1), { mode: 0o600 });
      const wrong = await outcomeOf(
        sandbox.spawn(['node', 'start', '--json'], { HEFU_MASTER_KEY_FILE: other }),
      );
      expect(wrong.exit).toBe(4);
      expect(errorOf(wrong).code).toBe('master-key-wrong');
      const none = await outcomeOf(
        sandbox.spawn(['node', 'start', '--json'], {
          HEFU_MASTER_KEY_FILE: sandbox.path('no.key'),
        }),
      );
      expect(none.exit).toBe(3);
      expect(errorOf(none).code).toBe('master-key-missing');
    });

    it('data of a newer version', async () => {
      const file = join(sandbox.data, 'node.json');
      const before = readFileSync(file, 'utf8');
      writeFileSync(file, before.replace(/"version": \d+/, '"version": 99'));
      const ran = await sandbox.program('node', 'start', '--json');
      expect(ran.exit).toBe(4);
      expect(errorOf(ran).code).toBe('data-too-new');
      writeFileSync(file, before);
    });

    it.skipIf(process.platform === 'win32')('a folder that cannot be written', async () => {
      const isRoot = process.getuid?.() === 0;
      // Root may write anywhere, so as root the program is started as a user who owns nothing.
      for (const path of [sandbox.root, sandbox.data]) chmodSync(path, 0o555);
      chmodSync(join(sandbox.data, 'node.json'), 0o444);
      const main = fileURLToPath(new URL('../../../packages/cli/src/main.ts', import.meta.url));
      const child = spawn(
        process.execPath,
        ['--conditions=source', main, 'node', 'start', '--json'],
        {
          cwd: sandbox.root,
          env: { ...process.env, ...sandbox.env },
          stdio: ['ignore', 'pipe', 'pipe'],
          ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
        },
      );
      const ran = await outcomeOf(child);
      chmodSync(sandbox.root, 0o700);
      chmodSync(sandbox.data, 0o700);
      expect(ran.exit, ran.stderr).toBe(4);
      expect(errorOf(ran).code).toBe('data-read-only');
    });

    it('and after all of it the node starts as before', async () => {
      const again = await sandbox.start();
      expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
    });
  });
});

describe('the data folder', () => {
  it('is for its owner only, and the master key is not in it', async () => {
    await using sandbox = new Sandbox();
    const ran = await sandbox.run('init', '--json');
    expect(jsonOf(ran.stdout)).toMatchObject({ masterKey: sandbox.path('master.key') });
    if (process.platform !== 'win32') {
      expect(statSync(sandbox.data).mode & 0o077).toBe(0);
      expect(statSync(join(sandbox.data, 'credentials.json')).mode & 0o077).toBe(0);
      expect(statSync(sandbox.path('master.key')).mode & 0o077).toBe(0);
    }
    mkdirSync(sandbox.path('inside', 'data'), { recursive: true });
    copyFileSync(sandbox.path('master.key'), sandbox.path('inside', 'data', 'master.key'));
    const inside = await sandbox.runWith(
      { HEFU_MASTER_KEY_FILE: sandbox.path('inside', 'data', 'master.key') },
      'init',
      '--data',
      sandbox.path('inside', 'data'),
      '--json',
    );
    expect(inside.exit).toBe(4);
    expect(errorOf(inside).code).toBe('master-key-unsafe');
  });
});
