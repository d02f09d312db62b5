// Goal: a deposit that is cut off anywhere goes on where it stopped, and nothing is deposited twice. Method: a wire between
// program and node that is cut at each stage, or the program killed there; then the same command again; then the chain is
// counted and every receipt verified.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProxy } from './proxy.ts';
import type { Fate, Proxy } from './proxy.ts';
import { jsonLines, jsonOf, outcomeOf, Sandbox } from './sandbox.ts';
import type { NodeProcess } from './sandbox.ts';

const FILES = 40;

interface Stage {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly fate: Fate;
}

const STAGES: readonly Stage[] = [
  { name: 'the bundle is lost', method: 'PUT', path: /^\/v1\/attachments\//, fate: 'lose-request' },
  {
    name: 'the statement is lost',
    method: 'POST',
    path: /^\/v1\/statements$/,
    fate: 'lose-request',
  },
  {
    name: 'the node’s word is lost',
    method: 'POST',
    path: /^\/v1\/statements$/,
    fate: 'lose-answer',
  },
  { name: 'the receipt is lost', method: 'GET', path: /\/receipt$/, fate: 'lose-answer' },
];

describe('a deposit that was cut off', () => {
  const sandbox = new Sandbox();
  let node: NodeProcess;
  let proxy: Proxy;
  let env: Readonly<Record<string, string>>;
  let number = 0;

  beforeAll(async () => {
    await sandbox.must('init');
    node = await sandbox.start();
    proxy = await startProxy(node.url);
    const { token } = JSON.parse(readFileSync(join(sandbox.data, 'credentials.json'), 'utf8')) as {
      token: string;
    };
    writeFileSync(sandbox.path('token'), token);
    env = { HEFU_TOKEN_FILE: sandbox.path('token') };
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await sandbox[Symbol.asyncDispose]();
  });

  /** A folder of files of its own, and the command that deposits it. */
  function deposit(...options: readonly string[]) {
    const caseName = `case-${++number}`;
    const folder = sandbox.path(caseName);
    for (let file = 0; file < FILES; file++) {
      const sub = join(folder, `part ${file % 4}`);
      mkdirSync(sub, { recursive: true });
      writeFileSync(join(sub, `文件 ${file}.txt`), `${caseName}, file ${file}`);
    }
    const out = sandbox.path(`${caseName}-receipts`);
    const words = ['evidence', 'deposit', folder, '--out', out, '--case', caseName, '--json'];
    return { caseName, folder, out, words: [...words, '--url', proxy.url, ...options] };
  }

  async function expectOnce(made: ReturnType<typeof deposit>, deposits: number): Promise<void> {
    const found = await sandbox.run('evidence', 'find', '--case', made.caseName, '--json');
    expect(jsonLines(found.stdout)).toHaveLength(deposits);
    const verified = await sandbox.run('verify', made.out, '--content', made.folder, '--json');
    expect(verified.exit).toBe(0);
    expect(jsonLines(verified.stdout).at(-1)).toMatchObject({ receipts: FILES, failed: 0 });
  }

  /** The first request of the stage has its fate; later ones pass. */
  function cutOnce({ method, path, fate }: Stage, onCut: () => void = () => undefined): void {
    let isCut = false;
    proxy.fate = (asked, at) => {
      if (isCut || asked !== method || !path.test(at)) return 'pass';
      isCut = true;
      onCut();
      return fate;
    };
  }

  it.each(STAGES)('as one statement: $name', async (stage) => {
    const made = deposit();
    cutOnce(stage);
    const first = await sandbox.runWith(env, ...made.words);
    expect(first.exit).toBe(5);
    expect(first.stderr).toContain('node-unreachable');
    const second = await sandbox.runWith(env, ...made.words);
    expect(second.stderr).toBe('');
    expect(jsonOf(second.stdout)).toMatchObject({ files: FILES, receipts: FILES });
    await expectOnce(made, 1);
    const third = await sandbox.runWith(env, ...made.words);
    expect(jsonOf(third.stdout)).toMatchObject({ files: FILES, receipts: 0, statements: [] });
  });

  it('as one statement for each file: the node’s word is lost', async () => {
    const made = deposit('--single');
    const stage = STAGES[2];
    if (stage === undefined) throw new Error('there is such a stage');
    cutOnce(stage);
    expect((await sandbox.runWith(env, ...made.words)).exit).toBe(5);
    expect((await sandbox.runWith(env, ...made.words)).exit).toBe(0);
    await expectOnce(made, FILES);
  });

  it('the program is killed while the node commits', async () => {
    const made = deposit();
    const child = sandbox.spawn(made.words, env);
    const inner = STAGES[2];
    if (inner === undefined) throw new Error('there is such a stage');
    // The wrapper hands SIGTERM on, which ends the program where it stands: it catches no signal.
    cutOnce(inner, () => child.kill('SIGTERM'));
    expect((await outcomeOf(child)).exit).not.toBe(0);
    const second = await sandbox.runWith(env, ...made.words);
    expect(second.stderr).toBe('');
    expect(second.exit).toBe(0);
    await expectOnce(made, 1);
  });

  it('later only what is new or has changed is deposited, and no receipt is lost', async () => {
    const made = deposit();
    proxy.fate = () => 'pass';
    expect((await sandbox.runWith(env, ...made.words)).exit).toBe(0);
    writeFileSync(join(made.folder, 'part 0', '文件 0.txt'), 'another content');
    const ran = await sandbox.runWith(env, ...made.words);
    expect(jsonOf(ran.stdout)).toMatchObject({ files: FILES, receipts: 1 });
    await expectOnce(made, 2);
    const earlier = join(made.out, '.earlier', 'part 0', '文件 0.txt.1.receipt.json');
    const kept = await sandbox.run('verify', earlier, '--json');
    expect(kept.exit).toBe(0);
  });

  it('a folder of receipts of another chain is refused', async () => {
    const made = deposit();
    proxy.fate = () => 'pass';
    expect((await sandbox.runWith(env, ...made.words)).exit).toBe(0);
    const journal = join(made.out, '.hefu-deposit', 'journal.ndjson');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace(/"genesis":"./, '"genesis":"x'));
    const ran = await sandbox.runWith(env, ...made.words);
    expect(ran.exit).toBe(4);
    expect(ran.stderr).toContain('journal-foreign');
  });
});
