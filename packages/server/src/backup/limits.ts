/** Version of the backup folder's layout. */
export const BACKUP_FORMAT = 'hefu-backup/1';

/** Pieces of databases: small, because a database changes here and there. */
export const DATABASE_CHUNK_BYTES: number = 256 * 1024;

/** Pieces of what only grows or never changes: large, because there is much of it. */
export const APPEND_CHUNK_BYTES: number = 4 * 1024 * 1024;

/** Largest manifest read: that of a terabyte in the pieces above has some 300 MB of digests. */
export const MANIFEST_BYTES_MAX: number = 512 * 1024 * 1024;

/** Most files of one backup; a vault has one an object. */
export const FILES_MAX = 10_000_000;

/** Backups kept in a folder unless another number is said. */
export const KEEP_DEFAULT = 14;

/** Room that must be left on the disk beside what a backup or a restore will take. */
export const ROOM_BYTES: number = 16 * 1024 * 1024;
