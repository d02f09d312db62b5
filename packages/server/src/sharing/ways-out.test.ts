// Goal: an object granted to one organisation is never with another, on disk or by any way out: body, salt and name; and after it was erased
// with nobody. Method: three organisations with a real node each. Every address of the OpenAPI document is asked as everybody, the streams are
// read, webhooks received, tail, backups and disks searched. That the walk finds what is there is shown by the operators: theirs are the
// only two addresses that give it.
import { concatBytes, toHex, utf8Encode } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { buildPrivateBatch, privateRecord } from '@hefu/module-evidence/api';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackup } from '../backup/create-backup.ts';
import { chainPaths, dataPaths, readCredentialsFile } from '../node/data-folder.ts';
import { exportTail } from '../standing/export-tail.ts';
import { startSharingConsortium } from '../testing/sharing-consortium.ts';
import type { SharingConsortium, TestOrganisation } from '../testing/sharing-consortium.ts';
import { readStream, walkedTemplates, walkWaysOut } from '../testing/walk-ways-out.ts';
import type { Pools, WalkedAnswer } from '../testing/walk-ways-out.ts';

const NAME = 'the-secret-plan-of-the-merger.pdf';
const TITLE = 'Merger of the two dairies';
const BODY_MARK = 'Nobody but the grantee may ever read these very words. ';
const BODY = utf8Encode(BODY_MARK.repeat(6_000));
const SALT = Uint8Array.from(randomBytes(32));
/** How long a stream is listened to. */
const STREAM_MS = 1_500;
const WEBHOOKS_MS = 10_000;

/** A secret as it would stand in any body: as it is, in hex, in base64 at each of three offsets. */
function traces(secret: string | Uint8Array): string[] {
  const bytes = Buffer.from(secret);
  return [
    bytes.toString('latin1'),
    bytes.toString('hex'),
    ...[0, 1, 2].map((shift) => bytes.subarray(shift, shift + 24).toString('base64')),
    bytes.subarray(0, 24).toString('base64url'),
  ];
}

const SECRETS = [NAME, TITLE, BODY_MARK, SALT].flatMap(traces);

function hasTrace(text: string): boolean {
  return SECRETS.some((trace) => text.includes(trace));
}

/** Everybody who may ask, at which node, and as whom. */
interface Asker {
  readonly who: string;
  readonly at: TestOrganisation;
  readonly headers: Readonly<Record<string, string>>;
}

let consortium: SharingConsortium;
let granter: TestOrganisation;
let grantee: TestOrganisation;
let other: TestOrganisation;
let strangers: readonly Asker[];
let operators: { readonly granter: Asker; readonly grantee: Asker };
let pools: Pools;
let hooks: { readonly url: string; readonly received: string[] } & AsyncDisposable;
let folder = '';
let objects: readonly { readonly object: string; readonly grant: string }[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hefu-ways-out-'));
  consortium = await startSharingConsortium('international');
  ({ granter, grantee, other } = consortium);
  hooks = await receiveHooks();
  for (const at of [granter, grantee, other]) {
    await at.restart({ 'webhooks.privateAddressesAllowed': true });
    const added = await at.post('/v1/webhooks', { url: hooks.url, blocks: true, since: 'start' });
    requireStatus(added, 201);
  }
  strangers = [
    { who: 'the public at the granter', at: granter, headers: {} },
    { who: 'the public at the grantee', at: grantee, headers: {} },
    ...(await Promise.all(
      ['member', 'auditor', 'read-only'].map(async (role) => ({
        who: `${other.organisation} as ${role} at the granter`,
        at: granter,
        headers: { authorization: `Bearer ${await keyFor(role)}` },
      })),
    )),
    { who: `${other.organisation} at home`, at: other, headers: operatorOf(other) },
  ];
  operators = {
    granter: { who: 'the granter', at: granter, headers: operatorOf(granter) },
    grantee: { who: 'the grantee', at: grantee, headers: operatorOf(grantee) },
  };
  await shareSecrets();
}, 90_000);

afterAll(async () => {
  await consortium[Symbol.asyncDispose]();
  await hooks[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function requireStatus({ url, status }: Response, expected: number): void {
  if (status !== expected) throw new Error(`${url} answered ${status}`);
}

/** A program of another organisation that the granter's node lets in. */
async function keyFor(role: string): Promise<string> {
  const added = await granter.post('/v1/accounts/keys', {
    name: `other-${role}`,
    roles: [role],
    member: `${other.organisation}/admin`,
  });
  const { key } = (await added.json()) as { readonly key: string };
  return key;
}

function operatorOf(at: TestOrganisation): Readonly<Record<string, string>> {
  const { token } = readCredentialsFile(dataPaths(at.place.directory));
  return { authorization: `Bearer ${token}` };
}

async function shareSecrets(): Promise<void> {
  const item = {
    kind: 'file',
    sha256: hash('sha256', BODY),
    sm3: hash('sm3', BODY),
    size: BODY.length,
    name: NAME,
    title: TITLE,
  } as const;
  const batch = buildPrivateBatch([privateRecord(item, 'sha256', SALT)], 'sha256');
  const record = batch.records[0]?.object ?? new Uint8Array();
  const readers = [granter.organisation, grantee.organisation];
  const { root, count } = batch;
  const said = { root, count, readers };
  const deposit = await consortium.say('lanhe-dairy/depositor', 'evidence', 'depositPrivate', said);
  const trust: unknown = await (await fetch(`${granter.url()}/v1/trust`)).json();
  const key = consortium.keyOf('kite-freight/admin');
  const shared = [];
  for (const bytes of [record, concatBytes(SALT, BODY)]) {
    const object = toHex(hash('sha256', bytes));
    const put = await granter.operator(`/v1/vault/objects/${object}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: Uint8Array.from(bytes),
    });
    requireStatus(put, 201);
    const args = { object, grantee: grantee.organisation, readers };
    const grant = await consortium.say('lanhe-dairy/admin', 'sharing', 'grant', args);
    const from = granter.url();
    const pulled = await grantee.post('/v1/vault/pulls', { from, grant, key, trust });
    requireStatus(pulled, 201);
    shared.push({ object, grant });
  }
  objects = shared;
  pools = await makePools(deposit);
}

async function makePools(deposit: string): Promise<Pools> {
  const { size, slug, height } = (await (await fetch(`${granter.url()}/v1/chain`)).json()) as {
    readonly size: number;
    readonly slug: string;
    readonly height: number;
  };
  const digests = objects.map(({ object }) => object);
  const statements = [deposit, ...objects.map(({ grant }) => grant)];
  const organisations = [granter, grantee, other].map(({ organisation }) => organisation);
  const webhooks = (await (await granter.operator('/v1/webhooks')).json()) as {
    readonly items: readonly { readonly id: string }[];
  };
  const keyIds = ['lanhe-dairy/admin', 'kite-freight/admin'].map((who) => consortium.keyOf(who));
  return {
    '*': [deposit, digests[0] ?? '', granter.organisation, 'AAAA'],
    id: [...statements, ...digests, ...keyIds, ...organisations],
    '/v1/webhooks/{id} id': webhooks.items.map(({ id }) => id),
    '/v1/accounts/users/{id} id': ['usr_x'],
    '/log/tile/{path} path': [
      `entries/000.p/${size}`,
      ...[0, 1].map((level) => `${level}/000.p/${size}`),
    ],
    code: ['object-erased', 'sharing/object-erased'],
    digest: digests,
    sha256: [...digests, toHex(hash('sha256', BODY))],
    sm3: [toHex(hash('sm3', BODY))],
    object: digests,
    index: ['0'],
    organisation: organisations,
    granter: [granter.organisation],
    grantee: [grantee.organisation],
    name: ['admin', 'depositor'],
    contract: ['evidence', 'sharing', 'membership'],
    collection: ['deposits', 'grants', 'erasures', 'members', 'keys'],
    key: [
      ...statements,
      ...objects.map(({ object }) => `${granter.organisation}/${object}`),
      'lanhe-dairy/admin',
    ],
    ticket: ['x'],
    statement: statements,
    depositor: ['lanhe-dairy/depositor'],
    slug: [slug],
    format: ['json', 'tlog-proof', 'cose'],
    validator: [granter.organisation],
    state: ['open', 'revoked', 'erased'],
    status: ['open'],
    proof: ['1'],
    height: [String(height)],
    atHeight: [String(height)],
    at: ['0'],
    bytes: ['100'],
    limit: ['200'],
    cursor: ['AAAA'],
    case: ['C-1'],
    from: ['0'],
    to: [String(Number.MAX_SAFE_INTEGER)],
    role: ['admin'],
    lang: ['zh', 'ru'],
    verbose: ['1'],
    action: ['request'],
    actor: ['token'],
    outcome: ['done'],
    user: ['usr_x'],
  };
}

async function walk({ at, headers }: Asker): Promise<readonly WalkedAnswer[]> {
  return walkWaysOut({ url: at.url(), headers, pools });
}

/** Which addresses give any of the secrets. */
async function given(asker: Asker): Promise<readonly string[]> {
  const answers = await walk(asker);
  const found = answers.filter(({ text }) => hasTrace(text)).map(({ template }) => template);
  return [...new Set(found)].toSorted();
}

function expectNoTraceIn(directory: string, whose: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    expect(hasTrace(path), path).toBe(false);
    expect(hasTrace(readFileSync(path).toString('latin1')), `${whose}: ${path}`).toBe(false);
  }
}

/** Files on a disk that are named by one of the objects. */
function objectFiles(at: TestOrganisation): number {
  const names = readdirSync(at.place.directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath.includes('objects'))
    .map(({ name }) => name);
  return names.filter((name) => objects.some(({ object }) => object === name)).length;
}

async function backUp(at: TestOrganisation, name: string): Promise<string> {
  const out = join(folder, name);
  const { directory } = at.place;
  await createBackup({ directory, out, nowMs: Date.now(), version: 'test' });
  return out;
}

/** Everything that leaves by itself or is taken along: streams, webhooks, tail, backups, disks. */
async function expectNothingElsewhere(step: string): Promise<void> {
  const streams = await Promise.all(
    [...strangers, operators.granter, operators.grantee].map(async ({ who, at, headers }) => ({
      who,
      text: await readStream(at.url(), headers, STREAM_MS),
    })),
  );
  for (const { who, text } of streams) {
    expect(text, `stream of ${who}`).toContain('data:');
    expect(hasTrace(text), `stream of ${who}`).toBe(false);
  }
  const own = streams.find(({ who }) => who === 'the granter')?.text ?? '';
  // It told of the grants, and so could have told of more; to the other it told of no object.
  for (const { object } of objects) {
    expect(own).toContain(object);
    for (const { who, text } of streams.slice(0, strangers.length)) {
      expect(text.includes(object), `stream of ${who}`).toBe(false);
    }
  }
  const told = await hooksTell(objects.map(({ object }) => object));
  expect(hasTrace(told), 'webhooks').toBe(false);
  const [slug = ''] = readdirSync(dataPaths(granter.place.directory).chains);
  const { store } = chainPaths(dataPaths(granter.place.directory), slug);
  const tail = join(folder, `${step}.tail`);
  exportTail({ storePath: store, fromSize: 1, out: tail });
  expect(hasTrace(readFileSync(tail).toString('latin1')), 'tail').toBe(false);
  for (const at of [granter, grantee, other]) {
    expectNoTraceIn(at.place.directory, `disk of ${at.organisation}`);
    expectNoTraceIn(await backUp(at, `${step}-${at.organisation}`), `backup ${at.organisation}`);
  }
}

describe('an object that was granted to one organisation', () => {
  it('is given by two addresses alone, each to its operator', async () => {
    expect(await given(operators.granter)).toEqual(['/v1/vault/objects/{digest}']);
    expect(await given(operators.grantee)).toEqual(['/v1/vault/granted/{granter}/{digest}']);
  }, 120_000);

  it('is given to nobody else by any address', async () => {
    for (const asker of strangers) {
      const answers = await walk(asker);
      const walked = new Set(answers.map(({ template }) => template));
      expect([...walked]).toEqual(await walkedTemplates(asker.at.url()));
      for (const { path, status, text } of answers) {
        expect(hasTrace(text), `${asker.who}: ${path}`).toBe(false);
        // Neither may the walk have been turned away at the door.
        expect(status < 500 && status !== 429, `${asker.who}: ${path} ${status}`).toBe(true);
      }
    }
  }, 120_000);

  it('leaves by no stream, webhook, tail or backup, and is on no disk in the clear', async () => {
    await expectNothingElsewhere('granted');
    expect([granter, grantee, other].map(objectFiles)).toEqual([2, 2, 0]);
  }, 120_000);

  it('is with nobody after it was erased', async () => {
    const readers = [granter.organisation, grantee.organisation];
    const receipts = [];
    for (const { object } of objects) {
      const erased = await granter.post('/v1/vault/erasures', { object, readers });
      const { statement } = (await erased.json()) as { readonly statement: string };
      receipts.push(await (await granter.operator(`/v1/statements/${statement}/receipt`)).text());
    }
    for (const receipt of receipts) expect(hasTrace(receipt)).toBe(false);
    await grantee.operator('/v1/vault/pulls/checks', { method: 'POST' });
    for (const asker of [...strangers, operators.granter, operators.grantee]) {
      expect(await given(asker), asker.who).toEqual([]);
    }
    expect([granter, grantee, other].map(objectFiles)).toEqual([0, 0, 0]);
    await expectNothingElsewhere('erased');
  }, 180_000);
});

/** Takes whatever webhooks bring. */
async function receiveHooks(): Promise<
  { readonly url: string; readonly received: string[] } & AsyncDisposable
> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push(JSON.stringify(request.headers) + Buffer.concat(parts).toString('latin1'));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** All that webhooks have brought, once they have told of these. */
async function hooksTell(expected: readonly string[]): Promise<string> {
  const end = Date.now() + WEBHOOKS_MS;
  for (;;) {
    const told = hooks.received.join('\n');
    if (expected.every((each) => told.includes(each))) return told;
    if (Date.now() > end) throw new Error('the webhooks have not told of the grants');
    await delay(50);
  }
}
