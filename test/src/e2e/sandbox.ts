import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { runProgram } from '@hefu/cli';

const BIN = fileURLToPath(new URL('../../../packages/cli/bin/hefu.mjs', import.meta.url));

/** What a command did. */
export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A node in a process of its own. */
export interface NodeProcess {
  readonly process: ChildProcess;
  readonly url: string;
  /** Milliseconds from the command to the answer that it listens. */
  readonly readyMs: number;
  /** What it has said on standard error. */
  said(): string;
  /** Stops it by SIGTERM; the exit code. */
  stop(): Promise<number | null>;
}

/** A folder of its own with a data folder and a master key, removed at the end. */
export class Sandbox implements AsyncDisposable {
  readonly root: string = mkdtempSync(join(tmpdir(), 'hefu-e2e-'));
  readonly data: string = join(this.root, 'data');
  readonly env: Record<string, string> = {
    HEFU_MASTER_KEY_FILE: join(this.root, 'master.key'),
    HEFU_DATA: this.data,
  };
  readonly #nodes: NodeProcess[] = [];

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  /** Runs a command in this process: as the program does, without starting one. */
  async run(...words: readonly string[]): Promise<Ran> {
    return this.runWith({}, ...words);
  }

  async runWith(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Ran> {
    let stdout = '';
    let stderr = '';
    const sink = (take: (text: string) => void) => ({
      write: (text: string | Uint8Array) =>
        take(typeof text === 'string' ? text : Buffer.from(text).toString('utf8')),
      isTty: false,
      columns: 100,
    });
    const exit = await runProgram(words, {
      env: { ...this.env, ...env },
      cwd: this.root,
      stdout: sink((text) => {
        stdout += text;
      }),
      stderr: sink((text) => {
        stderr += text;
      }),
      readStdin: async () => '',
      now: () => Date.now(),
      stopped: async () => new Promise(() => undefined),
    });
    return { exit, stdout, stderr };
  }

  /** Runs a command that has to work; throws with what it said when it does not. */
  async must(...words: readonly string[]): Promise<Ran> {
    const ran = await this.run(...words);
    if (ran.exit === 0) return ran;
    throw new Error(`${words.join(' ')} ended with ${ran.exit}: ${ran.stderr}`);
  }

  /** Starts the real program. */
  spawn(words: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    return spawn(process.execPath, [BIN, ...words], {
      cwd: this.root,
      env: { ...process.env, ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Runs the real program to its end. */
  async program(...words: readonly string[]): Promise<Ran> {
    return outcomeOf(this.spawn(words));
  }

  /** Starts a node on a free port; throws with what it said when it does not come up. */
  async start(...options: readonly string[]): Promise<NodeProcess> {
    const began = performance.now();
    const child = this.spawn(['node', 'start', '--json', '--port', '0', ...options]);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    if (child.stdout === null) throw new Error('the node has no standard output');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { format, url } = JSON.parse(line) as { format?: string; url?: string };
      if (format === 'hefu-node/1' && url !== undefined) resolve(url);
    });
    const ended = new Promise<number | null>((resolveEnd) => {
      child.once('close', (code) => {
        reject(new Error(`the node ended with ${code}: ${said}`));
        resolveEnd(code);
      });
    });
    const url = await promise;
    const node: NodeProcess = {
      process: child,
      url,
      readyMs: performance.now() - began,
      said: () => said,
      stop: async () => {
        child.kill('SIGTERM');
        return ended;
      },
    };
    this.#nodes.push(node);
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#nodes) await node.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** What a program printed and ended with. */
export async function outcomeOf(child: ChildProcess): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exit = await new Promise<number>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(code ?? (signal === 'SIGKILL' ? 137 : 1));
    });
  });
  return { exit, stdout, stderr };
}

/** The lines of JSON that a command printed. */
export function jsonLines<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

/** The only line of JSON that a command printed. */
export function jsonOf<T>(text: string): T {
  const lines = jsonLines<T>(text);
  const [value] = lines;
  if (value === undefined || lines.length !== 1) throw new Error(`not one line: ${text}`);
  return value;
}
