// Goal: a node that is set to keep its objects in a bucket does so, over restarts, and says what it lacks otherwise. Method: a
// real node and a real S3 server (versitygw), each in its own place; its data folder is searched for objects.
import { hash } from '@hefu/crypto/hash';
import { toHex } from '@hefu/bytes';
import { s3ServerProgram, startS3Server } from '@hefu/vault/testing';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { ANY_PORT, createTestPlace } from '../testing/data-folder.ts';
import { dataPaths, readCredentialsFile } from './data-folder.ts';
import { initData } from './init-data.ts';
import { startNode } from './start-node.ts';

const program = s3ServerProgram();
if (program === undefined) {
  console.warn('skipped: no S3 server; npm run setup -- --tests installs one (versitygw)');
}
const CONTENT = Buffer.alloc(300_000, 'content that rests in a bucket ');
const DIGEST = toHex(hash('sha256', CONTENT));

describe.skipIf(program === undefined)('a node whose objects are in a bucket', () => {
  it('keeps, gives and erases them there', async () => {
    await using server = await startS3Server(program ?? '');
    using place = createTestPlace();
    const { slug } = initData({ ...place, consortium: 'empty' });
    const at = await server.createBucket();
    const flags = {
      ...ANY_PORT,
      'vault.storage': 's3',
      'vault.s3Endpoint': at.endpoint,
      'vault.s3Region': at.region,
      'vault.s3Bucket': at.bucket,
      'vault.s3Prefix': 'hefu/',
      'vault.quotaBytes': 1_000_000,
    };
    const environment = {
      ...place.environment,
      HEFU_S3_ACCESS_KEY_ID: at.accessKeyId,
      HEFU_S3_SECRET_ACCESS_KEY: at.secretAccessKey,
    };
    const { token } = readCredentialsFile(dataPaths(place.directory));
    const headers = { authorization: `Bearer ${token}` };
    const start = async () => startNode({ ...place, environment, flags, logger: silentLogger() });
    {
      await using node = await start();
      const put = await fetch(`${node.url}/v1/vault/objects/${DIGEST}`, {
        method: 'PUT',
        headers: { ...headers, 'content-type': 'application/octet-stream' },
        body: CONTENT,
      });
      expect(put.status).toBe(201);
    }
    const folder = join(dataPaths(place.directory).chains, slug, 'vault');
    expect(readdirSync(folder)).toEqual(['bucket.json']);
    await using node = await start();
    const url = `${node.url}/v1/vault/objects/${DIGEST}`;
    const got = await fetch(url, { headers: { ...headers, range: 'bytes=65530-65545' } });
    expect(got.status).toBe(206);
    expect(Buffer.from(await got.arrayBuffer())).toEqual(CONTENT.subarray(65_530, 65_546));
    const large = Buffer.alloc(900_000, 'x');
    const beyond = await fetch(`${node.url}/v1/vault/objects/${toHex(hash('sha256', large))}`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: large,
    });
    expect(await beyond.json()).toMatchObject({ code: 'quota-exceeded' });
    const erased = await fetch(`${node.url}/v1/vault/erasures`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ object: DIGEST }),
    });
    expect(await erased.json()).toMatchObject({ object: DIGEST });
    expect((await fetch(url, { headers })).status).toBe(410);
    await server.kill();
    const gone = await fetch(url, { headers });
    expect([gone.status, await gone.json()]).toMatchObject([503, { code: 'storage-unreachable' }]);
  });
});

it('a node without what opens the bucket does not start, and says what it lacks', async () => {
  using place = createTestPlace();
  initData({ ...place, consortium: 'empty' });
  const flags = { ...ANY_PORT, 'vault.storage': 's3', 'vault.s3Bucket': 'objects' };
  await expect(startNode({ ...place, flags, logger: silentLogger() })).rejects.toMatchObject({
    code: 'config-invalid',
    message: expect.stringContaining('HEFU_S3_SECRET_ACCESS_KEY') as string,
  });
});
