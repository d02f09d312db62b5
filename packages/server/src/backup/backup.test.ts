// Goal: a backup is whole or not there, holds nothing that must not leave the node, tells every kind of damage, and a restore
// makes nothing of what does not hold. Method: real data folders; each piece damaged in turn, runs cancelled at every step,
// manifests bent by hand. What happens under load and after a loss is in the end-to-end test.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initData } from '../node/init-data.ts';
import { createBackup } from './create-backup.ts';
import type { BackupReport } from './create-backup.ts';
import { backupIds, readManifest, writeManifest } from './manifest.ts';
import { isBackupPath } from './paths.ts';
import { restoreBackup } from './restore-backup.ts';
import { verifyBackup } from './verify-backup.ts';

const NOW_MS = Date.UTC(2026, 2, 1);
let root = '';
let data = '';
let out = '';
let runs = 0;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hefu-backup-'));
  [data, out] = [join(root, 'data'), join(root, 'backups')];
  const environment = { HEFU_MASTER_KEY_FILE: join(root, 'master.key') };
  initData({ directory: data, environment, consortium: 'empty' });
  runs = 0;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function backup(
  more: { readonly keep?: number; readonly signal?: AbortSignal; onProgress?: () => void } = {},
): Promise<BackupReport> {
  const nowMs = NOW_MS + runs++ * 60_000;
  return createBackup({ directory: data, out, nowMs, version: 'test', ...more });
}

/** Paths of all pieces. */
function pieces(): string[] {
  return readdirSync(join(out, 'objects'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /[0-9a-f]{64}$/.test(name))
    .map((name) => join(out, 'objects', name));
}

function chainFolder(): string {
  const [slug = ''] = readdirSync(join(data, 'chains'));
  return join(data, 'chains', slug);
}

describe('a backup', () => {
  it('writes only what is new, keeps so many, and sweeps what none holds any more', async () => {
    const first = await backup();
    expect(first.newBytes).toBe(first.totalBytes);
    const second = await backup();
    expect(second.newBytes).toBe(0);
    const piecesBefore = new Set(pieces());
    writeFileSync(join(data, 'hefu.yaml'), 'log:\n  level: debug\n');
    expect((await backup()).newBytes).toBe(readFileSync(join(data, 'hefu.yaml')).length);
    rmSync(join(data, 'hefu.yaml'));
    const last = await backup({ keep: 1 });
    expect(last.removed).toHaveLength(3);
    expect(backupIds(out)).toEqual([last.id]);
    expect(new Set(pieces())).toEqual(piecesBefore);
  });

  it('holds one moment of the databases beside, and none of what must not leave', async () => {
    const accounts = new DatabaseSync(join(data, 'accounts.sqlite'));
    accounts.exec('PRAGMA journal_mode = WAL; create table t (x); insert into t values (7)');
    for (const name of ['signing-state', 'hold.json', 'readmodel.sqlite']) {
      writeFileSync(join(chainFolder(), name), `secret of ${name}`);
    }
    const { id } = await backup();
    accounts.close();
    const paths = readManifest(out, id).files.map(({ path }) => path);
    expect(paths).toContain('accounts.sqlite');
    expect(paths.filter((path) => !isBackupPath(path))).toEqual([]);
    for (const piece of pieces()) expect(readFileSync(piece, 'latin1')).not.toMatch(/^secret of/);
    const directory = join(root, 'restored');
    await restoreBackup({ from: out, directory, nowMs: NOW_MS });
    const restored = new DatabaseSync(join(directory, 'accounts.sqlite'), { readOnly: true });
    expect(restored.prepare('select x from t').all()).toEqual([{ x: 7 }]);
    restored.close();
  });

  it('that is cancelled at any step leaves the earlier ones as they were', async () => {
    const { id } = await backup();
    const before = pieces();
    writeFileSync(join(data, 'hefu.yaml'), 'log:\n  level: warn\n');
    for (let step = 1; ; step++) {
      const stop = new AbortController();
      let steps = 0;
      const run = backup({
        signal: stop.signal,
        onProgress: () => {
          if (++steps === step) stop.abort();
        },
      });
      const cancelled = await run.then(
        () => false,
        (error: unknown) => {
          expect(error, `step ${step}`).toMatchObject({ code: 'backup-cancelled' });
          return true;
        },
      );
      if (!cancelled) break;
      expect(backupIds(out), `step ${step}`).toEqual([id]);
      expect(pieces(), `step ${step}`).toEqual(before);
      expect(existsSync(join(out, 'work')), `step ${step}`).toBe(false);
    }
    expect(backupIds(out)).toHaveLength(2);
  });

  it('clears what a killed run has left, and meets neither another run nor a foreign folder', async () => {
    await backup();
    mkdirSync(join(out, 'work', 'left'), { recursive: true });
    const [piece = ''] = pieces();
    writeFileSync(`${piece}.new`, 'half a piece');
    writeFileSync(join(out, 'objects', piece.slice(-64, -62), '0'.repeat(64)), 'nobody names it');
    const both = await Promise.allSettled([backup(), backup()]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'backup-busy' },
    });
    expect(existsSync(`${piece}.new`)).toBe(false);
    expect((await verifyBackup({ from: out })).pieces).toBeGreaterThan(0);
    out = join(root, 'documents');
    mkdirSync(out);
    writeFileSync(join(out, 'letter.txt'), 'mine');
    await expect(backup()).rejects.toMatchObject({ code: 'backup-foreign' });
    expect(readdirSync(out)).toEqual(['letter.txt']);
  });
});

describe('damage', () => {
  it('of any piece is found by verifying, and by restoring, which makes no node of it', async () => {
    await backup();
    for (const [index, piece] of pieces().entries()) {
      const good = readFileSync(piece);
      const bad = Buffer.from(good);
      if (index % 2 === 0) bad[bad.length >> 1] = (bad[bad.length >> 1] ?? 0) ^ 1;
      if (index % 2 === 0) writeFileSync(piece, bad);
      else rmSync(piece);
      const directory = join(root, 'restored');
      const damaged = { code: 'backup-damaged' };
      await expect(verifyBackup({ from: out }), piece).rejects.toMatchObject(damaged);
      await expect(
        restoreBackup({ from: out, directory, nowMs: NOW_MS }),
        piece,
      ).rejects.toMatchObject(damaged);
      expect(existsSync(join(directory, 'node.json')), piece).toBe(false);
      writeFileSync(piece, good);
    }
    // What was broken off so often is begun again, and is whole.
    await restoreBackup({ from: out, directory: join(root, 'restored'), nowMs: NOW_MS });
    expect(existsSync(join(root, 'restored', 'node.json'))).toBe(true);
  });

  it('of a manifest is found, and no path in one leads out of the folder', async () => {
    const { id } = await backup();
    const path = join(out, 'backups', `${id}.json`);
    const good = readFileSync(path, 'utf8');
    writeFileSync(path, good.replace('"size":', '"size": '));
    expect(readManifest(out, id).id).toBe(id);
    writeFileSync(path, good.replace(/"height":\d+/, '"height":9'));
    await expect(verifyBackup({ from: out })).rejects.toMatchObject({ code: 'backup-damaged' });
    writeFileSync(path, good);
    const manifest = readManifest(out, id);
    for (const wrong of [
      '../escape',
      'keys/../../escape',
      '/etc/passwd',
      'chains/x/signing-state',
      'chains/x/hold.json',
      'credentials.json',
      'keys//x',
      String.raw`keys\..\x`,
    ]) {
      const files = manifest.files.map((file, at) => (at === 0 ? { ...file, path: wrong } : file));
      writeManifest(out, { ...manifest, files });
      const directory = join(root, 'restored');
      await expect(
        restoreBackup({ from: out, directory, nowMs: NOW_MS }),
        wrong,
      ).rejects.toMatchObject({ code: 'backup-damaged' });
    }
  });

  it('a restore never writes over a node, nor into a folder of other things', async () => {
    await backup();
    await expect(
      restoreBackup({ from: out, directory: data, nowMs: NOW_MS }),
    ).rejects.toMatchObject({ code: 'data-exists' });
    mkdirSync(join(root, 'mine'));
    writeFileSync(join(root, 'mine', 'letter.txt'), 'mine');
    await expect(
      restoreBackup({ from: out, directory: join(root, 'mine'), nowMs: NOW_MS }),
    ).rejects.toMatchObject({ code: 'data-incomplete' });
    await expect(
      restoreBackup({ from: join(root, 'nothing'), directory: join(root, 'x'), nowMs: NOW_MS }),
    ).rejects.toMatchObject({ code: 'backup-missing' });
  });
});
