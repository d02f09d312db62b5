// Goal: a consortium governs itself and its people work in it: an organisation joins by proposal and vote, one of its members deposits with
// a key that the node never saw, a second one signed in, a third by API key; an auditor sees all of it and changes nothing. Method: the real
// program and a real node; every step is first tried by those who may not take it.
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { privateKeyFromPkcs8, publicKeyFromSpki } from '@hefu/crypto/keys';
import { connect, createSigner, ProblemError } from '@hefu/sdk';
import type { HefuClient, Signer } from '@hefu/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, jsonOf, Sandbox } from './sandbox.ts';

const sandbox = new Sandbox();
let url = '';
let client: HefuClient;

beforeAll(async () => {
  await sandbox.must('init');
  ({ url } = await sandbox.start());
  client = await connect({ url });
});
afterAll(async () => sandbox[Symbol.asyncDispose]());

type Headers = Readonly<Record<string, string>>;
interface Answer {
  readonly status: number;
  readonly code: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly cookie: string;
}

const OWN_PAGE = { 'hefu-request': '1', 'sec-fetch-site': 'same-origin' } as const;
/** Who may read what the private deposits hold: their organisation and the one that runs the node. */
const READERS = ['harbour', 'lanhe-dairy'];

async function ask(
  method: string,
  path: string,
  headers: Headers = {},
  body?: object,
): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const parsed = (text.startsWith('{') ? JSON.parse(text) : {}) as Answer['body'];
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return {
    status: answer.status,
    code: typeof parsed['code'] === 'string' ? parsed['code'] : '',
    body: parsed,
    cookie,
  };
}

async function refusal(...words: readonly string[]): Promise<string> {
  const ran = await sandbox.run(...words, '--json');
  if (ran.exit === 0) throw new Error(`${words.join(' ')} was not refused`);
  return jsonOf<{ error: { code: string } }>(ran.stderr).error.code;
}

async function head(): Promise<{ height: number; size: number }> {
  const { height, size } = (await ask('GET', '/v1/chain')).body;
  return { height: Number(height), size: Number(size) };
}

/** A key pair made elsewhere: the public half in a file of the sandbox, the private one never comes near the node. */
function keyOf(member: string): { signer: Signer; publicKey: Uint8Array; file: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ format: 'pem', type: 'spki' });
  const file = `${member.replace('/', '-')}.pem`;
  writeFileSync(sandbox.path(file), pem);
  const secret = privateKeyFromPkcs8(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const open = publicKeyFromSpki(pem);
  if (!secret.ok || !open.ok) throw new Error('a key that Node made is not read');
  const { algorithm, privateKey: bytes } = secret;
  const signer = createSigner({ member, algorithm, privateKey: bytes, hashName: 'sha256' });
  return { signer, publicKey: open.publicKey, file };
}

/** The id of what was deposited, or the code it was refused with. */
async function deposit(signer: Signer, byte: number): Promise<{ id: string; code: string }> {
  const sha256 = new Uint8Array(32).fill(byte);
  try {
    return await client.evidence.deposit(signer, { kind: 'digest', sha256 }, READERS);
  } catch (error) {
    if (error instanceof ProblemError) return { id: '', code: error.code };
    throw error;
  }
}

function callOf(byte: number): object {
  const item = { kind: 'digest', sha256: byte.toString(16).padStart(2, '0').repeat(32) };
  return { contract: 'evidence', method: 'deposit', args: { item, readers: READERS } };
}

/** A member of the new organisation whose key the node keeps. */
async function keptMember(admin: Signer, name: string): Promise<void> {
  const made = await sandbox.must('key', 'new', '--member', `harbour/${name}`, '--json');
  const { publicKey } = jsonOf<{ publicKey: string }>(made.stdout);
  const added = await client.members.call(admin, 'addMember', {
    member: `harbour/${name}`,
    kind: 'person',
    roles: ['depositor'],
    key: { algorithm: 'ed25519', publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64')) },
  });
  expect(added.code).toBe('ok');
}

const deposits: string[] = [];
const ann = keyOf('harbour/ann');
const dock = keyOf('harbour/dock');

describe('a governed consortium', () => {
  it('takes an organisation in by proposal and vote, and by nothing less', async () => {
    writeFileSync(
      sandbox.path('majority.json'),
      JSON.stringify([{ method: 'setGovernance', args: { policy: { kind: 'majority' } } }]),
    );
    await sandbox.must('proposal', 'create', '--actions', 'majority.json');
    // No longer one alone; not by who is no admin; not by a stranger; not before it was voted.
    expect(await refusal('org', 'add', 'harbour')).toBe('not-permitted');
    const words = 'proposal create --admit harbour --name Harbour --admin ann'.split(' ');
    const key = ['--public-key', ann.file];
    expect(await refusal(...words, ...key, '--as', 'kite-freight/depositor')).toBe('not-permitted');
    expect((await deposit(ann.signer, 1)).code).toBe('unknown-signer');
    const made = await sandbox.must(...words, ...key, '--as', 'kite-freight/admin', '--json');
    const { proposal, status } = jsonOf<{ proposal: string; status: string }>(made.stdout);
    expect(status).toBe('open');
    expect((await deposit(ann.signer, 1)).code).toBe('unknown-signer');
    const vote = ['proposal', 'vote', proposal] as const;
    expect(await refusal(...vote, 'yes', '--as', 'lanhe-dairy/depositor')).toBe('not-permitted');
    expect(await refusal(...vote, 'yes', '--as', 'kite-freight/admin')).toBe(
      'membership/already-voted',
    );
    const carried = jsonOf<{ status: string }>(
      (await sandbox.must(...vote, 'yes', '--json')).stdout,
    );
    expect(carried.status).toBe('carried');
    expect(await refusal(...vote, 'no', '--as', 'corner-market/admin')).toBe(
      'membership/proposal-closed',
    );
    await client.waitForReads((await head()).height);
    expect((await client.members.organisation('harbour')).status).toBe('active');
  });

  it('a member deposits with a key that the node never saw', async () => {
    expect((await deposit(dock.signer, 2)).code).toBe('unknown-signer');
    const added = {
      member: 'harbour/dock',
      kind: 'device' as const,
      roles: ['depositor'],
      key: { algorithm: 'ed25519' as const, publicKey: dock.publicKey },
    };
    // An admin of another organisation adds nobody here.
    const foreign = await sandbox.run(
      'member',
      'add',
      'harbour/dock',
      '--as',
      'kite-freight/admin',
      '--json',
    );
    expect(foreign.exit).not.toBe(0);
    expect((await client.members.call(ann.signer, 'addMember', added)).code).toBe('ok');
    // Nobody deposits in their name with another key.
    const forger = keyOf('harbour/dock');
    expect((await deposit(forger.signer, 2)).code).toBe('unknown-signer');
    const named = { ...dock.signer, member: 'lanhe-dairy/depositor' };
    expect((await deposit(named, 2)).code).toBe('issuer-mismatch');
    const spoiled = { ...dock.signer, sign: (bytes: Uint8Array) => forger.signer.sign(bytes) };
    expect((await deposit(spoiled, 2)).code).toBe('signature-wrong');
    const done = await deposit(dock.signer, 2);
    expect(done.code).toBe('ok');
    deposits.push(done.id);
    const held = (await sandbox.must('key', 'list')).stdout;
    expect(held).not.toContain('harbour/dock');
  });

  it('a second one deposits signed in', async () => {
    await keptMember(ann.signer, 'clerk');
    const user = ['account', 'add', 'clerk', '--role', 'member', '--member', 'harbour/clerk'];
    await sandbox.must(...user);
    const link = jsonOf<{ url: string }>(
      (await sandbox.must('account', 'link', 'clerk', '--json')).stdout,
    );
    const token = new URL(link.url).hash.slice(1);
    expect((await ask('POST', '/v1/calls', {}, callOf(3))).code).toBe('credential-required');
    const wrong = { link: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` };
    expect((await ask('POST', '/v1/session', {}, wrong)).code).toBe('sign-in-link-invalid');
    const signedIn = await ask('POST', '/v1/session', {}, { link: token });
    expect(signedIn.status).toBe(201);
    expect((await ask('POST', '/v1/session', {}, { link: token })).code).toBe(
      'sign-in-link-invalid',
    );
    const { cookie } = signedIn;
    const elsewhere = { cookie, origin: 'https://evil.example', 'hefu-request': '1' };
    expect((await ask('POST', '/v1/calls', { cookie }, callOf(3))).code).toBe('request-cross-site');
    expect((await ask('POST', '/v1/calls', elsewhere, callOf(3))).code).toBe('request-cross-site');
    const own = { cookie, ...OWN_PAGE };
    const done = await ask('POST', '/v1/calls', own, callOf(3));
    expect([done.status, done.code]).toEqual([202, 'ok']);
    deposits.push(String(done.body['id']));
    // What the chain does not let them do, signing for them does not either.
    const beyond = {
      contract: 'membership',
      method: 'suspendMember',
      args: { member: 'harbour/dock' },
    };
    expect((await ask('POST', '/v1/calls', own, beyond)).code).toBe('not-permitted');
    expect((await ask('GET', '/v1/accounts/users', own)).code).toBe('role-insufficient');
    expect((await ask('GET', '/v1/accounts/audit', own)).code).toBe('role-insufficient');
    const more = { name: 'more', roles: ['admin'] };
    expect((await ask('POST', '/v1/accounts/keys', own, more)).code).toBe('role-insufficient');
    expect((await ask('DELETE', '/v1/session', own)).status).toBe(204);
    expect((await ask('POST', '/v1/calls', own, callOf(3))).code).toBe('credential-required');
  });

  it('a third one by API key', async () => {
    await keptMember(ann.signer, 'robot');
    const make = async (...words: readonly string[]): Promise<{ key: string; id: string }> =>
      jsonOf((await sandbox.must('account', 'key', ...words, '--json')).stdout);
    const { key, id } = await make('--role', 'member', '--member', 'harbour/robot');
    const bearer = { authorization: `Bearer ${key}` };
    const wrong = { authorization: `Bearer ${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}` };
    expect((await ask('POST', '/v1/calls', wrong, callOf(4))).code).toBe('credential-wrong');
    const reader = await make('--role', 'read-only', '--member', 'harbour/robot');
    const reads = { authorization: `Bearer ${reader.key}` };
    expect((await ask('POST', '/v1/calls', reads, callOf(4))).code).toBe('role-insufficient');
    const lost = await make('--role', 'member', '--member', 'harbour/nobody');
    const keyless = { authorization: `Bearer ${lost.key}` };
    expect((await ask('POST', '/v1/calls', keyless, callOf(4))).code).toBe('signing-key-missing');
    const done = await ask('POST', '/v1/calls', bearer, callOf(4));
    expect([done.status, done.code]).toEqual([202, 'ok']);
    deposits.push(String(done.body['id']));
    await sandbox.must('account', 'revoke', id, '--yes');
    expect((await ask('POST', '/v1/calls', bearer, callOf(4))).code).toBe('credential-wrong');
  });

  it('an auditor sees it all and may change nothing', async () => {
    const { key } = jsonOf<{ key: string }>(
      (await sandbox.must('account', 'key', '--role', 'auditor', '--json')).stdout,
    );
    const auditor = { authorization: `Bearer ${key}` };
    expect(deposits).toHaveLength(3);
    for (const id of deposits) {
      const seen = await ask('GET', `/v1/statements/${id}`, auditor);
      expect([seen.status, seen.body['readable'], seen.code], id).toEqual([200, true, 'ok']);
      expect(JSON.stringify(seen.body['args'])).toContain('sha256');
      // Who is not among its readers learns that it is there, and nothing of what it says.
      const stranger = await ask('GET', `/v1/statements/${id}`);
      expect([stranger.status, stranger.body['readable'], stranger.body['args']]).toEqual([
        200,
        false,
        undefined,
      ]);
      expect((await ask('GET', `/v1/statements/${id}/receipt`, auditor)).status).toBe(200);
    }
    for (const path of [
      '/v1/accounts/users',
      '/v1/accounts/keys',
      '/v1/proposals',
      '/v1/governance',
    ]) {
      expect((await ask('GET', path, auditor)).status, path).toBe(200);
    }
    const trail = await ask('GET', '/v1/accounts/audit?limit=200', auditor);
    const told = JSON.stringify(trail.body['items']);
    for (const each of [
      'call.submit',
      'session.begin',
      'sign-in-link-invalid',
      'request-cross-site',
    ]) {
      expect(told).toContain(each);
    }
    for (const each of [
      'role-insufficient',
      'credential-wrong',
      'api-key.revoke',
      'credential-required',
    ]) {
      expect(told).toContain(each);
    }
    const before = await head();
    const { paths } = (await ask('GET', '/openapi.json')).body as { paths: Record<string, object> };
    let refused = 0;
    for (const [path, item] of Object.entries(paths)) {
      for (const method of Object.keys(item).map((name) => name.toUpperCase())) {
        // Beginning to sign in is everybody's, and changes nothing.
        if (method === 'GET' || method === 'HEAD' || path.endsWith('/offer')) continue;
        const answer = await ask(method, path.replaceAll(/\{\w+\}/g, '0'.repeat(64)), auditor, {});
        const place = `${method} ${path} ${answer.status} ${answer.code}`;
        expect(answer.status, place).toBeGreaterThanOrEqual(400);
        expect(answer.status, place).toBeLessThan(500);
        if (answer.code === 'role-insufficient' || answer.code === 'session-needed') refused++;
      }
    }
    expect(refused).toBeGreaterThan(15);
    // What others signed they do not send either.
    expect((await ask('POST', '/v1/statements', auditor, { statement: 'AA==' })).code).toBe(
      'role-insufficient',
    );
    expect((await ask('POST', '/v1/calls', auditor, callOf(5))).code).toBe('role-insufficient');
    const after = await head();
    expect(after.size - before.size).toBeLessThanOrEqual(after.height - before.height);
  });

  it('and all of it proves', async () => {
    const whole = await sandbox.must('fsck', '--replay', '--json');
    expect(jsonOf(whole.stdout)).toMatchObject({ ok: true, faults: [] });
    const trail = await sandbox.must('account', 'audit', '--verify', '--json');
    expect(jsonOf(trail.stdout)).toMatchObject({ ok: true });
    const lines = jsonLines<{ action: string; actor: { name: string } }>(
      (await sandbox.must('account', 'audit', '--limit', '200', '--json')).stdout,
    );
    expect(lines.filter(({ action }) => action === 'call.submit').length).toBeGreaterThanOrEqual(2);
  });
});
