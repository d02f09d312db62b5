import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNode } from '@hefu/server';
import type { RunningNode } from '@hefu/server';
import type { Io } from '../io.ts';
import { runProgram } from '../program.ts';
import { testIo } from './test-io.ts';
import type { TestIo } from './test-io.ts';

/** What a command did. */
export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own, with a data folder in it when it is made; removed at the end, after its nodes have stopped. */
export class TestPlace implements AsyncDisposable {
  readonly root: string = mkdtempSync(join(tmpdir(), 'hefu-cli-'));
  readonly data: string = join(this.root, 'data');
  readonly env: Readonly<Record<string, string>>;
  readonly #nodes: RunningNode[] = [];

  /** `more` stands in the environment of every command and node besides. */
  constructor(more: Readonly<Record<string, string>> = {}) {
    this.env = {
      HEFU_DATA: this.data,
      HEFU_MASTER_KEY_FILE: join(this.root, 'master.key'),
      ...more,
    };
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  /** Surroundings of a command that runs here. */
  io(given: Partial<Io> = {}): TestIo {
    return testIo({ env: this.env, cwd: this.root, now: () => Date.now(), ...given });
  }

  async run(...words: readonly string[]): Promise<Ran> {
    const io = this.io();
    const exit = await runProgram(words, io);
    return { exit, out: io.out(), err: io.err() };
  }

  /** Runs a command that has to work. */
  async must(...words: readonly string[]): Promise<Ran> {
    const ran = await this.run(...words);
    if (ran.exit === 0) return ran;
    throw new Error(`${words.join(' ')} ended with ${ran.exit}: ${ran.err}`);
  }

  /** Starts the node of the data folder on a free port, without a word of log. */
  async start(): Promise<RunningNode> {
    const node = await startNode({
      directory: this.data,
      environment: this.env,
      flags: { 'http.port': 0 },
      logDestination: { write: () => undefined },
    });
    this.#nodes.push(node);
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const node of this.#nodes) await node.close();
    rmSync(this.root, { recursive: true, force: true });
  }
}
