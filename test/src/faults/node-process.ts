import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A node in a process of its own, so that it can be killed without a word. */
export interface NodeProcess {
  readonly process: ChildProcess;
  /** The address once it listens; rejects when the process ends before. */
  readonly url: Promise<string>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
}

const ENTRY = fileURLToPath(new URL('./node-entry.ts', import.meta.url));

/** Starts a node on a data folder, on a free port of loopback. */
export function startNodeProcess(
  directory: string,
  environment: Readonly<Record<string, string>>,
): NodeProcess {
  const child = spawn(process.execPath, ['--conditions=source', ENTRY, directory], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-8_000);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const url = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^ready (http:\S+)$/.exec(line);
      if (found?.[1] === undefined) log = (log + line).slice(-8_000);
      else resolve(found[1]);
    });
    child.once('exit', (code, signal) => {
      reject(new Error(`node ended before it was ready (${code ?? signal ?? 'unknown'}): ${log}`));
    });
  });
  // Whoever kills the node before it is ready need not ask for its address.
  url.catch(() => undefined);
  return { process: child, url, ended };
}
