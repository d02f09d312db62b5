import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A server in a process of its own. */
export interface ChildServer extends AsyncDisposable {
  readonly url: string;
  readonly processId: number;
  /** Its first sign-in link, when it gave one. */
  readonly signInLink: string | undefined;
}

/** Starts a program that says `ready URL` on standard output once it listens; disposing ends it. Rejects when it ends before that. */
export async function startChildServer(
  file: string,
  options: {
    readonly arguments?: readonly string[];
    readonly environment?: NodeJS.ProcessEnv;
  } = {},
): Promise<ChildServer> {
  const { arguments: words = [], environment = {} } = options;
  const child = spawn(process.execPath, ['--conditions=source', file, ...words], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  let signInLink: string | undefined;
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      signInLink ??= /^sign-in (\S+)$/.exec(line)?.[1];
      const found = /^ready (http:\S+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => {
      reject(new Error(`the server ended with ${code}`));
    });
  });
  return {
    url,
    processId: child.pid ?? 0,
    signInLink,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
