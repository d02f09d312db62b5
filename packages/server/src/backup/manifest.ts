import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { jsonText, writeFileAtomic } from '../node/files.ts';
import { BackupError } from './errors.ts';
import { BACKUP_FORMAT, FILES_MAX, MANIFEST_BYTES_MAX } from './limits.ts';
import { isBackupPath } from './paths.ts';

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const sizeBytes = z.int().min(0);

const fileSchema = z.strictObject({
  /** From the data folder, with `/`. */
  path: z.string().max(1_000).refine(isBackupPath),
  sizeBytes,
  chunkBytes: z.int().min(1),
  /** SHA-256 of each piece, in order; all but the last are `chunkBytes` long. */
  chunks: z.array(digest),
  /** What tells that a file has not changed since: only for files that never change once they are there. */
  mark: z.string().max(100).optional(),
});

const chainSchema = z.strictObject({
  slug: z.string().max(100),
  chain: z.string().max(300),
  genesis: digest,
  height: z.int().min(0),
  size: z.int().min(0),
  root: digest,
  /** The freshest checkpoint of that moment, a signed note. */
  checkpoint: z.string(),
});

const manifestSchema = z.strictObject({
  format: z.literal(BACKUP_FORMAT),
  id: z.string().regex(/^[0-9]{8}T[0-9]{9}Z$/),
  createdMs: z.int().min(0),
  /** Version of Hefu that made it. */
  version: z.string().max(100),
  chains: z.array(chainSchema).max(100),
  files: z.array(fileSchema).max(FILES_MAX),
});

/** Everything that one backup holds: which pieces make which file. */
export type BackupManifest = z.output<typeof manifestSchema>;
export type BackupFile = z.output<typeof fileSchema>;
export type BackupChain = z.output<typeof chainSchema>;

const FOLDER = 'backups';
const NAME = /^([0-9]{8}T[0-9]{9}Z)\.json$/;

/** The id of a backup of this moment: sorts by time and is a file name everywhere. */
export function backupId(createdMs: number): string {
  return new Date(createdMs).toISOString().replaceAll(/[-:.]/g, '');
}

/** The moment that an id was made of, as Unix milliseconds. */
export function backupTimeMs(id: string): number {
  return Date.parse(id.replace(/^(....)(..)(..)T(..)(..)(..)(...)Z$/, '$1-$2-$3T$4:$5:$6.$7Z'));
}

/** Ids of the whole backups in a folder, oldest first. */
export function backupIds(folder: string): string[] {
  try {
    return readdirSync(join(folder, FOLDER))
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function manifestPath(folder: string, id: string): string {
  return join(folder, FOLDER, `${id}.json`);
}

/** Written last of all: a backup whose manifest is there is whole. */
export function writeManifest(folder: string, manifest: BackupManifest): void {
  const sha256 = sumOf(JSON.stringify(manifest));
  writeFileAtomic(manifestPath(folder, manifest.id), `${JSON.stringify({ sha256, manifest })}\n`);
}

export function removeManifest(folder: string, id: string): void {
  rmSync(manifestPath(folder, id), { force: true });
}

/** Reads a manifest whose own digest holds. Throws BackupError `backup-missing`, `backup-damaged`, `backup-too-new`. */
export function readManifest(folder: string, id: string): BackupManifest {
  const path = manifestPath(folder, id);
  const value = readEnvelope(path);
  const { sha256, manifest } = (value ?? {}) as {
    readonly sha256?: unknown;
    readonly manifest?: unknown;
  };
  const { format } = (manifest ?? {}) as { readonly format?: unknown };
  if (typeof format === 'string' && format.startsWith('hefu-backup/') && format !== BACKUP_FORMAT) {
    throw new BackupError('backup-too-new', `${path} has the format ${format}`);
  }
  const parsed = manifestSchema.safeParse(manifest);
  if (!parsed.success || sha256 !== sumOf(JSON.stringify(manifest)) || parsed.data.id !== id) {
    throw new BackupError('backup-damaged', `${path} is not what was written`);
  }
  return parsed.data;
}

function readEnvelope(path: string): unknown {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new BackupError('backup-missing', `${path} is not there`);
  if (found.size > MANIFEST_BYTES_MAX) {
    throw new BackupError('backup-damaged', `${path} is too large for a manifest`);
  }
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError) {
      throw new BackupError('backup-damaged', `${path} is no JSON`, { cause });
    }
    throw cause;
  }
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What marks a folder as one of backups, so that no other is ever written into or cleaned. */
export function markerText(): string {
  return jsonText({ format: BACKUP_FORMAT });
}
