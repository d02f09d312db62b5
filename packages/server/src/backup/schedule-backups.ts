import { Worker } from 'node:worker_threads';
import type { Config } from '../config/schema.ts';
import type { Logger } from '../logging/logger.ts';
import type { BucketCredentials } from '../node/vault-storages.ts';
import { backupIds, readManifest } from './manifest.ts';

/** How often it is looked whether a backup is due; a failed one is tried again then. */
const LOOK_MS = 60_000;
const HOUR_MS = 3_600_000;

type Outcome =
  | { readonly ok: true; readonly id: string; readonly unlisted: readonly string[] }
  | { readonly ok: false; readonly code: string; readonly message: string };

/**
 * Makes a backup whenever the newest one in the folder is older than it may be, the first at once when it is. A stop of the node
 * cancels the one under way.
 */
export function scheduleBackups(options: {
  readonly directory: string;
  readonly config: Config['backup'];
  readonly bucketCredentials?: BucketCredentials;
  readonly version: string;
  readonly logger: Logger;
  readonly now: () => number;
  /** Told how each one ended. */
  readonly onEnd: (isWhole: boolean) => void;
}): AsyncDisposable {
  const { config, logger, now, onEnd } = options;
  if (config.folder === '' || config.everyHours === 0) {
    return { [Symbol.asyncDispose]: async () => undefined };
  }
  let running: { readonly worker: Worker; readonly ended: Promise<void> } | undefined;
  function look(): void {
    if (running !== undefined) return;
    try {
      if (!isDue(config, now())) return;
      running = start();
    } catch (error) {
      onEnd(false);
      logger.error({ err: error }, 'backup failed');
    }
  }
  function start(): NonNullable<typeof running> {
    const worker = startThread(options);
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    worker.once('message', (outcome: Outcome) => {
      onEnd(outcome.ok);
      if (outcome.ok) {
        logger.info({ directory: config.folder }, 'backup was made');
        for (const chain of outcome.unlisted) {
          logger.warn({ chain }, 'backup lacks the list of objects in the bucket');
        }
      } else logger.error({ code: outcome.code, reason: outcome.message }, 'backup failed');
    });
    worker.once('error', (error) => {
      onEnd(false);
      logger.error({ err: error }, 'backup failed');
    });
    worker.once('exit', () => {
      running = undefined;
      resolve();
    });
    return { worker, ended };
  }
  const timer = setInterval(look, LOOK_MS).unref();
  look();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      running?.worker.postMessage('stop', []);
      await running?.ended;
    },
  };
}

function isDue({ folder, everyHours }: Config['backup'], nowMs: number): boolean {
  const newest = backupIds(folder).at(-1);
  return (
    newest === undefined || nowMs - readManifest(folder, newest).createdMs >= everyHours * HOUR_MS
  );
}

function startThread({
  directory,
  config,
  bucketCredentials,
  version,
  now,
}: Parameters<typeof scheduleBackups>[0]): Worker {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = new URL(fromSource ? './backup-thread.ts' : './backup-thread.js', import.meta.url);
  const { folder: out, keep } = config;
  return new Worker(file, {
    workerData: { directory, out, keep, version, nowMs: now(), bucketCredentials },
    ...(fromSource ? { execArgv: ['--conditions=source'] } : {}),
  });
}
