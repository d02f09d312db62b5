import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { S3StorageOptions } from '../s3-storage.ts';

/** Where `npm run setup -- --tests` puts the server when the system has none. */
const INSTALLED = fileURLToPath(
  new URL('../../../../node_modules/.hefu-tools/versitygw', import.meta.url),
);
const STARTED_WITHIN_MS = 20_000;
const LOOK_EVERY_MS = 50;
const REGION = 'us-east-1';

/** The program of the S3 server (versitygw); undefined when it is not installed. */
export function s3ServerProgram(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = [
    process.env['HEFU_S3_SERVER'] ?? '',
    INSTALLED,
    ...folders.map((folder) => join(folder, 'versitygw')),
  ];
  return places.find((place) => place !== '' && isExecutable(place));
}

/** A real S3 server of the tests' own, over a new folder. */
export interface S3Server extends AsyncDisposable {
  readonly client: S3Client;
  /** A new bucket, and how to open it. */
  createBucket(hasVersions?: boolean): Promise<S3StorageOptions>;
  /** What lies under a key, read, written and removed behind the back of whoever owns it. */
  read(bucket: string, key: string): Promise<Uint8Array>;
  write(bucket: string, key: string, bytes: Uint8Array): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  /** Ends the server at once; requests after that find nobody. */
  kill(): Promise<void>;
}

/** Starts the server on a free port of this machine. */
export async function startS3Server(program: string): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), 'hefu-s3-'));
  await mkdir(join(directory, 'buckets'));
  await mkdir(join(directory, 'versions'));
  const port = await freePort();
  const accessKeyId = 'tests';
  const secretAccessKey = randomBytes(20).toString('hex');
  const account = ['--access', accessKeyId, '--secret', secretAccessKey, '--region', REGION];
  const listening = ['--port', `127.0.0.1:${port}`, '--quiet'];
  const folders = [
    'posix',
    '--versioning-dir',
    join(directory, 'versions'),
    join(directory, 'buckets'),
  ];
  const server = spawn(program, [...account, ...listening, ...folders], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const closed = once(server, 'close');
  const endpoint = `http://127.0.0.1:${port}`;
  await answering(endpoint);
  const credentials = { accessKeyId, secretAccessKey };
  const client = new S3Client({ endpoint, region: REGION, forcePathStyle: true, credentials });
  async function kill(): Promise<void> {
    server.kill('SIGKILL');
    await closed;
  }
  return {
    client,
    async createBucket(hasVersions = false) {
      const bucket = `bucket-${randomBytes(6).toString('hex')}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      if (hasVersions) {
        const VersioningConfiguration = { Status: 'Enabled' } as const;
        await client.send(
          new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }),
        );
      }
      return { endpoint, region: REGION, bucket, prefix: 'chain/', ...credentials };
    },
    async read(bucket, key) {
      const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await answer.Body?.transformToByteArray()) ?? new Uint8Array();
    },
    async write(bucket, key, bytes) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
    },
    async remove(bucket, key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    kill,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function answering(endpoint: string): Promise<void> {
  for (let waited = 0; waited < STARTED_WITHIN_MS; waited += LOOK_EVERY_MS) {
    try {
      await fetch(endpoint);
      return;
    } catch {
      await delay(LOOK_EVERY_MS);
    }
  }
  throw new Error('the S3 server did not start');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
