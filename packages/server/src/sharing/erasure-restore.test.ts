// Goal: a backup older than an erasure does not bring the object back, neither at the granter nor at the grantee. Method: two real
// nodes; both are backed up, then the object is erased and both machines are lost; what is restored is asked and searched, before
// and after the tail that holds the erasure is supplied.
import { toHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createBackup } from '../backup/create-backup.ts';
import { readManifest } from '../backup/manifest.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import { silentLogger } from '../logging/logger.ts';
import { chainPaths, dataPaths, readCredentialsFile, readNodeFile } from '../node/data-folder.ts';
import { startNode } from '../node/start-node.ts';
import type { RunningNode } from '../node/start-node.ts';
import { applyTail } from '../standing/apply-tail.ts';
import { exportTail } from '../standing/export-tail.ts';
import { showPublished } from '../standing/show-published.ts';
import { ANY_PORT, createTestPlace } from '../testing/data-folder.ts';
import type { TestPlace } from '../testing/data-folder.ts';
import { startSharingConsortium } from '../testing/sharing-consortium.ts';
import type { SharingConsortium } from '../testing/sharing-consortium.ts';

const ERASED = new Uint8Array(200_000).fill(1);
const KEPT = new Uint8Array(1_000).fill(2);
const GONE = toHex(hash('sha256', ERASED));
const HERE = toHex(hash('sha256', KEPT));

let consortium: SharingConsortium;
let restored: TestPlace;
/** Node of a restored folder, with a lost machine's environment. */
let run: (flags?: object, directory?: string, lost?: TestPlace) => Promise<RunningNode>;

beforeAll(async () => {
  consortium = await startSharingConsortium('international');
  restored = createTestPlace();
  run = async (flags = {}, directory = restored.directory, lost = consortium.granter.place) =>
    startNode({
      directory,
      environment: lost.environment,
      flags: { ...ANY_PORT, ...flags },
      logger: silentLogger(),
    });
}, 60_000);

afterAll(async () => {
  await consortium[Symbol.asyncDispose]();
  restored[Symbol.dispose]();
});

async function backUp(place: TestPlace, out: string): Promise<string> {
  const { id } = await createBackup({ directory: place.directory, out, nowMs: 1, version: 'test' });
  return id;
}

async function ask(node: RunningNode, path: string, init: RequestInit = {}): Promise<Response> {
  const { token } = readCredentialsFile(dataPaths(node.directory));
  return fetch(`${node.url}${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${token}`,
      ...(init.method === 'PUT' ? { 'content-type': 'application/octet-stream' } : {}),
    },
  });
}

function objectPath(directory: string, digest: string): string {
  const paths = dataPaths(directory);
  const { slug } = readNodeFile(paths).chains[0] ?? { slug: '' };
  return join(chainPaths(paths, slug).vault, 'objects', digest.slice(0, 2), digest);
}

it('what was erased after a backup is erased again when that is restored, and given out by nobody meanwhile', async () => {
  const { granter, grantee } = consortium;
  for (const [digest, bytes] of [
    [GONE, ERASED],
    [HERE, KEPT],
  ] as const) {
    const put = await granter.operator(`/v1/vault/objects/${digest}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: Uint8Array.from(bytes),
    });
    expect(put.status).toBe(201);
  }
  const readers = [granter.organisation, grantee.organisation];
  const args = { object: GONE, grantee: grantee.organisation, readers };
  const grant = await consortium.say('lanhe-dairy/admin', 'sharing', 'grant', args);
  const trust: unknown = await (await fetch(`${granter.url()}/v1/trust`)).json();
  const key = consortium.keyOf('kite-freight/admin');
  const pulled = await grantee.post('/v1/vault/pulls', { from: granter.url(), grant, key, trust });
  expect(pulled.status).toBe(201);

  const backups = join(restored.directory, '..', 'backups-granter');
  const granteeBackups = join(restored.directory, '..', 'backups-grantee');
  await backUp(granter.place, backups);
  const granteeBackup = await backUp(grantee.place, granteeBackups);
  const paths = readManifest(granteeBackups, granteeBackup).files.map(({ path }) => path);
  expect(paths.filter((path) => path.endsWith(`/pulls/${grant}.json`))).toHaveLength(1);

  const erased = await granter.post('/v1/vault/erasures', { object: GONE, readers });
  expect(erased.status).toBe(200);
  const note = await (await fetch(`${granter.url()}/log/checkpoint`)).text();

  // The granter's machine is lost.
  const report = await restoreBackup({ from: backups, directory: restored.directory, nowMs: 2 });
  expect(existsSync(objectPath(restored.directory, GONE))).toBe(true);
  for (const step of ['restored', 'published']) {
    if (step === 'published') showPublished({ directory: restored.directory, note });
    await using node = await run();
    for (const digest of [GONE, HERE]) {
      const answer = await ask(node, `/v1/vault/objects/${digest}`);
      expect([answer.status, await answer.json()], step).toMatchObject([
        503,
        { code: 'vault-held' },
      ]);
    }
    const again = { from: node.url, grant, key, trust };
    const refused = await grantee.post('/v1/vault/pulls', again);
    expect(await refused.json(), step).toMatchObject({ code: 'vault-held' });
  }
  {
    // Whoever knows better says so.
    await using node = await run({ 'vault.serveWhileBehind': true });
    expect((await ask(node, `/v1/vault/objects/${HERE}`)).status).toBe(200);
  }
  const tail = join(restored.directory, '..', 'tail.hefu');
  const slug = report.chains[0]?.slug ?? '';
  exportTail({
    storePath: chainPaths(dataPaths(granter.place.directory), slug).store,
    fromSize: report.chains[0]?.size ?? 0,
    out: tail,
  });
  expect(applyTail({ directory: restored.directory, file: tail })).toMatchObject({ ok: true });
  await using node = await run();
  expect((await ask(node, `/v1/vault/objects/${GONE}`)).status).toBe(410);
  expect((await ask(node, `/v1/vault/objects/${HERE}`)).status).toBe(200);
  expect(existsSync(objectPath(restored.directory, GONE))).toBe(false);
  const back = await ask(node, `/v1/vault/objects/${GONE}`, { method: 'PUT', body: ERASED });
  expect(back.status).toBe(410);

  // The grantee's too; its notes tell whom to ask.
  const directory = join(restored.directory, '..', 'grantee');
  await restoreBackup({ from: granteeBackups, directory, nowMs: 3 });
  const held = join('granted', granter.organisation, 'objects', GONE.slice(0, 2), GONE);
  const file = objectPath(directory, GONE).replace(join('objects', GONE.slice(0, 2), GONE), held);
  expect(readFileSync(file).length).toBeGreaterThan(ERASED.length);
  await using theirs = await run({ 'vault.serveWhileBehind': true }, directory, grantee.place);
  const checked = await ask(theirs, '/v1/vault/pulls/checks', { method: 'POST' });
  expect(await checked.json()).toEqual({ pulls: [{ grant, code: 'object-erased' }] });
  const granted = `/v1/vault/granted/${granter.organisation}/${GONE}`;
  expect((await ask(theirs, granted)).status).toBe(410);
  expect(existsSync(file)).toBe(false);
}, 120_000);

it('an object whose erasure the ledger has is not taken in again, though the vault has no tombstone of it', async () => {
  const { granter } = consortium;
  const bytes = new Uint8Array(10).fill(3);
  const object = toHex(hash('sha256', bytes));
  const args = { object, readers: [granter.organisation] };
  await consortium.say('lanhe-dairy/admin', 'sharing', 'recordErasure', args);
  const put = await granter.operator(`/v1/vault/objects/${object}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: bytes,
  });
  expect([put.status, await put.json()]).toMatchObject([410, { code: 'object-erased' }]);
});
