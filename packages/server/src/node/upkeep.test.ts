// Goal: the metrics tell how old the newest backup is, whether the last one failed, and how long the certificate holds, and nothing
// where there is nothing to tell. Method: /metrics of a node whose host has them, with a real folder of backups and a real certificate.
import { execFileSync } from 'node:child_process';
import { get as getHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { backupId } from '../backup/manifest.ts';
import { silentLogger } from '../logging/logger.ts';
import { ANY_PORT, createTestPlace } from '../testing/data-folder.ts';
import { initData } from './init-data.ts';
import { startNode } from './start-node.ts';
import { Upkeep } from './upkeep.ts';

const root = mkdtempSync(join(tmpdir(), 'hefu-upkeep-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const DAY_SECONDS = 86_400;

/** The value of a metric without labels; undefined where it is not told. */
function valueOf(told: string, name: string): number | undefined {
  const found = new RegExp(`^${name} (\\S+)$`, 'm').exec(told)?.[1];
  return found === undefined ? undefined : Number(found);
}

async function metricsOf(flags: Readonly<Record<string, unknown>>): Promise<string> {
  using place = createTestPlace();
  const { directory, environment } = place;
  initData({ directory, environment, consortium: 'empty' });
  const logger = silentLogger();
  await using node = await startNode({
    directory,
    environment,
    logger,
    flags: { ...ANY_PORT, ...flags },
  });
  const get = node.url.startsWith('https:') ? getHttps : getHttp;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    // A certificate that signs itself is nobody's but ours.
    get(`${node.url}/metrics`, { rejectUnauthorized: false, agent: false }, resolve).on(
      'error',
      reject,
    );
  });
  return await text(answer);
}

it('tells nothing without TLS and without backups', async () => {
  const told = await metricsOf({});
  for (const name of [
    'hefu_node_backup_age_seconds',
    'hefu_node_backup_failed',
    'hefu_http_certificate_remaining_seconds',
  ]) {
    expect(told).toContain(`# TYPE ${name} gauge`);
    expect(valueOf(told, name)).toBeUndefined();
  }
});

it('tells the age of the newest backup, and of a failure', async () => {
  const folder = join(root, 'backups');
  mkdirSync(join(folder, 'backups'), { recursive: true });
  for (const days of [9, 2]) {
    const id = backupId(Date.now() - days * DAY_SECONDS * 1000);
    writeFileSync(join(folder, 'backups', `${id}.json`), '{}');
  }
  // No whole manifest lies there, so that the node's own attempt fails at once.
  const told = await metricsOf({ 'backup.folder': folder, 'backup.everyHours': 1 });
  const age = valueOf(told, 'hefu_node_backup_age_seconds') ?? 0;
  expect(age).toBeGreaterThanOrEqual(2 * DAY_SECONDS);
  expect(age).toBeLessThan(2 * DAY_SECONDS + 60);
  expect(valueOf(told, 'hefu_node_backup_failed')).toBe(1);
});

it('tells how long the certificate holds', async () => {
  const key = join(root, 'tls.key');
  const cert = join(root, 'tls.crt');
  const made = ['-keyout', key, '-out', cert, '-days', '30', '-subj', '/CN=localhost'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', ['req', ...kind, ...made], { stdio: 'ignore' });
  const told = await metricsOf({ 'http.tlsCertFile': cert, 'http.tlsKeyFile': key });
  const remaining = valueOf(told, 'hefu_http_certificate_remaining_seconds');
  expect(remaining).toBeGreaterThan(30 * DAY_SECONDS - 120);
  expect(remaining).toBeLessThanOrEqual(30 * DAY_SECONDS);
});

it('goes by the newer certificate, and by the last backup', () => {
  const upkeep = new Upkeep('');
  expect(upkeep.newestBackupMs()).toBeUndefined();
  const cert = readFileSync(join(root, 'tls.crt'));
  upkeep.certificateTaken({ cert, key: cert, minVersion: 'TLSv1.2' });
  expect(upkeep.certificateEndMs).toBeGreaterThan(Date.now());
  upkeep.backupEnded(false);
  expect(upkeep.backupFailed).toBe(true);
  upkeep.backupEnded(true);
  expect(upkeep.backupFailed).toBe(false);
});
