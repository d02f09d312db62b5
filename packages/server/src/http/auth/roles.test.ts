// Goal: what each role may ask of each address is as the table says, and no address is forgotten.
// Method: every route of a node × every kind of caller; refused is 401 credential-required or 403 role-insufficient, and
// what is refused changes nothing and stands in the audit trail.
import type { Permission } from '@hefu/accounts';
import { allows } from '@hefu/accounts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CALLERS,
  headersOf,
  keyHeaders,
  makeUser,
  OWN_PAGE,
  signIn,
} from '../../testing/people.ts';
import type { Caller } from '../../testing/people.ts';
import { createTestNode } from '../../testing/test-node.ts';
import type { TestNode } from '../../testing/test-node.ts';
import type { ApiDocument } from '../openapi/document.ts';

/** `anybody` needs no credential; `sender` neither, but those who may only read are refused. */
type Rule = 'anybody' | 'sender' | Permission;

/** Addresses that are not for everybody; those left out that need a credential are the operator's. */
const RULES: Readonly<Record<string, Rule>> = {
  'POST /v1/session': 'anybody',
  'GET /v1/session': 'read',
  'DELETE /v1/session': 'read',
  'POST /v1/session/password': 'read',
  'GET /v1/accounts/sessions': 'read',
  'DELETE /v1/accounts/sessions': 'read',
  'DELETE /v1/accounts/sessions/{id}': 'read',
  'GET /v1/accounts/users': 'audit',
  'POST /v1/accounts/users': 'manage',
  'GET /v1/accounts/users/{id}': 'audit',
  'PATCH /v1/accounts/users/{id}': 'manage',
  'POST /v1/accounts/users/{id}/link': 'manage',
  'GET /v1/accounts/keys': 'read',
  'POST /v1/accounts/keys': 'read',
  'DELETE /v1/accounts/keys/{id}': 'read',
  'GET /v1/accounts/passkeys': 'read',
  'POST /v1/accounts/passkeys/offer': 'read',
  'POST /v1/accounts/passkeys': 'read',
  'DELETE /v1/accounts/passkeys/{id}': 'read',
  'POST /v1/session/passkey/offer': 'anybody',
  'POST /v1/session/passkey': 'anybody',
  'POST /v1/accounts/identities/offer': 'read',
  'GET /v1/accounts/audit': 'audit',
  'POST /v1/calls': 'sign',
};

let node: TestNode;
let operations: readonly { readonly method: string; readonly path: string; readonly rule: Rule }[];

beforeAll(async () => {
  node = await createTestNode();
  const { paths } = (await node.app.inject('/openapi.json')).json<ApiDocument>();
  operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      // A stream never ends; events.test.ts asks it.
      .filter(([, operation]) => !JSON.stringify(operation).includes('text/event-stream'))
      .map(([lower, { security }]) => {
        const method = lower.toUpperCase();
        const isPublic = security.length === 0;
        const open =
          security.length === 0 || security.some((each) => Object.keys(each).length === 0);
        const otherwise = open ? (isPublic || isSafe(method) ? 'anybody' : 'sender') : 'operate';
        return { method, path, rule: RULES[`${method} ${path}`] ?? otherwise };
      }),
  );
});
afterAll(async () => node[Symbol.asyncDispose]());

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function mayAsk(caller: Caller, rule: Rule): boolean {
  const roles =
    caller === 'token' ? (['admin', 'operator'] as const) : caller === 'nobody' ? [] : [caller];
  switch (rule) {
    case 'anybody':
      return true;
    case 'sender':
      return caller === 'nobody' || allows(roles, 'send');
    default:
      return allows(roles, rule);
  }
}

const REFUSALS = new Set(['credential-required', 'credential-wrong', 'role-insufficient']);

describe.each(CALLERS)('%s', (caller) => {
  it('is let in where the table says, and nowhere else', async () => {
    let refusedCount = 0;
    for (const { method, path, rule } of operations) {
      const answer = await node.app.inject({
        method: method as 'GET',
        url: path.replaceAll(/\{\w+\}/g, 'x'),
        headers: headersOf(node, caller),
      });
      const { code } = answer.body.startsWith('{') ? answer.json<{ code?: string }>() : {};
      // HEAD has no code to look at, and that of SCITT is not in JSON.
      const tellsNoCode = method === 'HEAD' || path.startsWith('/scitt/');
      const refused =
        REFUSALS.has(code ?? '') || (tellsNoCode && [401, 403].includes(answer.statusCode));
      expect(!refused, `${method} ${path}: ${answer.statusCode} ${code ?? ''}`).toBe(
        mayAsk(caller, rule),
      );
      if (refused && method !== 'HEAD') {
        expect(answer.statusCode).toBe(caller === 'nobody' ? 401 : 403);
        refusedCount += 1;
      }
    }
    expect(operations.length).toBeGreaterThan(40);
    expect(refusedCount).toBeGreaterThan(0);
  });
});

describe('the table', () => {
  it('names only addresses that are there', () => {
    const there = new Set(operations.map(({ method, path }) => `${method} ${path}`));
    expect(Object.keys(RULES).filter((address) => !there.has(address))).toEqual([]);
  });
});

describe('an auditor', () => {
  it('sees all that the organisation may see, the trail and the accounts, and changes nothing', async () => {
    const id = await node.say({
      method: 'send',
      args: { key: 'for-alpha', text: 'for alpha alone', readers: ['alpha'] },
    });
    const headers = keyHeaders(node, 'auditor');
    const read = await node.app.inject({ url: `/v1/statements/${id}`, headers });
    expect(read.json()).toMatchObject({ readable: true });
    expect((await node.app.inject({ url: `/v1/statements/${id}` })).json()).toMatchObject({
      readable: false,
    });
    const before = node.chain.reader.head().height;
    const { bytes } = node.mini.call({
      contract: 'letters',
      method: 'send',
      args: { key: 'k', text: 't', readers: 'public' },
    });
    const sent = await node.app.inject({
      method: 'POST',
      url: '/v1/statements',
      headers: { ...headers, 'content-type': 'application/cose' },
      payload: Buffer.from(bytes),
    });
    expect([sent.statusCode, sent.json<{ code: string }>().code]).toEqual([
      403,
      'role-insufficient',
    ]);
    expect(node.chain.reader.head().height).toBe(before);
    const trail = await node.app.inject({
      url: '/v1/accounts/audit?outcome=refused&limit=1',
      headers,
    });
    expect(trail.json<{ items: unknown[] }>().items[0]).toMatchObject({
      actor: { kind: 'api-key', name: 'key of auditor' },
      target: 'POST /v1/statements',
      code: 'role-insufficient',
    });
  });
});

describe('a member of another organisation', () => {
  it('sees what that organisation may see, and nothing of the node’s own', async () => {
    const args = (reader: string) => ({ key: `to-${reader}`, text: reader, readers: [reader] });
    const alpha = await node.say({ method: 'send', args: args('alpha') });
    const beta = await node.say({ method: 'send', args: args('beta') });
    const seenBy = async (member: string, id: string): Promise<boolean> => {
      const headers = keyHeaders(node, 'member', member);
      const answer = await node.app.inject({ url: `/v1/statements/${id}`, headers });
      return answer.json<{ readable: boolean }>().readable;
    };
    expect(await seenBy('alpha/ann', alpha)).toBe(true);
    expect(await seenBy('alpha/ann', beta)).toBe(false);
    expect(await seenBy('beta/bo', beta)).toBe(true);
    expect(await seenBy('beta/bo', alpha)).toBe(false);
  });

  it('does not run this node, whatever their roles', async () => {
    const headers = keyHeaders(node, 'operator', 'beta/bo');
    const answer = await node.app.inject({ url: `/v1/vault/objects/${'0'.repeat(64)}`, headers });
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([
      403,
      'role-insufficient',
    ]);
  });
});

describe('steps up', () => {
  it('are refused: nobody gives what they have not', async () => {
    await makeUser(node, 'reader', ['read-only']);
    await makeUser(node, 'clerk', ['member'], 'alpha/ann');
    const ask = async (name: string, payload: object): Promise<string> => {
      const headers = { ...(await signIn(node, name)), ...OWN_PAGE };
      const answer = await node.app.inject({
        method: 'POST',
        url: '/v1/accounts/keys',
        headers,
        payload,
      });
      return answer.statusCode === 201 ? 'made' : answer.json<{ code: string }>().code;
    };
    expect(await ask('reader', { name: 'k', roles: ['admin'] })).toBe('role-insufficient');
    expect(await ask('reader', { name: 'k', roles: ['read-only'] })).toBe('made');
    expect(await ask('clerk', { name: 'k', roles: ['member'], member: 'beta/bo' })).toBe(
      'role-insufficient',
    );
    expect(await ask('clerk', { name: 'k', roles: ['operator'] })).toBe('role-insufficient');
    expect(await ask('clerk', { name: 'k', roles: ['member'], member: 'alpha/ann' })).toBe('made');
    // A key makes no keys, unless it manages accounts.
    const answer = await node.app.inject({
      method: 'POST',
      url: '/v1/accounts/keys',
      headers: keyHeaders(node, 'member'),
      payload: { name: 'k', roles: ['member'], member: 'alpha/ann' },
    });
    expect(answer.json<{ code: string }>().code).toBe('session-needed');
  });
});
