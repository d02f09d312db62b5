// Goal: where the objects are in a bucket, a backup says which there are, and after a restore it is told which of them are missing, damaged or
// cannot be opened; without the bucket the backup is made all the same, and says what it lacks. Method: a real node, a real S3 server
// (versitygw) whose objects are removed and bent behind its back; a machine that is lost.
import { toHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { s3ServerProgram, startS3Server } from '@hefu/vault/testing';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../logging/logger.ts';
import { checkVaults } from '../node/check-vaults.ts';
import { chainPaths, dataPaths, readCredentialsFile } from '../node/data-folder.ts';
import { initData } from '../node/init-data.ts';
import { startNode } from '../node/start-node.ts';
import { ANY_PORT, createTestPlace } from '../testing/data-folder.ts';
import { createBackup } from './create-backup.ts';
import { restoreBackup } from './restore-backup.ts';

const program = s3ServerProgram();
if (program === undefined) {
  console.warn('skipped: no S3 server; npm run setup -- --tests installs one (versitygw)');
}
const CONTENTS = [1, 2, 3, 4].map((fill) => new Uint8Array(100_000).fill(fill));

describe.skipIf(program === undefined)('objects in a bucket', () => {
  it('are listed in backups, and missed after a restore when they are gone', async () => {
    await using server = await startS3Server(program ?? '');
    using place = createTestPlace();
    const { slug } = initData({ ...place, consortium: 'empty' });
    const at = await server.createBucket();
    const environment = {
      ...place.environment,
      HEFU_S3_ACCESS_KEY_ID: at.accessKeyId,
      HEFU_S3_SECRET_ACCESS_KEY: at.secretAccessKey,
    };
    const flags = {
      ...ANY_PORT,
      'vault.storage': 's3',
      'vault.s3Endpoint': at.endpoint,
      'vault.s3Region': at.region,
      'vault.s3Bucket': at.bucket,
    };
    const digests: string[] = [];
    const out = join(place.directory, '..', 'backups');
    const opens = {
      bucketCredentials: {
        accessKeyId: at.accessKeyId,
        secretAccessKey: at.secretAccessKey,
      },
    };
    const make = async (more: object = opens) =>
      createBackup({
        directory: place.directory,
        out,
        nowMs: Date.now(),
        version: 'test',
        ...more,
      });
    {
      await using node = await startNode({
        ...place,
        environment,
        flags,
        logger: silentLogger(),
      });
      const { token } = readCredentialsFile(dataPaths(place.directory));
      const authorization = `Bearer ${token}`;
      for (const content of CONTENTS) {
        const digest = toHex(hash('sha256', content));
        digests.push(digest);
        const put = await fetch(`${node.url}/v1/vault/objects/${digest}`, {
          method: 'PUT',
          headers: { authorization, 'content-type': 'application/octet-stream' },
          body: content,
        });
        expect(put.status).toBe(201);
      }
      expect((await make({})).unlisted).toEqual([slug]);
      expect((await make()).unlisted).toEqual([]);
      // After the backup one is erased: that is no loss.
      const erased = await fetch(`${node.url}/v1/vault/erasures`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ object: digests[0] }),
      });
      expect(erased.status).toBe(200);
    }
    rmSync(place.directory, { recursive: true });
    await restoreBackup({ from: out, directory: place.directory, nowMs: 1 });
    const files = chainPaths(dataPaths(place.directory), slug);
    expect(existsSync(join(files.vault, 'objects'))).toBe(false);
    const check = async (read: boolean) =>
      checkVaults({ directory: place.directory, environment, read });
    expect(await check(true)).toMatchObject({ objects: 3, listed: 4, faults: [] });
    const keyOf = (digest = ''): string => `${slug}/own/objects/${digest}`;
    const [, gone = '', bent = '', cut = ''] = digests;
    await server.remove(at.bucket, keyOf(gone));
    // Its end, with trailer and key, stays as it was.
    const stored = await server.read(at.bucket, keyOf(bent));
    stored[70_000] = (stored[70_000] ?? 0) ^ 1;
    await server.write(at.bucket, keyOf(bent), stored);
    const whole = await server.read(at.bucket, keyOf(cut));
    await server.write(at.bucket, keyOf(cut), whole.subarray(0, -10));
    const finding = (code: string, digest: string) => ({ code, place: 'own', digest });
    const cutOff = finding('object-damaged', cut);
    const missing = finding('object-missing', gone);
    expect((await check(false)).faults).toEqual([cutOff, missing]);
    const read = (await check(true)).faults.toSorted((left, right) =>
      left.digest < right.digest ? -1 : 1,
    );
    expect(read).toEqual(
      [cutOff, missing, finding('object-damaged', bent)].toSorted((left, right) =>
        left.digest < right.digest ? -1 : 1,
      ),
    );
    await expect(
      checkVaults({ directory: place.directory, environment: place.environment, read: false }),
    ).rejects.toMatchObject({ code: 'config-invalid' });
    // The bucket gone: the ledger is backed up all the same, and the list is said to be lacking.
    await server.kill();
    expect((await make()).unlisted).toEqual([slug]);
    await expect(check(false)).rejects.toMatchObject({ code: 'bucket-unreachable' });
  }, 120_000);
});
