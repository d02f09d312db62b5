// POST /v1/statements in all its forms, over a real chain in memory: what is durable, what is refused and how, table by table.
import { toBase64, toHex } from '@hefu/bytes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerPort } from '../chain-host.ts';
import { LedgerWorkerError } from '../ledger/client.ts';
import { createTestNode } from '../testing/test-node.ts';
import type { TestNode } from '../testing/test-node.ts';

let node: TestNode;
let counter = 0;

beforeAll(async () => {
  node = await createTestNode({ flags: { 'http.statementsBodyBytesMax': 2_000_000 } });
});

afterAll(async () => node[Symbol.asyncDispose]());

/** A fresh statement that goes through. */
function letter(key = `fresh-${counter++}`): { bytes: Uint8Array; id: Uint8Array } {
  const args = { key, text: 'hello', readers: 'public' };
  return node.mini.call({ contract: 'letters', method: 'send', args });
}

async function post(
  type: string | undefined,
  payload: Uint8Array | string,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Record<string, unknown>; body: Record<string, unknown> }> {
  const answer = await node.app.inject({
    method: 'POST',
    url: '/v1/statements',
    headers: { ...(type === undefined ? {} : { 'content-type': type }), ...headers },
    payload: typeof payload === 'string' ? payload : Buffer.from(payload),
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
}

describe('one statement', () => {
  it.each(['application/cose', 'application/cose; cose-type="cose-sign1"', 'APPLICATION/COSE'])(
    'as %s is durable with 202 and a Location',
    async (type) => {
      const { bytes, id } = letter();
      const answer = await post(type, bytes);
      expect(answer.status).toBe(202);
      expect(answer.headers['location']).toBe(`/v1/statements/${toHex(id)}`);
      expect(answer.body).toEqual({
        id: toHex(id),
        status: 'committed',
        height: expect.any(Number),
        index: expect.any(Number),
        position: expect.any(Number),
        code: 'ok',
      });
      expect(node.chain.reader.lookup(id)?.code).toBe('ok');
    },
  );

  it('as JSON', async () => {
    const { bytes, id } = letter();
    const answer = await post('application/json', JSON.stringify({ statement: toBase64(bytes) }));
    expect([answer.status, answer.body['id']]).toEqual([202, toHex(id)]);
  });

  it('names its Location under the prefix it was sent to', async () => {
    const { bytes, id } = letter();
    const answer = await node.app.inject({
      method: 'POST',
      url: '/chains/mini.example__test/v1/statements',
      headers: { 'content-type': 'application/cose' },
      payload: Buffer.from(bytes),
    });
    expect(answer.headers.location).toBe(`/chains/mini.example__test/v1/statements/${toHex(id)}`);
  });

  it('sent twice is answered with the first result', async () => {
    const { bytes } = letter();
    const first = await post('application/cose', bytes);
    const second = await post('application/cose', bytes);
    expect(second.status).toBe(202);
    expect(second.body).toEqual({ ...first.body, duplicate: true });
  });

  it('that the contract refuses has an entry with its code', async () => {
    await post('application/cose', letter('same').bytes);
    const answer = await post('application/cose', letter('same').bytes);
    expect(answer.status).toBe(202);
    expect(answer.body).toMatchObject({ code: 'letters/taken', data: { key: 'same' } });
  });

  it('acknowledges a preference to wait', async () => {
    const answer = await post('application/cose', letter().bytes, { prefer: 'wait=5' });
    expect([answer.status, answer.headers['preference-applied']]).toEqual([202, 'wait']);
  });
});

describe('several statements', () => {
  it('as a CBOR sequence, each with its own verdict', async () => {
    const good = letter();
    const wrong = letter();
    const flipped = wrong.bytes.slice();
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
    const answer = await post('application/cbor-seq', Buffer.concat([good.bytes, flipped]));
    expect(answer.status).toBe(202);
    expect(answer.body['results']).toEqual([
      expect.objectContaining({ ok: true, id: toHex(good.id), status: 'committed', code: 'ok' }),
      expect.objectContaining({
        ok: false,
        id: toHex(wrong.id),
        type: '/problems/signature-wrong',
        code: 'signature-wrong',
        status: 403,
        retryable: false,
      }),
    ]);
  });

  it('as JSON, a thousand of them', async () => {
    const statements = Array.from({ length: 1000 }, () => toBase64(letter().bytes));
    const answer = await post('application/json', JSON.stringify({ statements }));
    const results = answer.body['results'] as readonly { ok: boolean }[];
    expect([answer.status, results.length]).toEqual([202, 1000]);
    expect(results.every(({ ok }) => ok)).toBe(true);
  });

  it('a thousand and one are refused, in both forms', async () => {
    const { bytes } = letter();
    const many = Array.from({ length: 1001 }, () => bytes);
    const sequence = await post('application/cbor-seq', Buffer.concat(many));
    const json = await post(
      'application/json',
      JSON.stringify({ statements: many.map((each) => toBase64(each)) }),
    );
    for (const answer of [sequence, json]) {
      expect([answer.status, answer.body['code']]).toEqual([413, 'batch-too-large']);
    }
  });
});

describe('what is refused', () => {
  const good = (): Uint8Array => letter().bytes;
  const json = 'application/json';
  const cases: readonly [string, string | undefined, () => Uint8Array | string, number, string][] =
    [
      ['no body', 'application/cose', () => '', 400, 'batch-empty'],
      ['no media type', undefined, good, 415, 'unsupported-media-type'],
      ['another media type', 'text/plain', good, 415, 'unsupported-media-type'],
      ['a media type that is none', 'application', good, 415, 'unsupported-media-type'],
      ['not CBOR', 'application/cose', () => 'hello', 400, 'statement-malformed'],
      [
        'a truncated statement',
        'application/cose',
        () => good().slice(0, -1),
        400,
        'statement-malformed',
      ],
      [
        'trailing bytes',
        'application/cose',
        () => Buffer.concat([good(), Buffer.of(0)]),
        400,
        'statement-malformed',
      ],
      [
        'two in the place of one',
        'application/cose',
        () => Buffer.concat([good(), good()]),
        400,
        'statement-malformed',
      ],
      ['a large one', 'application/cose', () => new Uint8Array(70_000), 413, 'statement-too-large'],
      [
        'a body beyond the limit',
        'application/cose',
        () => new Uint8Array(2_000_001),
        413,
        'body-too-large',
      ],
      [
        'a broken sequence',
        'application/cbor-seq',
        () => good().slice(0, -1),
        400,
        'batch-malformed',
      ],
      ['an empty sequence', 'application/cbor-seq', () => '', 400, 'batch-empty'],
      [
        'a sequence with an endless array',
        'application/cbor-seq',
        () => Buffer.from('9b7fffffffffffffff', 'hex'),
        400,
        'batch-malformed',
      ],
      [
        'indefinite length',
        'application/cbor-seq',
        () => Buffer.from('9f01ff', 'hex'),
        400,
        'batch-malformed',
      ],
      ['not JSON', json, () => '{', 400, 'json-malformed'],
      ['not UTF-8', json, () => Buffer.from('7b22ff227d', 'hex'), 400, 'json-malformed'],
      ['deep JSON', json, () => '['.repeat(100_000), 400, 'json-malformed'],
      ['a prototype key', json, () => '{"statement":"","__proto__":{}}', 400, 'json-malformed'],
      ['JSON null', json, () => 'null', 400, 'request-invalid'],
      ['a JSON list', json, () => '[]', 400, 'request-invalid'],
      ['an empty object', json, () => '{}', 400, 'request-invalid'],
      ['both members', json, () => '{"statement":"AA==","statements":[]}', 400, 'request-invalid'],
      ['a number for a statement', json, () => '{"statement":1}', 400, 'request-invalid'],
      ['base64 without padding', json, () => '{"statement":"AA"}', 400, 'request-invalid'],
      ['no statements', json, () => '{"statements":[]}', 400, 'batch-empty'],
      ['statements that are no list', json, () => '{"statements":"AA=="}', 400, 'request-invalid'],
    ];

  it.each(cases)('%s', async (_name, type, payload, status, code) => {
    const answer = await post(type, payload());
    expect([answer.status, answer.body['code']]).toEqual([status, code]);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: `/problems/${code}`,
      title: expect.any(String),
      status,
      instance: expect.stringMatching(/^urn:uuid:/),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      retryable: false,
    });
  });

  it('points to every wrong member of a list', async () => {
    const answer = await post(json, '{"statements":["AA==",1,"?"]}');
    const errors = answer.body['errors'] as readonly { pointer: string }[];
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/statements/1', '/statements/2']);
  });

  it('points to the wrong field of a statement’s arguments, before ordering', async () => {
    const { bytes, id } = node.mini.call({
      contract: 'letters',
      method: 'send',
      args: { key: 'x', text: 1, readers: 'public' },
    });
    const answer = await post('application/cose', bytes);
    expect([answer.status, answer.body['code']]).toEqual([422, 'args-invalid']);
    const errors = answer.body['errors'] as readonly { pointer: string }[];
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/text']);
    expect(node.chain.reader.lookup(id)).toBeUndefined();
  });

  it.each([
    ['an expired one', { expires: 1 }, 'expired'],
    ['one that lives too long', { expires: 9_000_000_000_000 }, 'expiry-too-far'],
    ['one for another chain', { chain: 'other.example' }, 'wrong-chain'],
    ['an unknown contract', { contract: 'nothing' }, 'unknown-contract'],
    ['an unknown method', { method: 'nothing' }, 'unknown-method'],
  ])('%s', async (_name, change, code) => {
    const args = { key: 'never', text: 't', readers: 'public' };
    const { bytes } = node.mini.call({ contract: 'letters', method: 'send', args, ...change });
    const answer = await post('application/cose', bytes);
    expect([answer.status, answer.body['code']]).toEqual([422, code]);
  });

  it('speaks the reader’s language, with the same code', async () => {
    const english = await post('application/cose', 'x');
    const chinese = await post('application/cose', 'x', { 'accept-language': 'zh-CN,en;q=0.5' });
    const russian = await post('application/cose', 'x', { 'accept-language': 'fr, ru;q=0.9' });
    expect(english.headers['content-language']).toBe('en');
    expect(chinese.headers['content-language']).toBe('zh');
    expect(russian.headers['content-language']).toBe('ru');
    expect(new Set([english, chinese, russian].map(({ body }) => body['title'])).size).toBe(3);
    expect(new Set([english, chinese, russian].map(({ body }) => body['code'])).size).toBe(1);
  });

  it('keeps the caller’s trace id', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const answer = await post('application/cose', 'x', {
      traceparent: `00-${traceId}-b7ad6b7169203331-01`,
    });
    expect(answer.body['traceId']).toBe(traceId);
  });
});

describe('a ledger that cannot', () => {
  async function withLedger(
    submit: LedgerPort['submit'],
    headers: Record<string, string> = {},
  ): Promise<Awaited<ReturnType<typeof post>>> {
    await using other = await createTestNode({ ledger: (real) => ({ ...real, submit }) });
    const answer = await other.app.inject({
      method: 'POST',
      url: '/v1/statements',
      headers: { 'content-type': 'application/cose', ...headers },
      payload: Buffer.of(1),
    });
    const read = await other.app.inject('/v1/chain');
    expect(read.statusCode).toBe(200);
    return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
  }

  it('has no room on its disk: 507 with Retry-After, and reads go on', async () => {
    const answer = await withLedger(async () => [{ ok: false, code: 'store-full' }]);
    expect([answer.status, answer.body['retryable']]).toEqual([507, true]);
    expect(answer.headers['retry-after']).toBe('30');
  });

  it('has too much to do: 503 with Retry-After', async () => {
    const answer = await withLedger(async () => [{ ok: false, code: 'queue-full' }]);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
  });

  it('has stopped for safety: 503', async () => {
    const answer = await withLedger(async () => [{ ok: false, code: 'halted' }]);
    expect([answer.status, answer.body['code']]).toEqual([503, 'halted']);
  });

  it('has ended by itself: 503', async () => {
    const answer = await withLedger(async () => {
      throw new LedgerWorkerError('ledger-failed', 'the ledger worker ended');
    });
    expect([answer.status, answer.body['code']]).toEqual([503, 'halted']);
  });

  it('takes longer than the client waits: 504', async () => {
    const answer = await withLedger(async () => new Promise(() => undefined), { prefer: 'wait=0' });
    expect([answer.status, answer.body['code']]).toEqual([504, 'commit-timeout']);
  });

  it('fails: 500 without a word of its inner life', async () => {
    const answer = await withLedger(async () => {
      throw new Error('the password is swordfish, at /srv/hefu/data');
    });
    expect([answer.status, answer.body['code']]).toEqual([500, 'internal-error']);
    expect(JSON.stringify(answer)).not.toMatch(/swordfish|srv/);
  });
});
