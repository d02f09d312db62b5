import { text } from 'node:stream/consumers';
import type { Io, TextSink } from './io.ts';

const COLUMNS_DEFAULT = 80;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** The surroundings of a process. */
export function processIo(): Io {
  return {
    env: process.env,
    cwd: process.cwd(),
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    readStdin: async () => text(process.stdin),
    now: () => Date.now(),
    stopped,
  };
}

function sinkOf(stream: NodeJS.WriteStream): TextSink {
  // Whoever reads our output may stop reading (`| head`): that is no failure of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    write: (chunk) => void stream.write(chunk),
    isTty: stream.isTTY,
    columns: stream.columns ?? COLUMNS_DEFAULT,
  };
}

/**
 * Within this time signals count as one: a terminal, or whoever stops a whole group of processes, sends them to this process and to the
 * launcher, which hands its own on.
 */
const SAME_SIGNAL_MS = 500;

/** A later signal is left to the system, which ends the process. */
async function stopped(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of SIGNALS) process.on(signal, resolve);
  await promise;
  setTimeout(() => {
    for (const signal of SIGNALS) process.removeListener(signal, resolve);
  }, SAME_SIGNAL_MS).unref();
}
