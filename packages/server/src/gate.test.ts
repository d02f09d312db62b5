// One private deposit in every place that leaves a node, then a walk over all its routes as each viewer: the secret leaves for
// its readers alone, and what is public about it stays public.
import { toHex } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestReader } from './http/events/testing.ts';
import { routesOf } from './http/methods.ts';
import { SECRET_TEXT } from './testing/letters-module.ts';
import { createTestNode, OPERATOR } from './testing/test-node.ts';
import type { TestNode } from './testing/test-node.ts';

const ATTACHMENT = Buffer.from(`attached: ${SECRET_TEXT}`);
const DIGEST = toHex(hash('sha256', ATTACHMENT));
const SECRET = Buffer.from(SECRET_TEXT);

/** Every form in which the secret could leave: plain, hexadecimal, base64 at each of its three shifts. */
const TRACES = [
  SECRET_TEXT,
  SECRET.toString('hex'),
  ...[0, 1, 2].map((shift) => SECRET.subarray(shift, shift + 15).toString('base64')),
];

let node: TestNode;
/** Private to beta; private to alpha, which runs the node; public with one event private to beta. */
let forBeta: string;
let forAlpha: string;
let announced: string;
let attached: string;

beforeAll(async () => {
  node = await createTestNode();
  const send = async (key: string, by: number, readers: string[]): Promise<string> =>
    node.say({ by, method: 'send', args: { key, text: SECRET_TEXT, readers } });
  forBeta = await send('for-beta', 1, ['beta']);
  forAlpha = await send('for-alpha', 0, ['alpha']);
  announced = await node.say({ method: 'announce', args: { key: 'open' } });
  await node.chain.ledger.stageAttachment(ATTACHMENT, 'public');
  attached = await node.say({
    method: 'attach',
    args: {
      readers: ['beta'],
      attachment: { digest: hash('sha256', ATTACHMENT), size: ATTACHMENT.length },
    },
  });
  const rows = [
    ['for-beta', '["beta"]'],
    ['without-readers', 'nonsense'],
  ] as const;
  for (const [key, readers] of rows) {
    node.database.prepare('insert into letters values (?, ?, ?)').run(key, SECRET_TEXT, readers);
  }
});

afterAll(async () => node[Symbol.asyncDispose]());

/** For each pattern of an address, the addresses to walk: everything that holds something of beta's. */
function addressesOf(pattern: string): readonly string[] | undefined {
  const statements = [forBeta, announced, attached];
  const each = (make: (id: string) => readonly string[]): readonly string[] =>
    statements.flatMap((id) => make(id));
  // Of people and their keys, which hold nothing of a chain.
  if (/^\/(?:sign-in|v1\/(?:session|accounts))(?:\/|$)/.test(pattern)) {
    return [pattern.replaceAll(/:\w+/g, 'a')];
  }
  switch (pattern) {
    case '/livez':
    case '/version':
    case '/metrics':
    case '/v1/chains':
    case '/v1/chain':
    case '/v1/trust':
    case '/log/checkpoint':
    case '/log/vkeys':
    case '/v1/letter-stream':
      return [pattern];
    case '/readyz':
      return ['/readyz', '/readyz?verbose'];
    case '/v1/webhooks':
      return [pattern];
    case '/v1/webhooks/:id':
      return ['/v1/webhooks/AAAAAAAAAAAA'];
    case '/openapi.json':
    case '/api':
    case '/problems':
      return [pattern];
    case '/problems/*':
      return ['/problems/not-readable'];
    case '/v1/events':
      // It never ends, and is read below.
      return [];
    case '/verify':
      return [pattern];
    case '/v1/exchange/ciphertext/:ticket':
      return ['/v1/exchange/ciphertext/a'];
    case '/v1/vault/granted/:granter/:digest':
      return [`/v1/vault/granted/beta/${DIGEST}`];
    case '/log/tile/*':
      return ['/log/tile/0/000.p/3', '/log/tile/entries/000.p/3'];
    case '/v1/letters':
      return ['/v1/letters?limit=200'];
    case '/v1/letters/:key':
      return ['/v1/letters/for-beta'];
    case '/v1/letter-receipts/:id':
      return each((id) => [`/v1/letter-receipts/${id}`]);
    case '/v1/statements/:id':
      return each((id) => [`/v1/statements/${id}`]);
    case '/v1/statements/:id/receipt':
      return each((id) =>
        ['json', 'tlog-proof', 'cose'].map((f) => `/v1/statements/${id}/receipt?format=${f}`),
      );
    case '/v1/state/:contract/:collection/*':
      return ['/v1/state/letters/letters/for-beta', '/v1/state/letters/letters/for-beta?proof=1'];
    case '/v1/attachments/:digest':
      return [`/v1/attachments/${DIGEST}?statement=${attached}`];
    case '/scitt/entries/:id':
    case '/scitt/entries/:id/receipts':
      return each((id) => [pattern.replace(':id', id)]);
    case '/.well-known/scitt-keys':
      return [pattern];
    case '/.well-known/scitt-keys/:kid':
      return ['/.well-known/scitt-keys/AAAA'];
    case '/v1/vault/objects':
      return ['/v1/vault/objects', '/v1/vault/objects?granter=beta'];
    case '/v1/vault/usage':
      return ['/v1/vault/usage'];
    case '/v1/vault/objects/:digest':
      return [`/v1/vault/objects/${DIGEST}`];
    default:
      return undefined;
  }
}

async function get(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly text: string }> {
  const answer = await node.app.inject({ url, headers: { ...headers } });
  const all = `${JSON.stringify(answer.headers)}\n${answer.rawPayload.toString('latin1')}`;
  return { status: answer.statusCode, text: all };
}

describe('a walk over all addresses', () => {
  const viewers = [
    ['the public', {}],
    ['the operator of alpha', OPERATOR],
  ] as const;
  const accepts = ['application/json', 'application/cose', '*/*'] as const;

  it.each(viewers)('shows %s nothing that is beta’s', async (_name, credentials) => {
    let walked = 0;
    for (const [pattern, methods] of routesOf(node.app)) {
      if (!methods.has('GET')) continue;
      const plain = pattern.replace(/^\/chains\/[^/]+/, '');
      const prefix = pattern.slice(0, pattern.length - plain.length);
      const addresses = addressesOf(plain);
      if (addresses === undefined) throw new Error(`this walk does not know ${pattern} yet`);
      for (const url of addresses) {
        for (const accept of accepts) {
          const { text } = await get(prefix + url, { ...credentials, accept });
          for (const trace of TRACES) expect(text, `${url} as ${accept}`).not.toContain(trace);
          walked++;
        }
      }
    }
    expect(walked).toBeGreaterThan(100);
  });

  it.each(viewers)('streams to %s nothing that is beta’s', async (_name, credentials) => {
    if (!node.app.server.listening) await node.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = node.app.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/v1/events?since=start`;
    using reader = await TestReader.open(url, { ...credentials });
    const { height } = node.chain.reader.head();
    await reader.until(() => reader.events.at(-1)?.ledgerheight === height);
    const text = JSON.stringify(reader.events);
    expect(reader.events.length).toBeGreaterThan(5);
    const own = 'authorization' in credentials ? [SECRET_TEXT] : [];
    for (const trace of TRACES) {
      // What is alpha's own says the same words; of beta's there is one letter by its key.
      if (!own.includes(trace)) expect(text).not.toContain(trace);
    }
    const sent = reader.events.filter(({ type }) => type === 'hefu.letters.sent');
    const keys = sent.map(({ data }) => (data as { readonly key: string }).key);
    expect(keys).toEqual(own.length > 0 ? ['for-alpha'] : []);
  });

  it('would find the secret where it may be seen', async () => {
    for (const url of [`/v1/statements/${forAlpha}`, `/v1/statements/${forAlpha}/receipt`]) {
      const { status, text } = await get(url, OPERATOR);
      expect(status).toBe(200);
      expect(
        TRACES.some((trace) => text.includes(trace)),
        url,
      ).toBe(true);
    }
  });
});

describe('what may not be read', () => {
  it('is told to exist, with its entry, code and key, and nothing else', async () => {
    const answer = await node.app.inject(`/v1/statements/${forBeta}`);
    expect(answer.statusCode).toBe(200);
    expect(Object.keys(answer.json<object>()).toSorted()).toEqual([
      'chain',
      'code',
      'entry',
      'height',
      'id',
      'index',
      'position',
      'readable',
      'signer',
      'status',
      'time',
    ]);
    expect(answer.json()).toMatchObject({ readable: false, code: 'ok' });
    expect(Object.keys(answer.json<{ signer: object }>().signer)).toEqual(['keyId']);
  });

  it.each([
    ['its bytes', () => `/v1/statements/${forBeta}`, 'application/cose'],
    ['its receipt', () => `/v1/statements/${forBeta}/receipt`, 'application/json'],
    ['its state', () => '/v1/state/letters/letters/for-beta', 'application/json'],
    ['its attachment', () => `/v1/attachments/${DIGEST}?statement=${attached}`, '*/*'],
  ])('%s: 403 not-readable', async (_name, url, accept) => {
    for (const credentials of [{}, OPERATOR]) {
      const headers = { ...credentials, accept };
      const answer = await node.app.inject({ url: url(), headers });
      const { code } = answer.json<{ code: string }>();
      expect([answer.statusCode, code]).toEqual([403, 'not-readable']);
    }
  });

  it('has its entry proven to anyone', async () => {
    for (const format of ['tlog-proof', 'cose']) {
      const { status } = await get(`/v1/statements/${forBeta}/receipt?format=${format}`);
      expect(status, format).toBe(200);
    }
  });

  it('is left out of a list of events, and counted', async () => {
    const answer = await node.app.inject(`/v1/statements/${announced}`);
    expect(answer.json()).toMatchObject({
      readable: true,
      events: [{ name: 'letters/counted', data: { key: 'open' } }],
      eventsHidden: 1,
    });
    const receipt = (await node.app.inject(`/v1/statements/${announced}/receipt`)).json<object>();
    expect(Object.keys(receipt)).not.toContain('events');
  });

  it('is hidden from a wrong token as from none, with 401', async () => {
    for (const token of [
      '',
      'x',
      'Bearer',
      'Bearer x',
      'Basic YTpi',
      `${OPERATOR.authorization}x`,
    ]) {
      const answer = await node.app.inject({
        url: `/v1/statements/${forAlpha}`,
        headers: { authorization: token },
      });
      const { code } = answer.json<{ code: string }>();
      expect([answer.statusCode, code], token).toEqual([401, 'credential-wrong']);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="hefu"');
    }
  });
});
