import { CborTagged, decodeCbor, toHex, utf8Encode } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import {
  attachReceipts,
  issuerOf,
  parseTrust,
  verifyCoseReceipt,
  verifyTransparentStatement,
} from '@hefu/protocol';
import { foreignStatement } from '@hefu/protocol/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestNode } from '../../testing/test-node.ts';
import type { TestNode } from '../../testing/test-node.ts';
import { CONCISE_MEDIA_TYPE } from './concise-problem.ts';

// Goal: the interface of SCITT answers as draft-ietf-scitt-scrapi-11 says: registering, receipts, keys, and every refusal concisely. Method: a node
// with a chain in memory, asked over HTTP; receipts are verified with the keys that it publishes.

let node: TestNode;
beforeAll(async () => {
  node = await createTestNode();
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
});

const COSE = { 'content-type': 'application/cose' };

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly rawPayload: Buffer;
}

async function post(
  payload: Uint8Array,
  headers: object = {},
  to: TestNode = node,
): Promise<Answer> {
  return to.app.inject({
    method: 'POST',
    url: '/scitt/entries',
    headers: { ...COSE, ...headers },
    payload: Buffer.from(payload),
  });
}

async function get(url: string, headers: object = {}, from: TestNode = node): Promise<Answer> {
  return from.app.inject({ url, headers: { ...headers } });
}

function decoded(bytes: Uint8Array): CborValue {
  const verdict = decodeCbor(bytes, { maps: 'map', tags: true });
  if (!verdict.ok) throw new Error(verdict.code);
  return verdict.value;
}

function problemOf(answer: Answer): ReadonlyMap<CborKey, CborValue> {
  expect(answer.headers['content-type']).toBe(CONCISE_MEDIA_TYPE);
  return decoded(new Uint8Array(answer.rawPayload)) as ReadonlyMap<CborKey, CborValue>;
}

const statementOf = (subject: string, by = 0): Uint8Array =>
  node.mini.foreign(by, subject).foreign.bytes;
const idOf = (subject: string, by = 0): string =>
  toHex(node.mini.foreign(by, subject).foreign.digest);

describe('POST /scitt/entries', () => {
  it('registers a statement, and answers with a receipt that the published key verifies', async () => {
    const answer = await post(statementOf('lot/1'));
    expect(answer.statusCode).toBe(201);
    expect(answer.headers['content-type']).toBe('application/cose');
    const location = String(answer.headers['location']);
    expect(location).toBe(`/scitt/entries/${idOf('lot/1')}`);
    const [validator] = node.mini.spec.validators;
    if (validator === undefined) throw new Error('no validator');
    const bytes = new Uint8Array(answer.rawPayload);
    const { digest: leafEntry } = node.mini.foreign(0, 'lot/1').foreign;
    expect(verifyCoseReceipt({ bytes, leafEntry, ...validator })).toMatchObject({ ok: true });
    const again = await get(location);
    expect([again.statusCode, again.headers['location']]).toEqual([200, location]);
    expect(toHex(again.rawPayload)).toBe(toHex(answer.rawPayload));
  });

  it('gives the same entry to the same statement, however it is wrapped', async () => {
    const first = await post(statementOf('lot/2'));
    const { size } = node.chain.reader.head();
    const foreign = node.mini.foreign(0, 'lot/2').foreign;
    const wrapped = attachReceipts(foreign, [new Uint8Array(first.rawPayload)]);
    const type = { 'content-type': 'application/scitt-statement+cose' };
    for (const bytes of [statementOf('lot/2'), wrapped, statementOf('lot/2').subarray(1)]) {
      const again = await post(bytes, type);
      expect([again.statusCode, again.headers['location']]).toEqual([
        201,
        first.headers['location'],
      ]);
    }
    expect(node.chain.reader.head().size).toBe(size);
    const both = await Promise.all([post(statementOf('lot/3')), post(statementOf('lot/3'))]);
    expect(both.map(({ statusCode }) => statusCode)).toEqual([201, 201]);
    // Two entries of it and the block's.
    expect(node.chain.reader.head().size).toBe(size + 3);
  });

  it('refuses what is none, or nobody’s, with its code, concisely', async () => {
    const [signer] = node.mini.signers;
    if (signer === undefined) throw new Error('no signer');
    const { keys: key, keyId: kid, member } = signer;
    const issuer = issuerOf(node.mini.genesis.chain, member);
    const make = (options: Partial<Parameters<typeof foreignStatement>[0]> = {}): Uint8Array =>
      foreignStatement({ key, issuer, kid, subject: 'refused', ...options });
    const tampered = make().slice();
    tampered[tampered.length - 80] = (tampered.at(-80) ?? 0) ^ 1;
    const table: readonly (readonly [string, number, string, Uint8Array])[] = [
      ['scitt-malformed', 400, 'Malformed request', utf8Encode('text')],
      ['scitt-payload-detached', 400, 'Payload Missing', make({ detached: true })],
      ['scitt-algorithm', 400, 'Bad Signature Algorithm', make({ header: [[1, -37]] })],
      ['scitt-claims', 400, 'Malformed request', make({ header: [[15, undefined]] })],
      ['scitt-is-call', 400, 'Rejected', node.mini.call({ method: 'write', args: {} }).bytes],
      ['scitt-expired', 400, 'Rejected', make({ claims: [[4, 1]] })],
      ['scitt-issuer-unknown', 400, 'Rejected', make({ issuer: 'https://unknown.example' })],
      [
        'issuer-mismatch',
        403,
        'Rejected',
        make({ issuer: issuerOf(node.mini.genesis.chain, 'beta/bo') }),
      ],
      ['unknown-signer', 403, 'Rejected', make({ kid: utf8Encode('other') })],
      ['signature-wrong', 403, 'Rejected', tampered],
    ];
    const { size } = node.chain.reader.head();
    for (const [code, status, title, bytes] of table) {
      const answer = await post(bytes);
      const problem = problemOf(answer);
      expect([answer.statusCode, problem.get(-1), problem.get(-3)], code).toEqual([
        status,
        title,
        `/problems/${code}`,
      ]);
    }
    expect(node.chain.reader.head().size).toBe(size);
  });

  it('says what is wrong in the reader’s language', async () => {
    const answer = await post(utf8Encode('text'), { 'accept-language': 'ru' });
    const detail = problemOf(answer).get(-2);
    if (!(detail instanceof CborTagged)) throw new Error('untagged');
    expect([detail.tag, (detail.value as string[])[0]]).toEqual([38, 'ru']);
    expect(problemOf(await post(utf8Encode('text'))).get(-2)).toMatch(/COSE_Sign1/);
  });

  it('takes no other media type, no more than a statement, and answers in none but its own', async () => {
    const json = await post(utf8Encode('{}'), { 'content-type': 'application/json' });
    expect([json.statusCode, problemOf(json).get(-1)]).toEqual([415, 'Unsupported Media Type']);
    const large = await post(new Uint8Array(65_537));
    expect([large.statusCode, problemOf(large).get(-3)]).toEqual([413, '/problems/body-too-large']);
    const accept = await post(statementOf('lot/9'), { accept: 'text/html' });
    expect([accept.statusCode, problemOf(accept).get(-3)]).toEqual([
      406,
      '/problems/not-acceptable',
    ]);
    // Nothing was registered by the way.
    expect((await get(`/scitt/entries/${idOf('lot/9')}`)).statusCode).toBe(404);
    const none = await node.app.inject({ method: 'POST', url: '/scitt/entries' });
    expect(none.statusCode).toBeGreaterThanOrEqual(400);
  });
});

describe('GET /scitt/entries', () => {
  it('knows what a locator is, and what is not registered', async () => {
    const wrong = await get('/scitt/entries/abc');
    expect([wrong.statusCode, problemOf(wrong).get(-1)]).toEqual([400, 'Invalid locator']);
    const absent = await get(`/scitt/entries/${'a'.repeat(64)}`);
    expect([absent.statusCode, problemOf(absent).get(-1)]).toEqual([404, 'Not Found']);
    const call = await node.say({
      method: 'send',
      args: { key: 'k', text: 't', readers: 'public' },
    });
    expect((await get(`/scitt/entries/${call}`)).statusCode).toBe(404);
  });

  it('chooses a validator, and gives all of them for a Transparent Statement', async () => {
    await post(statementOf('lot/4'));
    const at = `/scitt/entries/${idOf('lot/4')}`;
    expect((await get(`${at}?validator=alpha`)).statusCode).toBe(200);
    const nobody = await get(`${at}?validator=nobody`);
    expect([nobody.statusCode, problemOf(nobody).get(-3)]).toEqual([
      404,
      '/problems/validator-not-found',
    ]);
    const all = await get(`${at}/receipts`);
    expect(all.headers['content-type']).toBe('application/cbor');
    const receipts = decoded(new Uint8Array(all.rawPayload)) as Uint8Array[];
    const bytes = attachReceipts(node.mini.foreign(0, 'lot/4').foreign, receipts);
    const trust = parseTrust(node.chain.reader.trust());
    if (!trust.ok) throw new Error(trust.code);
    const [signer] = node.mini.signers;
    if (signer === undefined) throw new Error('no signer');
    const issuerKey = { algorithm: signer.keys.algorithm, publicKey: signer.keys.publicKey };
    expect(verifyTransparentStatement({ bytes, trust: trust.trust, issuerKey })).toMatchObject({
      ok: true,
    });
  });

  it('answers 202 and 204 while no receipt is final', async () => {
    const waiting: TestNode = await createTestNode({
      scitt: (real) => ({ ...real, receiptsOf: () => ({ ok: false, code: 'not-final' }) }),
    });
    try {
      const foreign = waiting.mini.foreign(0, 'lot/5').foreign;
      const answer = await post(foreign.bytes, {}, waiting);
      const location = String(answer.headers['location']);
      expect([answer.statusCode, answer.headers['retry-after'], location]).toEqual([
        202,
        '1',
        `/scitt/entries/${toHex(foreign.digest)}`,
      ]);
      for (const url of [location, `${location}/receipts`]) {
        const pending = await get(url, {}, waiting);
        expect([
          pending.statusCode,
          pending.headers['cache-control'],
          pending.headers['retry-after'],
        ]).toEqual([204, 'no-store', '1']);
      }
    } finally {
      await waiting[Symbol.asyncDispose]();
    }
  });
});

describe('/.well-known/scitt-keys', () => {
  it('holds the key of every receipt, by the name that stands in it', async () => {
    const answer = await get('/.well-known/scitt-keys', { accept: 'application/cbor' });
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/cbor']);
    const [key, ...rest] = decoded(new Uint8Array(answer.rawPayload)) as Map<number, CborValue>[];
    expect(rest).toEqual([]);
    const kid = key?.get(2) as Uint8Array;
    expect([key?.get(1), key?.get(3), key?.get(-1)]).toEqual([1, -8, 6]);
    const one = await get(`/.well-known/scitt-keys/${Buffer.from(kid).toString('base64url')}`);
    expect(decoded(new Uint8Array(one.rawPayload))).toEqual(key);
    const publicKey = key?.get(-2) as Uint8Array;
    expect(toHex(publicKey)).toBe(toHex(node.mini.spec.validators[0]?.publicKey ?? kid));
    const unknown = await get('/.well-known/scitt-keys/AAAA');
    expect([unknown.statusCode, problemOf(unknown).get(-1)]).toEqual([404, 'No such key']);
  });
});

describe('a chain of the GM suite', () => {
  it('answers 406 everywhere: RFC 9942 fixes SHA-256', async () => {
    await using gm = await createTestNode({ suite: 'gm' });
    const answers = [
      await post(statementOf('lot/1'), {}, gm),
      await get(`/scitt/entries/${'a'.repeat(64)}`, {}, gm),
      await get(`/scitt/entries/${'a'.repeat(64)}/receipts`, {}, gm),
      await get('/.well-known/scitt-keys', {}, gm),
      await get('/.well-known/scitt-keys/AAAA', {}, gm),
    ];
    for (const answer of answers) {
      expect([answer.statusCode, problemOf(answer).get(-3)]).toEqual([
        406,
        '/problems/suite-has-no-standard',
      ]);
    }
  });
});
