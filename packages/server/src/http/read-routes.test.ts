// Reads of statements, receipts, state, chain and attachments over a real chain in memory: forms, negotiation, misses.
import { fromBase64, toHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { decodeStateProof, verifyStateProof } from '@hefu/merkle';
import {
  decodeEntry,
  parseCoseReceipt,
  parseTrust,
  stateKeyHash,
  verifyReceipt,
  verifyTlogProof,
} from '@hefu/protocol';
import { PUBLIC_STAGED_MAX } from '@hefu/ledger';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestNode, OPERATOR } from '../testing/test-node.ts';
import type { TestNode } from '../testing/test-node.ts';

const UNKNOWN_ID = 'ab'.repeat(32);

let node: TestNode;
let id: string;

beforeAll(async () => {
  node = await createTestNode();
  id = await node.say({ method: 'send', args: { key: 'k', text: 'hello', readers: 'public' } });
});

afterAll(async () => node[Symbol.asyncDispose]());

describe('GET /v1/statements/{id}', () => {
  it('tells what was said and what became of it', async () => {
    const answer = await node.app.inject(`/v1/statements/${id}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      id,
      status: 'committed',
      chain: 'mini.example/test',
      code: 'ok',
      readable: true,
      signer: { member: 'alpha/ann', organisation: 'alpha' },
      contract: 'letters',
      method: 'send',
      args: { key: 'k', text: 'hello', readers: 'public' },
      output: { echo: 'hello' },
      events: [
        { name: 'letters/sent', data: { key: 'k', text: 'hello', readers: 'public' } },
        { name: 'letters/counted', data: { key: 'k' } },
      ],
      eventsHidden: 0,
    });
    expect(answer.headers['ledger-height']).toBe(String(node.chain.reader.head().height));
  });

  it('gives the statement’s own bytes', async () => {
    const answer = await node.app.inject({
      url: `/v1/statements/${id}`,
      headers: { accept: 'application/cose' },
    });
    const record = node.chain.reader.lookup(Buffer.from(id, 'hex'));
    expect(answer.rawPayload).toEqual(Buffer.from(record?.statement ?? []));
    expect(answer.headers['content-type']).toBe('application/cose; cose-type="cose-sign1"');
  });

  it('words a refusal in the reader’s language', async () => {
    const args = { key: 'k', text: 'again', readers: 'public' };
    const refused = await node.say({ method: 'send', args });
    const english = await node.app.inject(`/v1/statements/${refused}`);
    const russian = await node.app.inject({
      url: `/v1/statements/${refused}`,
      headers: { 'accept-language': 'ru' },
    });
    const title = 'There is a letter under this key.';
    expect(english.json()).toMatchObject({ code: 'letters/taken', title });
    expect(russian.json<{ title: string }>().title).toBe('Под этим ключом уже есть письмо.');
  });

  it.each([
    [`/v1/statements/${UNKNOWN_ID}`, 404, 'statement-not-found'],
    ['/v1/statements/AB', 400, 'request-invalid'],
    [`/v1/statements/${UNKNOWN_ID.toUpperCase()}`, 400, 'request-invalid'],
    [`/v1/statements/${'a'.repeat(5000)}`, 404, 'route-not-found'],
    ['/v1/statements/%ff', 400, 'url-malformed'],
    [`/v1/statements/${UNKNOWN_ID}/receipt`, 404, 'statement-not-found'],
  ])('%s is %i %s', async (url, status, code) => {
    const answer = await node.app.inject(url);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
  });

  it('cannot be had as a picture', async () => {
    const headers = { accept: 'image/png' };
    const answer = await node.app.inject({ url: `/v1/statements/${id}`, headers });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
      406,
      'not-acceptable',
    ]);
  });
});

describe('GET /v1/statements/{id}/receipt', () => {
  async function trust(): Promise<unknown> {
    return (await node.app.inject('/v1/trust')).json();
  }

  it.each([
    [undefined, 'application/vnd.hefu.receipt+json; charset=utf-8'],
    ['application/json', 'application/json; charset=utf-8'],
    ['application/vnd.hefu.receipt+json', 'application/vnd.hefu.receipt+json; charset=utf-8'],
    ['text/html, */*;q=0.1', 'application/vnd.hefu.receipt+json; charset=utf-8'],
  ])('as JSON by Accept %s, and it verifies', async (accept, type) => {
    const headers = accept === undefined ? {} : { accept };
    const answer = await node.app.inject({ url: `/v1/statements/${id}/receipt`, headers });
    expect(answer.headers['content-type']).toBe(type);
    const parsed = parseTrust(await trust());
    if (!parsed.ok) throw new Error(parsed.code);
    const verdict = verifyReceipt({ receipt: answer.json(), trust: parsed.trust });
    expect(verdict.ok).toBe(true);
  });

  it('as tlog-proof, by Accept and by format, and it verifies', async () => {
    const url = `/v1/statements/${id}/receipt`;
    const byAccept = await node.app.inject({ url, headers: { accept: 'text/plain' } });
    const byFormat = await node.app.inject(`${url}?format=tlog-proof`);
    expect(byAccept.body).toBe(byFormat.body);
    expect(byFormat.headers['content-type']).toBe('text/vnd.c2sp.tlog-proof; charset=utf-8');
    const parsed = parseTrust(await trust());
    if (!parsed.ok) throw new Error(parsed.code);
    const entry = node.chain.reader.lookup(Buffer.from(id, 'hex'))?.entry ?? new Uint8Array();
    expect(verifyTlogProof({ text: byFormat.body, trust: parsed.trust, entry }).ok).toBe(true);
  });

  it('as COSE Receipt, of the validator asked for', async () => {
    const answer = await node.app.inject({
      url: `/v1/statements/${id}/receipt`,
      headers: { accept: 'application/scitt-receipt+cose' },
    });
    expect(answer.headers['content-type']).toBe('application/scitt-receipt+cose');
    expect(parseCoseReceipt(answer.rawPayload).ok).toBe(true);
    const url = `/v1/statements/${id}/receipt?format=cose`;
    const named = await node.app.inject(`${url}&validator=alpha`);
    expect(named.rawPayload).toEqual(answer.rawPayload);
    const other = await node.app.inject(`${url}&validator=nobody`);
    expect([other.statusCode, other.headers['retry-after']]).toEqual([404, undefined]);
    expect(other.json()).toMatchObject({
      code: 'validator-not-found',
      detail: 'The validators of mini.example/test were then: alpha.',
      validators: ['alpha'],
    });
  });

  it.each(['tlog-proof', 'cose'])('on a GM chain %s has no standard', async (format) => {
    await using gm = await createTestNode({ suite: 'gm' });
    const letter = await gm.say({
      method: 'send',
      args: { key: 'k', text: 't', readers: 'public' },
    });
    const answer = await gm.app.inject(`/v1/statements/${letter}/receipt?format=${format}`);
    const { code } = answer.json<{ code: string }>();
    expect([answer.statusCode, code]).toEqual([406, 'suite-has-no-standard']);
    const json = await gm.app.inject(`/v1/statements/${letter}/receipt`);
    const parsed = parseTrust((await gm.app.inject('/v1/trust')).json());
    if (!parsed.ok) throw new Error(parsed.code);
    expect(verifyReceipt({ receipt: json.json(), trust: parsed.trust }).ok).toBe(true);
  });

  it('knows no other format', async () => {
    const answer = await node.app.inject(`/v1/statements/${id}/receipt?format=xml`);
    expect(answer.json()).toMatchObject({
      code: 'request-invalid',
      errors: [{ pointer: '/format', in: 'query' }],
    });
  });
});

describe('GET /v1/state', () => {
  it('proves a value, and that there is none', async () => {
    for (const [key, present] of [
      ['k', true],
      ['nothing', false],
    ] as const) {
      const answer = await node.app.inject(`/v1/state/letters/letters/${key}?proof=1`);
      const body = answer.json<{
        present: boolean;
        valueBytes?: string;
        proof: { state: string; block: { entry: string } };
      }>();
      expect(body.present, key).toBe(present);
      const entry = decodeEntry(fromBase64(body.proof.block.entry) ?? new Uint8Array());
      if (!entry.ok || entry.entry.kind !== 'block') throw new Error('no block entry');
      const proof = decodeStateProof(fromBase64(body.proof.state) ?? new Uint8Array());
      if (!proof.ok) throw new Error('no proof');
      const value = body.valueBytes === undefined ? undefined : fromBase64(body.valueBytes);
      const holds = verifyStateProof({
        hasher: node.mini.spec.hasher,
        root: entry.entry.stateRoot,
        keyHash: stateKeyHash('sha256', 'letters', 'letters', key),
        valueHash: value === undefined ? null : hash('sha256', value),
        proof: proof.proof,
      });
      expect(holds, key).toBe(true);
    }
  });

  it('takes keys with slashes, plain and encoded', async () => {
    for (const key of ['alpha/ann', 'alpha%2Fann']) {
      const answer = await node.app.inject(`/v1/state/membership/members/${key}`);
      expect(answer.json(), key).toMatchObject({ key: 'alpha/ann', present: true });
    }
  });

  it('answers as of an earlier height', async () => {
    const early = await node.app.inject('/v1/state/letters/letters/k?atHeight=0&proof=1');
    expect(early.json()).toMatchObject({ height: 0, present: false });
  });

  it.each([
    ['/v1/state/letters/letters/nothing', 404, 'state-absent'],
    ['/v1/state/letters/nothing/k?proof=1', 404, 'collection-not-found'],
    ['/v1/state/nothing/letters/k?proof=1', 404, 'collection-not-found'],
    ['/v1/state/letters/letters/k?atHeight=99999', 404, 'height-not-reached'],
    ['/v1/state/letters/letters/k?atHeight=-1', 400, 'request-invalid'],
    ['/v1/state/letters/letters/k?atHeight=1e3', 400, 'request-invalid'],
    ['/v1/state/letters/letters/k?atHeight=9007199254740993', 400, 'request-invalid'],
    ['/v1/state/letters/letters/k?atHeight=99999999999999999999', 400, 'request-invalid'],
    ['/v1/state/letters/letters/k?atHeight=1&atHeight=2', 400, 'request-invalid'],
    ['/v1/state/letters/letters/k?unknown=1', 400, 'request-invalid'],
    ['/v1/state/Letters!/letters/k', 400, 'request-invalid'],
    ['/v1/state/letters/letters/', 400, 'request-invalid'],
    [`/v1/state/letters/letters/${'k'.repeat(201)}`, 400, 'request-invalid'],
    ['/v1/state/letters/counters/all', 403, 'not-readable'],
  ])('%s is %i %s', async (url, status, code) => {
    const answer = await node.app.inject(url);
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code]);
  });

  it('says what was pruned', async () => {
    await using other = await createTestNode();
    for (let i = 0; i < 20; i++) {
      await other.say({ method: 'send', args: { key: `k${i}`, text: 't', readers: 'public' } });
    }
    const answer = await other.app.inject('/v1/state/letters/letters/k0?atHeight=1');
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
      410,
      'height-pruned',
    ]);
  });
});

describe('GET /v1/chain', () => {
  it('shows where the chain stands and how it began', async () => {
    const answer = await node.app.inject('/v1/chain');
    expect(answer.json()).toMatchObject({
      chain: 'mini.example/test',
      suite: 'international',
      genesisDigest: toHex(node.mini.spec.genesisDigest),
      genesis: node.mini.genesis,
      height: node.chain.reader.head().height,
    });
  });

  it('shows which version of each module runs, and what is planned', async () => {
    const modules = async (): Promise<unknown> => {
      const answer = await node.app.inject('/v1/chain');
      return answer.json<{ readonly modules: unknown }>().modules;
    };
    const rest = { version: 1, next: null, migrating: false };
    const names = node.mini.genesis.modules.map(({ name }) => name);
    expect(await modules()).toEqual(names.map((name) => ({ name, ...rest })));
    const next = { version: 2, height: 1_000_000 };
    await node.say({
      contract: 'membership',
      method: 'switchModule',
      args: { name: 'notes', ...next },
    });
    expect(await modules()).toContainEqual({ name: 'notes', ...rest, next });
  });
});

describe('attachments', () => {
  it('are laid down, named by a statement, and given out under it', async () => {
    const bytes = Buffer.from('an attachment');
    const digest = hash('sha256', bytes);
    const url = `/v1/attachments/${toHex(digest)}`;
    const type = { 'content-type': 'application/octet-stream' };
    const put = await node.app.inject({ method: 'PUT', url, headers: type, payload: bytes });
    expect([put.statusCode, put.json()]).toEqual([201, { digest: toHex(digest), size: 13 }]);
    const statement = await node.say({
      method: 'attach',
      args: { readers: 'public', attachment: { digest, size: bytes.length } },
    });
    const got = await node.app.inject(`${url}?statement=${statement}`);
    expect([got.statusCode, got.body]).toEqual([200, 'an attachment']);
    const other = await node.app.inject(`${url}?statement=${id}`);
    expect([other.statusCode, other.json<{ code: string }>().code]).toEqual([
      404,
      'attachment-not-found',
    ]);
    expect((await node.app.inject(url)).statusCode).toBe(400);
  });

  it('of anybody leave room for the operator', async () => {
    await using other = await createTestNode();
    const put = async (index: number, headers: object): Promise<LightMyRequestResponse> => {
      const payload = Buffer.from(`attachment ${index}`);
      return other.app.inject({
        method: 'PUT',
        url: `/v1/attachments/${toHex(hash('sha256', payload))}`,
        headers: { 'content-type': 'application/octet-stream', ...headers },
        payload,
      });
    };
    for (let i = 0; i < PUBLIC_STAGED_MAX; i++) {
      await other.chain.ledger.stageAttachment(Buffer.from(`filler ${i}`), 'public');
    }
    const refused = await put(1, {});
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '10']);
    expect(refused.json()).toMatchObject({ code: 'attachments-share-full', retryable: true });
    expect((await put(1, OPERATOR)).statusCode).toBe(201);
    // A wrong token is told, not taken for none.
    expect((await put(2, { authorization: 'Bearer wrong' })).statusCode).toBe(401);
  });

  it('that are not what they are called are refused, and so are statements without theirs', async () => {
    const wrong = await node.app.inject({
      method: 'PUT',
      url: `/v1/attachments/${UNKNOWN_ID}`,
      headers: { 'content-type': 'application/octet-stream' },
      payload: Buffer.from('x'),
    });
    expect([wrong.statusCode, wrong.json<{ code: string }>().code]).toEqual([
      422,
      'attachment-mismatch',
    ]);
    const attachment = { digest: Buffer.from(UNKNOWN_ID, 'hex'), size: 1 };
    const { bytes } = node.mini.call({
      contract: 'letters',
      method: 'attach',
      args: { readers: 'public', attachment },
    });
    const missing = await node.app.inject({
      method: 'POST',
      url: '/v1/statements',
      headers: { 'content-type': 'application/cose' },
      payload: Buffer.from(bytes),
    });
    expect([missing.statusCode, missing.json<{ code: string }>().code]).toEqual([
      422,
      'attachment-missing',
    ]);
  });
});
