// Goal: the node signs for those who may, as their own member and as nobody else, and what it signs is what they said.
// Method: calls by API key, by session and by others, over a chain in memory; the ledger's entries are read back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { argsFromJson } from '../accounts/call-args.ts';
import { builtInModules } from '../modules.ts';
import { keyHeaders, makeUser, OWN_PAGE, signIn } from '../testing/people.ts';
import { createTestNode, OPERATOR } from '../testing/test-node.ts';
import type { TestNode } from '../testing/test-node.ts';

let node: TestNode;
beforeAll(async () => {
  node = await createTestNode();
});
afterAll(async () => node[Symbol.asyncDispose]());

interface Answer {
  readonly status: number;
  readonly body: { readonly id?: string; readonly code?: string; readonly duplicate?: true };
}

async function call(headers: Readonly<Record<string, string>>, payload: object): Promise<Answer> {
  const answer = await node.app.inject({ method: 'POST', url: '/v1/calls', headers, payload });
  return { status: answer.statusCode, body: answer.json() };
}

function letter(key: string): object {
  return { contract: 'letters', method: 'send', args: { key, text: 'hello', readers: 'public' } };
}

describe('a call', () => {
  it('by an API key is signed as its member, is on the ledger and in the trail', async () => {
    const { status, body } = await call(keyHeaders(node, 'member'), letter('by-key'));
    expect([status, body.code]).toEqual([202, 'ok']);
    const said = await node.app.inject({ url: `/v1/statements/${body.id ?? ''}` });
    expect(said.json()).toMatchObject({
      signer: { member: 'alpha/ann' },
      args: { key: 'by-key', text: 'hello' },
    });
    const [line] = node.host.accounts.audit.list({ limit: 1 });
    expect(line).toMatchObject({
      action: 'call.submit',
      outcome: 'done',
      actor: { kind: 'api-key' },
    });
    expect(line?.detail).toBe(`alpha/ann ${body.id ?? ''}`);
  });

  it('by somebody signed in is signed as theirs', async () => {
    await makeUser(node, 'bo', ['member'], 'beta/bo');
    const headers = { ...(await signIn(node, 'bo')), ...OWN_PAGE };
    const { body } = await call(headers, letter('by-session'));
    const said = await node.app.inject({ url: `/v1/statements/${body.id ?? ''}` });
    expect(said.json()).toMatchObject({ signer: { member: 'beta/bo' } });
  });

  it('that the contract refuses is an entry all the same', async () => {
    await call(keyHeaders(node, 'member'), letter('twice'));
    const { status, body } = await call(keyHeaders(node, 'member'), letter('twice'));
    expect([status, body.code]).toEqual([202, 'letters/taken']);
  });

  it('with the same nonce and expiry is the same statement, and with an Idempotency-Key the same answer', async () => {
    const headers = keyHeaders(node, 'member');
    const expires = node.chain.reader.head().timeMs + 600_000;
    const same = { ...letter('same'), nonce: '00'.repeat(16), expires };
    const first = await call(headers, same);
    const second = await call(headers, same);
    expect(second.body).toEqual({ ...first.body, duplicate: true });
    const keyed = { ...headers, 'idempotency-key': 'one' };
    expect((await call(keyed, letter('keyed'))).body).toEqual(
      (await call(keyed, letter('keyed'))).body,
    );
  });

  it('given again ends with the right to make it', async () => {
    const headers = { ...keyHeaders(node, 'member'), 'idempotency-key': 'two' };
    await call(headers, letter('ended'));
    const [key] = node.host.accounts.keys
      .list()
      .toSorted((a, b) => b.createdMs - a.createdMs || (a.id < b.id ? 1 : -1));
    for (const each of node.host.accounts.keys.list()) {
      node.host.accounts.keys.revoke({ kind: 'machine', id: 'node', name: 'node' }, each.id);
    }
    expect(key).toBeDefined();
    expect(await call(headers, letter('ended'))).toMatchObject({
      status: 401,
      body: { code: 'credential-wrong' },
    });
  });

  it('is refused to others', async () => {
    const ask = async (headers: Readonly<Record<string, string>>): Promise<unknown> => {
      const { status, body } = await call(headers, letter('no'));
      return [status, body.code];
    };
    expect(await ask({})).toEqual([401, 'credential-required']);
    expect(await ask(OPERATOR)).toEqual([403, 'role-insufficient']);
    expect(await ask(keyHeaders(node, 'admin'))).toEqual([403, 'role-insufficient']);
    expect(await ask(keyHeaders(node, 'auditor'))).toEqual([403, 'role-insufficient']);
    expect(await ask(keyHeaders(node, 'member', 'alpha/nobody'))).toEqual([
      409,
      'signing-key-missing',
    ]);
  });

  it.each([
    ['no such contract', { contract: 'nothing', method: 'x', args: {} }],
    ['no such method', { contract: 'letters', method: 'burn', args: {} }],
    ['arguments of the wrong form', { contract: 'letters', method: 'send', args: { key: 1 } }],
    [
      'a field named __proto__',
      JSON.parse('{"contract":"letters","method":"send","args":{"__proto__":{"x":1}}}'),
    ],
    ['a fraction', { contract: 'letters', method: 'send', args: { key: 1.5 } }],
    ['a wrong name', { contract: 'Letters!', method: 'send', args: {} }],
    ['a nonce too short', { ...letter('n'), nonce: '00' }],
    ['an expiry too far', { ...letter('n'), expires: Number.MAX_SAFE_INTEGER }],
    ['an expiry long past', { ...letter('n'), expires: 1 }],
    [
      'arguments too large',
      {
        contract: 'letters',
        method: 'send',
        args: { key: 'k', text: 'x'.repeat(70_000), readers: 'public' },
      },
    ],
  ])('with %s is refused, and never breaks the node', async (_what, payload: object) => {
    const { status, body } = await call(keyHeaders(node, 'member'), payload);
    expect(body.code).not.toBe('ok');
    expect(status).toBeLessThan(500);
  });
});

describe('arguments as JSON', () => {
  it('become bytes where the method’s schema has them', () => {
    const sha256 = 'ab'.repeat(32);
    const deposit = { contract: 'evidence', method: 'deposit' };
    const args = { item: { kind: 'digest', sha256 }, readers: 'public' };
    expect(argsFromJson(builtInModules, deposit, args)).toMatchObject({
      item: { kind: 'digest', sha256: new Uint8Array(32).fill(0xab) },
      readers: 'public',
    });
    expect(argsFromJson(builtInModules, { contract: 'none', method: 'x' }, args)).toBe(args);
  });
});
