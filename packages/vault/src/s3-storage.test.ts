// Goal: a vault over an S3-compatible store does what one over a folder does. Method: a real S3 server (versitygw) in a
// process of its own: small and large objects, ranges, damage, erasure from versions, unfinished uploads, no server.
import {
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { equalBytes, toHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openS3Storage } from './s3-storage.ts';
import type { S3StorageOptions } from './s3-storage.ts';
import { s3ServerProgram, startS3Server } from './testing/s3-server.ts';
import type { S3Server } from './testing/s3-server.ts';
import { createTestKey, inParts, patternBytes, readAll } from './testing/vault-fixture.ts';
import { openVault } from './vault.ts';
import type { Vault, VaultOptions } from './vault.ts';

const program = s3ServerProgram();
if (program === undefined) {
  console.warn('skipped: no S3 server; npm run setup -- --tests installs one (versitygw)');
}

/** The least that services take for a part. */
const PART_BYTES = 5 * 1_048_576;
const LARGE = patternBytes(12 * 1_048_576 + 321);

it('has its server wherever everything must run', () => {
  expect(program !== undefined || process.env['CI'] === undefined).toBe(true);
});

describe.skipIf(program === undefined)('a vault in a bucket', () => {
  let server: S3Server;
  const key = createTestKey('sha256');

  beforeAll(async () => {
    server = await startS3Server(program ?? '');
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  async function open(at: S3StorageOptions, more: Partial<VaultOptions> = {}): Promise<Vault> {
    return openVault({
      storage: await openS3Storage({ ...at, partBytes: PART_BYTES }),
      hashName: 'sha256',
      recipient: key.recipient,
      decryptionKey: (id) => (equalBytes(id, key.recipient.keyId) ? key.secret : undefined),
      now: () => 5,
      ...more,
    });
  }

  async function keysIn({ bucket }: S3StorageOptions): Promise<string[]> {
    const page = await server.client.send(new ListObjectsV2Command({ Bucket: bucket }));
    return (page.Contents ?? []).map(({ Key: name = '' }) => name);
  }

  it.each([
    ['empty', new Uint8Array(0)],
    ['small', patternBytes(1000)],
    ['of parts', LARGE],
  ])('keeps and gives back content that is %s', async (_size, content) => {
    const at = await server.createBucket();
    const vault = await open(at);
    const digest = toHex(hash('sha256', content));
    const put = await vault.put(inParts(content, 70_001), {
      expectedDigest: digest,
      size: content.length,
    });
    expect(put).toMatchObject({ ok: true, digest, isNew: true });
    expect(await keysIn(at)).toEqual([`chain/objects/${digest}`]);
    const again = await open(at);
    const got = await again.get(digest);
    if (!got.ok) throw new Error(got.code);
    expect(equalBytes(await readAll(got.content), content)).toBe(true);
    expect(await again.put([content])).toMatchObject({ ok: true, isNew: false });
    expect(await again.verify(digest)).toMatchObject({ ok: true, size: content.length });
  });

  it('names an object that nobody could name before it was read', async () => {
    const at = await server.createBucket();
    const vault = await open(at);
    const put = await vault.put(inParts(LARGE, 999_999));
    if (!put.ok) throw new Error(put.code);
    expect(await keysIn(at)).toEqual([`chain/objects/${put.digest}`]);
    expect(await vault.verify(put.digest)).toMatchObject({ ok: true });
  });

  it('reads ranges, across chunks and at the ends', async () => {
    const vault = await open(await server.createBucket());
    const put = await vault.put([LARGE]);
    if (!put.ok) throw new Error(put.code);
    for (const [start, end] of [
      [0, 1],
      [65_535, 65_537],
      [5_000_000, 8_200_000],
      [LARGE.length - 1, LARGE.length],
      [77, 77],
    ] as const) {
      const got = await vault.get(put.digest, { start, end });
      if (!got.ok) throw new Error(got.code);
      const found = await readAll(got.content);
      expect(equalBytes(found, LARGE.subarray(start, end)), `${start}-${end}`).toBe(true);
    }
  });

  it('tells damage, and heals what is put again', async () => {
    const at = await server.createBucket();
    const vault = await open(at);
    const content = patternBytes(200_000);
    const put = await vault.put([content]);
    if (!put.ok) throw new Error(put.code);
    const place = { Bucket: at.bucket, Key: `chain/objects/${put.digest}` };
    const stored = await (
      await server.client.send(new GetObjectCommand(place))
    ).Body?.transformToByteArray();
    const bent = Buffer.from(stored ?? []);
    bent[100_000] = (bent[100_000] ?? 0) ^ 1;
    await server.client.send(new PutObjectCommand({ ...place, Body: bent }));
    expect(await vault.verify(put.digest)).toMatchObject({ code: 'object-damaged' });
    await server.client.send(new PutObjectCommand({ ...place, Body: bent.subarray(0, 50_000) }));
    expect(await vault.get(put.digest)).toMatchObject({ code: 'object-damaged' });
    expect(await vault.put([content])).toMatchObject({ ok: true, isNew: true });
    expect(await vault.verify(put.digest)).toMatchObject({ ok: true });
  });

  it('leaves nothing of content that is another than announced, or breaks off', async () => {
    const at = await server.createBucket();
    const vault = await open(at);
    const expectedDigest = toHex(hash('sha256', patternBytes(5)));
    expect(await vault.put([LARGE], { expectedDigest })).toMatchObject({ code: 'object-mismatch' });
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield LARGE;
      throw new Error('the line was cut');
    }
    await expect(vault.put(broken())).rejects.toThrow('the line was cut');
    expect(await keysIn(at)).toEqual([]);
    const uploads = await server.client.send(
      new ListMultipartUploadsCommand({ Bucket: at.bucket }),
    );
    expect(uploads.Uploads ?? []).toEqual([]);
  });

  it('lists in order, page by page, and keeps to a quota', async () => {
    const at = await server.createBucket();
    const vault = await open(at);
    const digests: string[] = [];
    for (let i = 0; i < 7; i++) {
      const put = await vault.put([patternBytes(100, i + 1)]);
      if (put.ok) digests.push(put.digest);
    }
    digests.sort();
    const first = await vault.list({ limit: 4 });
    const rest = await vault.list({ limit: 4, after: first.at(-1)?.digest ?? '' });
    expect([...first, ...rest].map(({ digest }) => digest)).toEqual(digests);
    const used = [...first, ...rest].reduce((sum, { storedBytes }) => sum + storedBytes, 0);
    const bounded = await open(at, { quotaBytes: used + 1000 });
    expect(bounded.usedBytes).toBe(used);
    expect(await bounded.put([patternBytes(1001)])).toMatchObject({ code: 'quota-exceeded' });
    expect(bounded.usedBytes).toBe(used);
  });

  it('erases every version for good', async () => {
    const at = await server.createBucket(true);
    const vault = await open(at);
    const content = patternBytes(1000);
    const put = await vault.put([content]);
    if (!put.ok) throw new Error(put.code);
    const place = { Bucket: at.bucket, Key: `chain/objects/${put.digest}` };
    await server.client.send(new PutObjectCommand({ ...place, Body: Buffer.from('damaged') }));
    expect(await vault.put([content])).toMatchObject({ isNew: true });
    expect(await vault.erase(put.digest)).toEqual({ ok: true, erased: 5 });
    const versions = await server.client.send(
      new ListObjectVersionsCommand({ Bucket: at.bucket, Prefix: place.Key }),
    );
    expect([versions.Versions ?? [], versions.DeleteMarkers ?? []]).toEqual([[], []]);
    const again = await open(at);
    expect(await again.get(put.digest)).toMatchObject({ code: 'object-erased' });
    expect(await again.put([content])).toMatchObject({ code: 'object-erased' });
  });

  it('ends at the next start what a killed writer has left', async () => {
    const at = await server.createBucket();
    const place = { Bucket: at.bucket, Key: 'chain/temp/left' };
    const { UploadId } = await server.client.send(new CreateMultipartUploadCommand(place));
    await server.client.send(
      new UploadPartCommand({ ...place, UploadId, PartNumber: 1, Body: patternBytes(10) }),
    );
    await server.client.send(new PutObjectCommand({ ...place, Key: 'chain/temp/copy', Body: 'x' }));
    await open(at);
    const uploads = await server.client.send(
      new ListMultipartUploadsCommand({ Bucket: at.bucket }),
    );
    expect(uploads.Uploads ?? []).toEqual([]);
    expect(await keysIn(at)).toEqual([]);
  });

  it('refuses wrong credentials and a bucket that is not there', async () => {
    const at = await server.createBucket();
    await expect(openS3Storage({ ...at, secretAccessKey: 'wrong' })).rejects.toMatchObject({
      code: 'storage-read-only',
    });
    await expect(openS3Storage({ ...at, bucket: 'no-such-bucket' })).rejects.toMatchObject({
      code: 'storage-unreachable',
    });
  });

  it('says so when the server is gone', async () => {
    await using other = await startS3Server(program ?? '');
    const vault = await open(await other.createBucket());
    const put = await vault.put([patternBytes(10)]);
    if (!put.ok) throw new Error(put.code);
    await other.kill();
    expect(await vault.get(put.digest)).toMatchObject({ code: 'storage-unreachable' });
    expect(await vault.put([patternBytes(11)])).toMatchObject({ code: 'storage-unreachable' });
  }, 20_000);
});
