import { requireMarker } from './backup-folder.ts';
import { BackupError } from './errors.ts';
import { backupIds, readManifest } from './manifest.ts';
import type { BackupManifest } from './manifest.ts';
import { ObjectPool } from './object-pool.ts';
import { requireGoingOn } from './store-chunks.ts';

export interface VerifyOptions {
  /** The folder of backups. */
  readonly from: string;
  /** Which one; the newest unless given. */
  readonly id?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

export interface VerifyReport {
  readonly manifest: BackupManifest;
  readonly pieces: number;
  readonly totalBytes: number;
}

/** Damaged pieces told of one backup; more say nothing new. */
const FAULTS_MAX = 20;

/**
 * Reads every piece of a backup and holds it against its digest, and the sizes against the files'. Throws BackupError
 * `backup-missing`, `backup-damaged` with each damaged file in the details, `backup-too-new`.
 */
export async function verifyBackup(options: VerifyOptions): Promise<VerifyReport> {
  const manifest = findBackup(options.from, options.id);
  const pool = await ObjectPool.open(options.from);
  const signal = options.signal ?? new AbortController().signal;
  const totalBytes = manifest.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const faults: string[] = [];
  let pieces = 0;
  let doneBytes = 0;
  for (const file of manifest.files) {
    try {
      let sizeBytes = 0;
      for (const digest of file.chunks) {
        requireGoingOn(signal);
        sizeBytes += (await pool.get(digest)).length;
        pieces++;
      }
      if (sizeBytes !== file.sizeBytes) {
        faults.push(`${file.path}: its pieces have ${sizeBytes} bytes`);
      }
    } catch (error) {
      if (!(error instanceof BackupError) || error.code !== 'backup-damaged') throw error;
      faults.push(`${file.path}: ${error.message}`);
    }
    doneBytes += file.sizeBytes;
    options.onProgress?.(doneBytes, totalBytes);
    if (faults.length >= FAULTS_MAX) break;
  }
  if (faults.length > 0) {
    throw new BackupError('backup-damaged', `backup ${manifest.id} is damaged`, {
      details: faults,
    });
  }
  return { manifest, pieces, totalBytes };
}

/** The manifest of a backup, the newest unless one is named. Throws as `readManifest` does. */
export function findBackup(from: string, id: string | undefined): BackupManifest {
  requireMarker(from);
  const wanted = id ?? backupIds(from).at(-1);
  if (wanted === undefined || !backupIds(from).includes(wanted)) {
    throw new BackupError(
      'backup-missing',
      `${from} holds no backup${id === undefined ? '' : ` ${id}`}`,
    );
  }
  return readManifest(from, wanted);
}
