import { parentPort, workerData } from 'node:worker_threads';
import { createBackup } from './create-backup.ts';
import type { BackupOptions } from './create-backup.ts';

/** Makes one backup in a thread of its own: reading and hashing must not stall a request. */

const port = parentPort;
if (port === null) throw new Error('this file runs as a worker only');
const stop = new AbortController();
port.once('message', () => stop.abort());
try {
  const options = workerData as Pick<
    BackupOptions,
    'directory' | 'out' | 'nowMs' | 'version' | 'keep' | 'bucketCredentials'
  >;
  const report = await createBackup({ ...options, signal: stop.signal });
  const { id, newBytes, totalBytes, unlisted } = report;
  port.postMessage({ ok: true, id, newBytes, totalBytes, unlisted });
} catch (error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'backup-failed';
  port.postMessage({ ok: false, code, message: error instanceof Error ? error.message : '' });
} finally {
  port.close();
}
