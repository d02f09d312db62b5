// Goal: what one organisation grants another arrives whole and is nowhere else, and nobody has it after it was erased. Method:
// three organisations, each with a real node on this machine; a private record and a large content are granted to one. All that
// the other can ask, and every byte on its disk, is searched for body, salt and name; pulls are forged, replayed, cut and revoked.
import { concatBytes, fromBase64, toBase64, toHex, utf8Encode } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import {
  buildPrivateBatch,
  openPrivateRecord,
  privateItemReceipt,
  privateRecord,
} from '@hefu/module-evidence/api';
import type { PrivateBatch } from '@hefu/module-evidence/api';
import { parseTrust, verifyReceipt } from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSharingConsortium } from '../testing/sharing-consortium.ts';
import type { SharingConsortium, TestOrganisation } from '../testing/sharing-consortium.ts';
import { pullMessage } from './exchange-messages.ts';
import type { Challenge, Offer } from './exchange-messages.ts';

const NAME = 'the-secret-plan-of-the-merger.pdf';
const TITLE = 'Merger of the two dairies';
const BODY_MARK = 'Nobody but the grantee may ever read these very words. ';
/** Some chunks, and more than one piece of a stream. */
const BODY = utf8Encode(BODY_MARK.repeat(60_000));

interface Problem {
  readonly code: string;
}

/** A text as it would stand in any body: as it is, in hex, in base64 at each of three offsets. */
function traces(text: string | Uint8Array): string[] {
  const bytes = Buffer.from(text);
  return [
    bytes.toString('latin1'),
    bytes.toString('hex'),
    ...[0, 1, 2].map((shift) => bytes.subarray(shift, shift + 24).toString('base64')),
  ];
}

describe.each(['international', 'gm'] as const)('objects granted on a chain, %s', (suite) => {
  const hashName = suite === 'gm' ? 'sm3' : 'sha256';
  let consortium: SharingConsortium;
  let granter: TestOrganisation;
  let grantee: TestOrganisation;
  let other: TestOrganisation;
  let trust: Trust;
  let trustFile: unknown;
  let batch: PrivateBatch;
  let deposit: string;
  let recordId: string;
  let contentId: string;
  let recordGrant: string;
  let contentGrant: string;
  const salt = Uint8Array.from(randomBytes(32));
  const content = concatBytes(salt, BODY);
  const secrets = [...traces(NAME), ...traces(TITLE), ...traces(BODY_MARK), ...traces(salt)];

  beforeAll(async () => {
    consortium = await startSharingConsortium(suite);
    ({ granter, grantee, other } = consortium);
    trustFile = await (await fetch(`${granter.url()}/v1/trust`)).json();
    const parsed = parseTrust(trustFile);
    if (!parsed.ok) throw new Error(parsed.code);
    ({ trust } = parsed);
    const item = {
      kind: 'file',
      sha256: hash('sha256', BODY),
      sm3: hash('sm3', BODY),
      size: BODY.length,
      name: NAME,
      title: TITLE,
    } as const;
    batch = buildPrivateBatch([privateRecord(item, hashName, salt)], hashName);
    const record = batch.records[0];
    if (record === undefined) throw new Error('no record');
    recordId = toHex(record.digest);
    contentId = toHex(hash(hashName, content));
    await store(granter, recordId, record.object);
    await store(granter, contentId, content);
    const readers = [granter.organisation, grantee.organisation];
    const { root, count } = batch;
    const args = { root, count, readers };
    deposit = await consortium.say('lanhe-dairy/depositor', 'evidence', 'depositPrivate', args);
    recordGrant = await grantOf(recordId);
    contentGrant = await grantOf(contentId);
  }, 60_000);

  afterAll(async () => consortium[Symbol.asyncDispose]());

  async function store(at: TestOrganisation, digest: string, bytes: Uint8Array): Promise<void> {
    const put = await at.operator(`/v1/vault/objects/${digest}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: Uint8Array.from(bytes),
    });
    if (put.status !== 201) throw new Error(await put.text());
  }

  async function grantOf(object: string, more: object = {}): Promise<string> {
    const readers = [granter.organisation, grantee.organisation];
    const args = { object, grantee: grantee.organisation, readers, ...more };
    return consortium.say('lanhe-dairy/admin', 'sharing', 'grant', args);
  }

  async function pull(
    by: TestOrganisation,
    grant: string,
    from = granter.url(),
  ): Promise<{ status: number; body: { code?: string } & Record<string, unknown> }> {
    const key = consortium.keyOf(`${by.organisation}/admin`);
    const answer = await by.post('/v1/vault/pulls', { from, grant, key, trust: trustFile });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  async function granted(digest: string): Promise<Response> {
    return grantee.operator(`/v1/vault/granted/${granter.organisation}/${digest}`);
  }

  function onDisk(at: TestOrganisation): string {
    const entries = readdirSync(at.place.directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files
      .map((file) => readFileSync(join(file.parentPath, file.name)).toString('latin1'))
      .join('\n');
  }

  function expectNoTrace(text: string, where: string): void {
    for (const trace of secrets) expect(text.includes(trace), `${where}: ${trace}`).toBe(false);
  }

  it('arrive at the grantee whole, with what proves them', async () => {
    expect(await pull(grantee, recordGrant)).toMatchObject({
      status: 201,
      body: { granter: granter.organisation, object: recordId, isNew: true },
    });
    expect(await pull(grantee, contentGrant)).toMatchObject({ status: 201 });
    const object = new Uint8Array(await (await granted(recordId)).arrayBuffer());
    const opened = openPrivateRecord(object, hashName, Buffer.from(recordId, 'hex'));
    expect(opened).toMatchObject({ ok: true, item: { name: NAME, title: TITLE } });
    const body = new Uint8Array(await (await granted(contentId)).arrayBuffer());
    expect(Buffer.compare(body, content)).toBe(0);
    const part = await grantee.operator(`/v1/vault/granted/${granter.organisation}/${contentId}`, {
      headers: { range: 'bytes=70000-70099' },
    });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(
      Buffer.from(content.slice(70_000, 70_100)),
    );
    const found = await granter.operator(`/v1/statements/${deposit}/receipt`);
    const receipt = privateItemReceipt((await found.json()) as object, batch, 0);
    expect(verifyReceipt({ receipt, trust, content: BODY })).toMatchObject({ ok: true });
    expect(await pull(grantee, contentGrant)).toMatchObject({
      status: 200,
      body: { isNew: false },
    });
  });

  it('are nowhere in the clear, and at the other not at all', async () => {
    for (const at of [granter, grantee, other]) expectNoTrace(onDisk(at), at.organisation);
    const ids = [deposit, recordGrant, contentGrant];
    const paths = [
      ...ids.flatMap((id) => [`/v1/statements/${id}`, `/v1/statements/${id}/receipt`]),
      `/v1/evidence/${deposit}`,
      `/v1/evidence/${deposit}/items`,
      `/v1/evidence/${deposit}/receipts`,
      `/v1/evidence?depositor=lanhe-dairy/depositor`,
      `/v1/state/evidence/deposits/${deposit}?proof=1`,
      ...ids.map((id) => `/v1/state/sharing/grants/${id}?proof=1`),
      ...[recordId, contentId].flatMap((id) => [
        `/v1/vault/objects/${id}`,
        `/v1/vault/granted/${granter.organisation}/${id}`,
        `/v1/attachments/${id}?statement=${deposit}`,
      ]),
      '/log/checkpoint',
      '/log/tile/entries/000.p/10',
      '/v1/chain',
    ];
    for (const path of paths) {
      for (const fetched of [
        async () => fetch(`${granter.url()}${path}`),
        async () => fetch(`${grantee.url()}${path}`),
        async () => other.operator(path),
      ]) {
        const answer = await fetched();
        expectNoTrace(`${JSON.stringify([...answer.headers])}${await answer.text()}`, path);
      }
    }
    // A stream never ends: what comes of it at once, from the first event on.
    const ended = new AbortController();
    const stream = await fetch(`${granter.url()}/v1/events`, {
      headers: { 'last-event-id': '0' },
      signal: ended.signal,
    });
    const first = await stream.body?.getReader().read();
    ended.abort();
    expectNoTrace(Buffer.from(first?.value ?? []).toString('latin1'), 'stream');
  });

  it('are refused to the other, whatever it says', async () => {
    for (const grant of [recordGrant, contentGrant, deposit, '00'.repeat(32)]) {
      expect(await pull(other, grant), grant).toMatchObject({
        status: 403,
        body: { code: 'exchange-refused' },
      });
    }
    expectNoTrace(onDisk(other), other.organisation);
  });

  it('are refused to a forged, replayed or changed request', async () => {
    const right = await handshake(grantee, grantee.organisation);
    const key = consortium.keyOf('corner-market/admin');
    const wrong = [
      { ...right, keyId: key },
      { ...right, grantee: other.organisation },
      { ...right, grant: recordGrant },
      { ...right, nonce: toBase64(randomBytes(32)) },
      { ...right, challenge: toBase64(randomBytes(56)) },
      { ...right, signature: toBase64(randomBytes(64)) },
      { ...right, recipient: (await handshake(other, other.organisation)).recipient },
      await handshake(other, grantee.organisation),
      await handshake(other, other.organisation),
    ];
    for (const [i, request] of wrong.entries()) {
      expect(await ask(request), `request ${i}`).toMatchObject({ code: 'exchange-refused' });
    }
    const offer = (await ask(right)) as Offer;
    expect(offer.object).toBe(contentId);
    // Heard once, a request is worth nothing any more.
    expect(await ask(right)).toMatchObject({ code: 'exchange-refused' });
    const forged = `${offer.ticket.slice(0, -2)}AA`;
    for (const ticket of [forged, 'x', recordGrant]) {
      const answer = await fetch(`${granter.url()}/v1/exchange/ciphertext/${ticket}?bytes=100`);
      expect(((await answer.json()) as Problem).code).toBe('exchange-refused');
    }
    const beyond = await fetch(
      `${granter.url()}/v1/exchange/ciphertext/${offer.ticket}?bytes=${offer.sealedBytes + 5}`,
    );
    expect(((await beyond.json()) as Problem).code).toBe('range-not-satisfiable');
    const sealed = await fetch(
      `${granter.url()}/v1/exchange/ciphertext/${offer.ticket}?bytes=${offer.sealedBytes}`,
    );
    expectNoTrace(Buffer.from(await sealed.arrayBuffer()).toString('latin1'), 'ciphertext');
  });

  it('are wrapped to no key that leads nowhere', async () => {
    const zero = Buffer.alloc(suite === 'gm' ? 65 : 32);
    const request = await handshake(grantee, grantee.organisation, contentGrant, zero);
    expect(await ask(request)).toMatchObject({ code: 'exchange-refused' });
  });

  it('are wrapped to the key alone that the grantee has registered, once it has', async () => {
    const own = encryptionKeyOf(grantee);
    const theirs = encryptionKeyOf(other);
    const register = async (publicKey: Uint8Array): Promise<string> =>
      consortium.say('kite-freight/admin', 'sharing', 'registerEncryptionKey', {
        algorithm: suite === 'gm' ? 'sm2' : 'x25519',
        publicKey,
      });
    await register(theirs);
    const refused = await ask(await handshake(grantee, grantee.organisation));
    expect(refused).toMatchObject({ code: 'recipient-not-registered' });
    expect(await pull(grantee, contentGrant)).toMatchObject({
      status: 403,
      body: { code: 'recipient-not-registered' },
    });
    await register(own);
    expect(await ask(await handshake(grantee, grantee.organisation))).toMatchObject({
      object: contentId,
    });
    // A member alone cannot have it wrapped to a key of their own.
    const stolen = await handshake(grantee, grantee.organisation, contentGrant, theirs);
    expect(await ask(stolen)).toMatchObject({ code: 'recipient-not-registered' });
  });

  it('are not pulled from a node that is not the granter’s', async () => {
    // The grantee's own node has another chain, and the trust file does not prove it.
    expect(await pull(grantee, contentGrant, other.url())).toMatchObject({
      status: 502,
      body: { code: 'granter-not-proven' },
    });
    expect(await pull(grantee, contentGrant, 'http://127.0.0.1:9')).toMatchObject({
      status: 504,
      body: { code: 'granter-unreachable' },
    });
  });

  it('go on where a pull broke off', async () => {
    const large = concatBytes(Uint8Array.from(randomBytes(32)), BODY, Uint8Array.of(1));
    const digest = toHex(hash(hashName, large));
    await store(granter, digest, large);
    const grant = await grantOf(digest);
    await using proxy = await startCuttingProxy(new URL(granter.url()), 1_500_000);
    expect(await pull(grantee, grant, proxy.url)).toMatchObject({
      status: 504,
      body: { code: 'granter-unreachable' },
    });
    expect((await granted(digest)).status).toBe(404);
    const before = proxy.sentBytes();
    expect(await pull(grantee, grant, proxy.url)).toMatchObject({ status: 201 });
    expect(proxy.sentBytes() - before).toBeLessThan(large.length - 1_000_000);
    const body = await (await granted(digest)).arrayBuffer();
    expect(Buffer.compare(new Uint8Array(body), large)).toBe(0);
  });

  it('end with the grant, also in the middle of a pull', async () => {
    const bytes = concatBytes(Uint8Array.from(randomBytes(32)), utf8Encode('short-lived'));
    const digest = toHex(hash(hashName, bytes));
    await store(granter, digest, bytes);
    const grant = await grantOf(digest);
    const request = await handshake(grantee, grantee.organisation, grant);
    const offer = (await ask(request)) as Offer;
    await consortium.say('lanhe-dairy/admin', 'sharing', 'revoke', { grant });
    const path = `/v1/exchange/ciphertext/${offer.ticket}?bytes=${offer.sealedBytes}`;
    const late = await fetch(`${granter.url()}${path}`);
    expect(((await late.json()) as Problem).code).toBe('grant-ended');
    expect(await pull(grantee, grant)).toMatchObject({
      status: 403,
      body: { code: 'grant-ended' },
    });
    const over = await grantOf(digest, { until: Date.now() - 1 });
    expect(await pull(grantee, over)).toMatchObject({ body: { code: 'grant-ended' } });
    expect((await granted(digest)).status).toBe(404);
  });

  it('are with nobody after they were erased, and a receipt says so', async () => {
    for (const [object, grant] of [
      [recordId, recordGrant],
      [contentId, contentGrant],
    ] as const) {
      const readers = [granter.organisation, grantee.organisation];
      // However many ask in the same moment, one record stands, and all are told that it is erased.
      const asked = await Promise.all(
        [1, 2, 3].map(async () => granter.post('/v1/vault/erasures', { object, readers })),
      );
      expect(asked.map(({ status }) => status)).toEqual([200, 200, 200]);
      const told = await Promise.all(
        asked.map(async (answer) => (await answer.json()) as { statement?: string }),
      );
      const recorded = told.flatMap(({ statement: id }) => (id === undefined ? [] : [id]));
      const [statement = ''] = recorded;
      expect(recorded).toHaveLength(1);
      const receipt: unknown = await (
        await granter.operator(`/v1/statements/${statement}/receipt`)
      ).json();
      expect(verifyReceipt({ receipt, trust })).toMatchObject({
        ok: true,
        outcome: 'ok',
        facts: { contract: 'sharing', method: 'recordErasure' },
      });
      const again = await granter.post('/v1/vault/erasures', { object });
      expect(await again.json()).toMatchObject({ object });
      expect((await granter.operator(`/v1/vault/objects/${object}`)).status).toBe(410);
      // The grantee's node asks by itself every hour; its operator need not wait.
      const checked = await grantee.operator('/v1/vault/pulls/checks', { method: 'POST' });
      expect(await checked.json()).toMatchObject({
        pulls: expect.arrayContaining([{ grant, code: 'object-erased' }]) as object,
      });
      expect(await pull(grantee, grant)).toMatchObject({
        status: 410,
        body: { code: 'object-erased' },
      });
      expect((await granted(object)).status).toBe(410);
    }
    for (const at of [granter, grantee, other]) await at.restart();
    for (const at of [granter, grantee, other]) expectNoTrace(onDisk(at), at.organisation);
    expect((await granted(contentId)).status).toBe(410);
    expect((await granter.operator(`/v1/vault/objects/${recordId}`)).status).toBe(410);
    const unknown = await granter.post('/v1/vault/erasures', { object: '11'.repeat(32) });
    expect(((await unknown.json()) as Problem).code).toBe('object-unknown');
  });

  it('are only the operator’s to pull, read and erase', async () => {
    const calls = [
      ['POST', '/v1/vault/pulls'],
      ['POST', '/v1/vault/pulls/checks'],
      ['GET', `/v1/vault/granted/${granter.organisation}/${recordId}`],
      ['POST', '/v1/vault/erasures'],
    ] as const;
    for (const [method, path] of calls) {
      const answer = await fetch(`${grantee.url()}${path}`, {
        method,
        ...(method === 'POST'
          ? { headers: { 'content-type': 'application/json' }, body: '{}' }
          : {}),
      });
      expect(answer.status, path).toBe(401);
    }
  });

  /** A request for a pull as the grantee's node makes it, signed by `by` in the name of `claimed`. */
  async function handshake(
    by: TestOrganisation,
    claimed: string,
    grant = contentGrant,
    publicKey: Uint8Array = encryptionKeyOf(by),
  ) {
    const nonce = toBase64(randomBytes(32));
    const begun = await fetch(`${granter.url()}/v1/exchange/challenges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant, grantee: claimed, nonce }),
    });
    const { challenge, chain, genesis } = (await begun.json()) as Challenge;
    const encryption = by.keystore.list().keys.find(({ purpose }) => purpose === 'encrypt');
    const recipient = {
      algorithm: suite === 'gm' ? ('sm2' as const) : ('x25519' as const),
      keyId: encryption?.id ?? '',
      publicKey: toBase64(publicKey),
    };
    const keyId = consortium.keyOf(`${by.organisation}/admin`);
    const found = by.keystore.signer(keyId);
    if (!found.ok) throw new Error(found.code);
    const scope = {
      chain,
      genesis,
      granter: granter.organisation,
      grantee: claimed,
      grant,
      nonce,
      challenge,
    };
    const signature = toBase64(found.signer.sign(pullMessage(scope, recipient)));
    expect(fromBase64(challenge)?.length).toBeGreaterThan(32);
    return { grant, grantee: claimed, nonce, challenge, keyId, recipient, signature };
  }

  function encryptionKeyOf({ keystore }: TestOrganisation): Uint8Array {
    const found = keystore.list().keys.find(({ purpose }) => purpose === 'encrypt');
    if (found === undefined) throw new Error('no encryption key');
    return found.publicKey;
  }

  async function ask(request: object): Promise<object> {
    const answer = await fetch(`${granter.url()}/v1/exchange/pulls`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    });
    return (await answer.json()) as object;
  }
});

/** Passes connections on, and cuts the one on which the given number of bytes has come back, once. */
async function startCuttingProxy(
  target: URL,
  cutAfterBytes: number,
): Promise<{ url: string; sentBytes(): number } & AsyncDisposable> {
  let sent = 0;
  let isCut = false;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    const upstream = connect(Number(target.port), target.hostname);
    let here = 0;
    upstream.on('data', (data) => {
      sent += data.length;
      here += data.length;
      client.write(data);
      if (!isCut && here > cutAfterBytes) {
        isCut = true;
        // Let go of what was written before the connection breaks.
        client.end();
        upstream.destroy();
      }
    });
    upstream.on('error', () => client.destroy());
    upstream.on('close', () => client.end());
    client.on('data', (data) => upstream.write(data));
    client.on('error', () => upstream.destroy());
    client.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    sentBytes: () => sent,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const client of open) client.destroy();
      await once(server, 'close');
    },
  };
}
