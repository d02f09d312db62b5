import { S3ServiceException } from '@aws-sdk/client-s3';
import { StorageError } from './storage-error.ts';

/** What services call having no room: AWS' own word, and those of MinIO and Ceph. */
const FULL_NAMES: ReadonlySet<string> = new Set([
  'InsufficientStorage',
  'InsufficientCapacity',
  'XMinioStorageFull',
  'QuotaExceeded',
  'EntityTooLarge',
]);
const INSUFFICIENT_STORAGE = 507;
const FORBIDDEN = 403;
const NOT_FOUND = 404;

/** Awaits a request; whatever goes wrong is a StorageError whose cause is the service's own. */
export async function s3Call<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    throw storageError(cause);
  }
}

/** Whether the request failed since there is no such object. A missing bucket is no missing object. */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof StorageError)) return false;
  const { cause } = error;
  if (!(cause instanceof S3ServiceException)) return false;
  return cause.$metadata.httpStatusCode === NOT_FOUND && cause.name !== 'NoSuchBucket';
}

function storageError(cause: unknown): StorageError {
  if (cause instanceof S3ServiceException) {
    const { name, message } = cause;
    const status = cause.$metadata.httpStatusCode;
    const text = `${name}: ${message}`;
    if (FULL_NAMES.has(name) || status === INSUFFICIENT_STORAGE) {
      return new StorageError('storage-full', text, { cause });
    }
    // Requests that only read are refused so too; which one it was stands in the cause.
    if (status === FORBIDDEN) return new StorageError('storage-read-only', text, { cause });
    return new StorageError('storage-unreachable', text, { cause });
  }
  const text = cause instanceof Error ? cause.message : String(cause);
  return new StorageError('storage-unreachable', text, { cause });
}
