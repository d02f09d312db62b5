import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectReader, ObjectStorage, StoredEntry, StoredKind } from './object-storage.ts';
import { createS3Writer } from './s3-writer.ts';
import type { S3Place } from './s3-writer.ts';
import { isMissing, s3Call } from './s3-call.ts';

/** How to reach the bucket that holds objects. */
export interface S3StorageOptions {
  /** Base address of the service, such as `https://s3.example`. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** What all keys begin with; one vault each. Empty, or ends with `/`. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Whether the bucket stands in the path instead of the host name, as self-hosted services want it. Yes unless given. */
  readonly isPathStyle?: boolean;
  /** Whether uploads that were left unfinished are ended. Only the one process that writes may do so. Yes unless given. */
  readonly sweep?: boolean;
  /** Bytes of a part of an upload in parts; 16 MiB unless given. Services take no less than 5 MiB. */
  readonly partBytes?: number;
}

const NAME = /^[0-9a-f]{64}$/;
/** Most keys that a listing gives at once. */
const PAGE_MAX = 1000;
/** Each request is tried so often; the SDK waits in between. */
const ATTEMPTS_MAX = 4;
const CONNECT_TIMEOUT_MS = 10_000;
/** Longest silence of the service during a request: a part of an upload may take its time on a slow line. */
const SILENCE_MS_MAX = 60_000;

/**
 * Objects in an S3-compatible bucket: `<prefix>objects/<digest>`, `<prefix>tombstones/<digest>`, and
 * `<prefix>temp/` for uploads whose digest is not known before they end. An object appears when its
 * upload is completed, and not before. In a bucket with versions, removing a thing removes all of them.
 * Throws StorageError.
 */
export async function openS3Storage(options: S3StorageOptions): Promise<ObjectStorage> {
  const { bucket, prefix } = options;
  const client = new S3Client({
    endpoint: options.endpoint,
    region: options.region,
    forcePathStyle: options.isPathStyle ?? true,
    credentials: {
      accessKeyId: options.accessKeyId,
      secretAccessKey: options.secretAccessKey,
    },
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SILENCE_MS_MAX },
    // Every chunk is authenticated by us; checksums of the service's own are not spoken by all services.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  const place: S3Place = { client, bucket, prefix, partBytes: options.partBytes };
  const keepsVersions = await hasVersions(place);
  if (options.sweep !== false) await sweep(place);

  function keyOf(kind: StoredKind, name: string): string {
    if (!NAME.test(name)) throw new RangeError('names of stored objects are 64 hex digits');
    return `${prefix}${kind}/${name}`;
  }

  async function head(key: string): Promise<{ sizeBytes: number; tag: string } | undefined> {
    try {
      const found = await s3Call(async () =>
        client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })),
      );
      return { sizeBytes: found.ContentLength ?? 0, tag: found.ETag ?? '' };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function* pages(kind: StoredKind, after?: string): AsyncGenerator<StoredEntry> {
    const folder = `${prefix}${kind}/`;
    let startAfter = after === undefined ? undefined : `${folder}${after}`;
    for (;;) {
      const page = await s3Call(async () =>
        client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: folder,
            MaxKeys: PAGE_MAX,
            ...(startAfter === undefined ? {} : { StartAfter: startAfter }),
          }),
        ),
      );
      for (const { Key: key = '', Size: sizeBytes = 0 } of page.Contents ?? []) {
        const name = key.slice(folder.length);
        if (NAME.test(name)) yield { name, sizeBytes };
        startAfter = key;
      }
      if (page.IsTruncated !== true) return;
    }
  }

  return {
    create: async (expected) =>
      createS3Writer(place, {
        keyOf,
        key: expected?.name === undefined ? undefined : keyOf(expected.kind, expected.name),
        sizeBytes: expected?.sizeBytes,
      }),
    async open(kind, name) {
      const key = keyOf(kind, name);
      const found = await head(key);
      return found === undefined ? undefined : createReader(place, key, found);
    },
    async remove(kind, name) {
      const key = keyOf(kind, name);
      if ((await head(key)) === undefined && !keepsVersions) return false;
      if (keepsVersions) return (await removeVersions(place, key)) > 0;
      await s3Call(async () => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
      return true;
    },
    async list(kind, { after, limit }) {
      const entries: StoredEntry[] = [];
      if (limit <= 0) return entries;
      for await (const entry of pages(kind, after)) {
        entries.push(entry);
        if (entries.length >= limit) break;
      }
      return entries;
    },
    async usedBytes() {
      let total = 0;
      for await (const { sizeBytes } of pages('objects')) total += sizeBytes;
      return total;
    },
  };
}

/** Reads ranges of what was found under the key; another object under it since then is an error, not a mix of two. */
function createReader(
  { client, bucket }: S3Place,
  key: string,
  found: { readonly sizeBytes: number; readonly tag: string },
): ObjectReader {
  return {
    sizeBytes: found.sizeBytes,
    async read(offset, length) {
      const end = Math.min(offset + length, found.sizeBytes);
      if (end <= offset) return new Uint8Array(0);
      const range = `bytes=${offset}-${end - 1}`;
      return s3Call(async () => {
        const got = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: key, Range: range, IfMatch: found.tag }),
        );
        return (await got.Body?.transformToByteArray()) ?? new Uint8Array(0);
      });
    },
    async close() {
      // Nothing is held open between reads.
    },
  };
}

/** Whether deletes leave older versions behind. A service that knows no versions says so. */
async function hasVersions({ client, bucket }: S3Place): Promise<boolean> {
  try {
    const { Status: status } = await s3Call(async () =>
      client.send(new GetBucketVersioningCommand({ Bucket: bucket })),
    );
    return status !== undefined;
  } catch (error) {
    if (isUnsupported(error)) return false;
    throw error;
  }
}

async function removeVersions({ client, bucket }: S3Place, key: string): Promise<number> {
  let removed = 0;
  for (;;) {
    const page = await s3Call(async () =>
      client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key })),
    );
    const versions = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].filter(
      (version) => version.Key === key,
    );
    if (versions.length === 0) return removed;
    for (const { VersionId: version } of versions) {
      await s3Call(async () =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: version })),
      );
      removed++;
    }
  }
}

/** Ends what writers that were killed have left. */
async function sweep(place: S3Place): Promise<void> {
  const { client, bucket, prefix } = place;
  const listed = await s3Call(async () =>
    client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix })),
  );
  for (const { Key: key, UploadId: upload } of listed.Uploads ?? []) {
    if (key?.startsWith(prefix) !== true) continue;
    await s3Call(async () =>
      client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: upload })),
    );
  }
  const left = await s3Call(async () =>
    client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}temp/` })),
  );
  const keys = (left.Contents ?? []).map(({ Key: key }) => ({ Key: key }));
  if (keys.length === 0) return;
  await s3Call(async () =>
    client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: keys } })),
  );
}

function isUnsupported(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause !== 'object' || cause === null || !('$metadata' in cause)) return false;
  const status = (cause.$metadata as { readonly httpStatusCode?: number }).httpStatusCode;
  return status === 405 || status === 501;
}
