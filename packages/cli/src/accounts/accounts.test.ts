// Goal: accounts can be kept from the node's own machine, while the node runs, and what is made there lets in.
// Method: the commands on a data folder whose node runs; the node is asked over HTTP with what they print.
import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../program.ts';
import { TestPlace } from '../testing/test-node.ts';

let place: TestPlace;
let url = '';

beforeAll(async () => {
  place = new TestPlace();
  await place.must('init', '--sample');
  ({ url } = await place.start());
});
afterAll(async () => place[Symbol.asyncDispose]());

async function json<T>(...words: readonly string[]): Promise<T> {
  return JSON.parse((await place.must(...words, '--json')).out) as T;
}

async function who(authorization: string): Promise<unknown> {
  return (await fetch(`${url}/v1/session`, { headers: { authorization } })).json();
}

/** Signs in over HTTP. */
async function signIn(body: object): Promise<number> {
  const answer = await fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  await answer.arrayBuffer();
  return answer.status;
}

describe('hefu account key', () => {
  it('prints a key that lets in, until it is revoked', async () => {
    const { key, id } = await json<{ key: string; id: string }>(
      'account',
      'key',
      '--role',
      'operator',
    );
    expect(await who(`Bearer ${key}`)).toMatchObject({ kind: 'api-key', roles: ['operator'] });
    expect((await place.must('account', 'keys')).out).toContain(id);
    expect((await place.must('account', 'keys')).out).not.toContain(key);
    await place.must('account', 'revoke', id);
    expect(await who(`Bearer ${key}`)).toMatchObject({ code: 'credential-wrong' });
  });

  it('of a member has the node sign, and the deposit is on the ledger', async () => {
    const [member] = (await place.must('member', 'list', '--json')).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; roles: string[] })
      .filter(({ roles }) => roles.includes('depositor'));
    const name = member?.id ?? '';
    const { key } = await json<{ key: string }>(
      'account',
      'key',
      '--role',
      'member',
      '--member',
      name,
      '--expires',
      '1h',
    );
    const answer = await fetch(`${url}/v1/calls`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        contract: 'evidence',
        method: 'deposit',
        args: { item: { kind: 'digest', sha256: 'ab'.repeat(32) }, readers: 'public' },
      }),
    });
    const committed = (await answer.json()) as { id: string; code: string };
    expect([answer.status, committed.code]).toEqual([202, 'ok']);
    const said = await fetch(`${url}/v1/statements/${committed.id}`);
    expect(await said.json()).toMatchObject({ signer: { member: name }, contract: 'evidence' });
  });

  it.each([
    [['--role', 'root'], 4, 'roles-invalid'],
    [['--role', 'member'], 4, 'member-missing'],
    [['--role', 'operator', '--expires', '6y'], 2, 'duration-invalid'],
    [['--role', 'operator', '--expires', '9999d'], 4, 'api-key-life-invalid'],
    [['--role', 'operator', '--user', 'nobody'], 3, 'user-not-found'],
  ])('%j ends with %i %s', async (words, exit, code) => {
    const ran = await place.run('account', 'key', ...words, '--json');
    expect([ran.exit, (JSON.parse(ran.err) as { error: { code: string } }).error.code]).toEqual([
      exit,
      code,
    ]);
    expect(ran.out).toBe('');
  });
});

describe('hefu account', () => {
  it('adds users, sets passwords, makes links and shuts them out', async () => {
    await place.must('account', 'add', 'li.wei', '--role', 'auditor');
    const io = place.io({ readStdin: async () => 'correct horse battery\n' });
    expect(await runProgram(['account', 'password', 'li.wei', '--stdin'], io)).toBe(0);
    expect(await signIn({ name: 'li.wei', password: 'correct horse battery' })).toBe(201);
    const { url: linked } = await json<{ url: string }>('account', 'link', 'li.wei');
    const link = new URL(linked).hash.slice(1);
    expect(linked.startsWith(`${url}/sign-in#`)).toBe(true);
    expect(await signIn({ link })).toBe(201);
    expect(await signIn({ link })).toBe(401);
    await place.must('account', 'disable', 'li.wei');
    expect(await signIn({ name: 'li.wei', password: 'correct horse battery' })).toBe(401);
    await place.must('account', 'enable', 'li.wei');
    expect(await signIn({ name: 'li.wei', password: 'correct horse battery' })).toBe(201);
    expect((await place.must('account', 'list')).out).toMatch(/li\.wei +auditor/);
  });

  it('takes no password where others can see it', async () => {
    const ran = await place.run('account', 'password', 'admin');
    expect([ran.exit, ran.err]).toEqual([2, expect.stringContaining('--stdin')]);
  });

  it('shows and verifies the trail', async () => {
    const lines = (await place.must('account', 'audit', '--json', '--limit', '1000')).out
      .trim()
      .split('\n');
    expect(lines.length).toBeGreaterThan(5);
    const check = await json<{ ok: boolean; seq: number }>('account', 'audit', '--verify');
    expect(check).toMatchObject({ ok: true, seq: lines.length });
  });
});

describe('the first start', () => {
  it('gives a link that signs the first admin in, once, until somebody has signed in', async () => {
    await using other = new TestPlace();
    await other.must('init', '--empty');
    const node = await other.start();
    const link = new URL(node.signInLink ?? '').hash.slice(1);
    const answer = await fetch(`${node.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ link }),
    });
    expect(await answer.json()).toMatchObject({
      user: { name: 'admin', roles: ['admin', 'operator', 'member'] },
    });
    await node.close();
    expect((await other.start()).signInLink).toBeUndefined();
  });

  it('is refused where the trail was cut', async () => {
    await using other = new TestPlace();
    await other.must('init', '--empty');
    const node = await other.start();
    await node.close();
    const file = other.path('data', 'accounts.sqlite');
    expect(existsSync(file)).toBe(true);
    const database = new DatabaseSync(file);
    database.exec('drop trigger audit_is_not_cut; delete from audit;');
    database.close();
    await expect(other.start()).rejects.toMatchObject({ code: 'audit-broken' });
  });
});
