import { randomBytes } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ObjectWriter, StoredKind } from './object-storage.ts';
import { s3Call } from './s3-call.ts';
import { StorageError } from './storage-error.ts';

/** A bucket and the beginning of all keys in it. */
export interface S3Place {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
  readonly partBytes: number | undefined;
}

const MIB = 1_048_576;
/** Bytes of a part: few requests, and no more than this is held for each upload. */
const PART_BYTES_DEFAULT = 16 * MIB;
/** Services take 10,000 parts of one size; a little less leaves room for tags and trailer. */
const PARTS_MAX = 9_900;
/** A copy within the service moves so much in one request, the documented most. */
const COPY_BYTES_MAX = 5 * 1024 * MIB;
/** Bytes of a part when a copy has to go in parts. */
const COPY_PART_BYTES = 1024 * MIB;

/** What is known of an object before it is written. */
export interface S3Upload {
  readonly keyOf: (kind: StoredKind, name: string) => string;
  /** The key it will have; undefined while nobody knows. */
  readonly key: string | undefined;
  /** Bytes, when they are known: larger objects go in larger parts. */
  readonly sizeBytes: number | undefined;
}

interface Part {
  readonly PartNumber: number;
  readonly ETag: string | undefined;
}

/**
 * Writes one object: in one request when it fits a part, else in parts, each sent when it is full. An
 * upload whose name is known is completed under it; another goes to `temp/` and is copied within the
 * service, since S3 has no rename.
 */
export function createS3Writer(place: S3Place, upload: S3Upload): ObjectWriter {
  const { client, bucket, prefix } = place;
  const uploadKey = upload.key ?? `${prefix}temp/${randomBytes(16).toString('hex')}`;
  const partBytes = partBytesOf(place, upload.sizeBytes);
  let buffer = new Uint8Array(0);
  let filled = 0;
  let uploadId: string | undefined;
  let parts: Part[] = [];
  let sentBytes = 0;
  let isStaged = false;

  async function sendPart(): Promise<void> {
    if (parts.length >= 10_000) {
      throw new StorageError('storage-full', 'an upload whose size nobody told has too many parts');
    }
    uploadId ??= await begin(place, uploadKey);
    const PartNumber = parts.length + 1;
    const { ETag } = await s3Call(async () =>
      client.send(
        new UploadPartCommand({
          Bucket: bucket,
          Key: uploadKey,
          UploadId: uploadId,
          PartNumber,
          Body: buffer.subarray(0, filled),
        }),
      ),
    );
    parts.push({ PartNumber, ETag });
    sentBytes += filled;
    filled = 0;
  }

  /** The buffer grows with the first part, so that small objects take little memory. */
  function makeRoom(wanted: number): void {
    if (wanted <= buffer.length) return;
    const grown = new Uint8Array(Math.min(partBytes, Math.max(wanted, buffer.length * 2, 65_536)));
    grown.set(buffer.subarray(0, filled));
    buffer = grown;
  }

  async function finishParts(): Promise<void> {
    if (filled > 0) await sendPart();
    await complete(place, uploadKey, uploadId, parts);
    uploadId = undefined;
    isStaged = true;
  }

  return {
    async write(bytes) {
      for (let offset = 0; offset < bytes.length;) {
        if (filled === partBytes) await sendPart();
        const length = Math.min(bytes.length - offset, partBytes - filled);
        makeRoom(filled + length);
        buffer.set(bytes.subarray(offset, offset + length), filled);
        filled += length;
        offset += length;
      }
    },
    async commit(kind, name) {
      const key = upload.keyOf(kind, name);
      if (uploadId === undefined) {
        const body = buffer.subarray(0, filled);
        await s3Call(async () =>
          client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body })),
        );
        return;
      }
      await finishParts();
      if (key !== uploadKey) {
        await copy(place, uploadKey, key, sentBytes);
        await remove(place, uploadKey);
      }
      isStaged = false;
    },
    async abort() {
      buffer = new Uint8Array(0);
      parts = [];
      if (uploadId !== undefined) {
        const UploadId = uploadId;
        uploadId = undefined;
        await s3Call(async () =>
          client.send(
            new AbortMultipartUploadCommand({ Bucket: bucket, Key: uploadKey, UploadId }),
          ),
        );
      }
      if (isStaged && upload.key === undefined) await remove(place, uploadKey);
      isStaged = false;
    },
  };
}

/** Equal parts, as some services want them, few enough for an object of this size. */
function partBytesOf(place: S3Place, sizeBytes: number | undefined): number {
  const common = place.partBytes ?? PART_BYTES_DEFAULT;
  const needed = Math.ceil((sizeBytes ?? 0) / PARTS_MAX / MIB) * MIB;
  return Math.max(common, needed);
}

async function begin({ client, bucket }: S3Place, key: string): Promise<string | undefined> {
  const { UploadId } = await s3Call(async () =>
    client.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: key })),
  );
  return UploadId;
}

async function complete(
  { client, bucket }: S3Place,
  key: string,
  uploadId: string | undefined,
  parts: readonly Part[],
): Promise<void> {
  await s3Call(async () =>
    client.send(
      new CompleteMultipartUploadCommand({
        Bucket: bucket,
        Key: key,
        UploadId: uploadId,
        MultipartUpload: { Parts: [...parts] },
      }),
    ),
  );
}

async function copy(place: S3Place, from: string, to: string, sizeBytes: number): Promise<void> {
  const { client, bucket } = place;
  const CopySource = `${bucket}/${from}`;
  if (sizeBytes <= COPY_BYTES_MAX) {
    await s3Call(async () =>
      client.send(new CopyObjectCommand({ Bucket: bucket, Key: to, CopySource })),
    );
    return;
  }
  const UploadId = await begin(place, to);
  const parts: Part[] = [];
  for (let offset = 0; offset < sizeBytes; offset += COPY_PART_BYTES) {
    const last = Math.min(offset + COPY_PART_BYTES, sizeBytes) - 1;
    const PartNumber = parts.length + 1;
    const { CopyPartResult: result } = await s3Call(async () =>
      client.send(
        new UploadPartCopyCommand({
          Bucket: bucket,
          Key: to,
          UploadId,
          PartNumber,
          CopySource,
          CopySourceRange: `bytes=${offset}-${last}`,
        }),
      ),
    );
    parts.push({ PartNumber, ETag: result?.ETag });
  }
  await complete(place, to, UploadId, parts);
}

async function remove({ client, bucket }: S3Place, key: string): Promise<void> {
  await s3Call(async () => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })));
}
