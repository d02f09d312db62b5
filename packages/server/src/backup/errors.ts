import { StartError } from '../node/start-fault.ts';

/** What can keep a backup from being made, proven or restored, with what to do; docs/operating/backup.md lists them. */
export const BACKUP_FAULTS = {
  'backup-missing':
    'Name the folder that backups were made into, and one of those that `hefu backup list` shows.',
  'backup-damaged':
    'Take an earlier backup, or another copy of the folder; then make a new one into an empty folder.',
  'backup-too-new': 'The backup was made by a newer Hefu: install that version or a later one.',
  'backup-foreign': 'Name an empty folder, or the one that this node’s backups are in.',
  'backup-busy': 'Another backup into this folder is under way: wait for it, or stop it.',
  'backup-cancelled': 'Nothing was changed: run the same command again.',
} as const satisfies Readonly<Record<string, string>>;

export type BackupFaultCode = keyof typeof BACKUP_FAULTS;

/** Why there is no backup, or none that can be used. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly code: BackupFaultCode;
  /** Further lines: one for each damaged part. */
  readonly details: readonly string[];

  constructor(
    code: BackupFaultCode,
    message: string,
    options: { readonly details?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? [];
  }

  get advice(): string {
    return BACKUP_FAULTS[this.code];
  }
}

/** A full disk is told as the rest of the node tells it. */
export function diskFull(path: string, neededBytes: number, freeBytes: number): StartError {
  return new StartError(
    'disk-full',
    `${path} has room for ${freeBytes} bytes, and ${neededBytes} are needed`,
  );
}
