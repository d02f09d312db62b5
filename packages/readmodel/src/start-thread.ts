import { Worker } from 'node:worker_threads';

/**
 * Starts a thread of this package; `path` is its main file from here, without its ending: a source when sources are run
 * directly, else what was built from it.
 */
export function startThread(path: string, workerData: unknown): Worker {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = new URL(`${path}${fromSource ? '.ts' : '.js'}`, import.meta.url);
  return new Worker(file, {
    workerData,
    ...(fromSource ? { execArgv: ['--conditions=source'] } : {}),
  });
}
