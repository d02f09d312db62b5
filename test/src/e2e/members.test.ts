// Goal: the commands about members, keys and receipts do on a real node what they say, and what a contract refuses is a refusal
// with exit 4. Method: one life of a member: added, given roles, depositing, its key rotated and revoked, suspended,
// reinstated; with what the node lists compared after each step, on both suites.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, jsonOf, Sandbox } from './sandbox.ts';
import type { Ran } from './sandbox.ts';

interface Member {
  readonly status: string;
  readonly roles: readonly string[];
  readonly keys: readonly { readonly id: string; readonly status: string }[];
}

describe.each(['international', 'gm'])('suite %s', (suite) => {
  const sandbox = new Sandbox();
  const clerk = 'lanhe-dairy/clerk';

  beforeAll(async () => {
    await sandbox.must('init', '--suite', suite);
    await sandbox.start();
    writeFileSync(sandbox.path('a.txt'), 'a');
  });
  afterAll(async () => sandbox[Symbol.asyncDispose]());

  async function shown(): Promise<Member> {
    const ran = await sandbox.must('member', 'show', 'clerk', '--json');
    return jsonOf<Member>(ran.stdout);
  }

  function codeOf(ran: Ran): string {
    return jsonOf<{ error: { code: string } }>(ran.stderr).error.code;
  }

  async function depositAs(member: string, out: string): Promise<Ran> {
    return sandbox.run('evidence', 'deposit', 'a.txt', '--out', out, '--as', member, '--json');
  }

  it('a member comes, deposits, changes its key, is suspended and comes back', async () => {
    const key = jsonOf<{ id: string; member: string }>(
      (await sandbox.must('key', 'new', '--member', 'clerk', '--json')).stdout,
    );
    expect(key.member).toBe(clerk);
    await sandbox.must(
      'member',
      'add',
      'clerk',
      '--role',
      'depositor',
      '--key',
      key.id.slice(0, 12),
    );
    expect(await shown()).toMatchObject({
      status: 'active',
      roles: ['depositor'],
      keys: [{ id: key.id }],
    });
    expect((await depositAs('clerk', 'r1')).exit).toBe(0);

    await sandbox.must('member', 'roles', 'clerk', 'depositor', 'auditor');
    expect((await shown()).roles.toSorted()).toEqual(['auditor', 'depositor']);

    await sandbox.must('member', 'key', 'rotate', key.id, '--new-key');
    const rotated = await shown();
    expect(rotated.keys.map(({ status }) => status).toSorted()).toEqual(['active', 'closed']);
    expect((await depositAs(clerk, 'r2')).exit).toBe(0);

    const active = rotated.keys.find(({ status }) => status === 'active')?.id ?? '';
    const unsure = await sandbox.run('member', 'key', 'revoke', active, '--json');
    expect([unsure.exit, codeOf(unsure)]).toEqual([2, 'confirmation-needed']);
    await sandbox.must('member', 'key', 'revoke', active, '--yes');
    const keyless = await depositAs(clerk, 'r3');
    expect([keyless.exit, codeOf(keyless)]).toEqual([3, 'signing-key-missing']);
    await sandbox.must('member', 'key', 'add', 'clerk', '--new-key');

    await sandbox.must('member', 'suspend', 'clerk', '--yes');
    expect((await shown()).status).toBe('suspended');
    const suspended = await depositAs(clerk, 'r4');
    expect([suspended.exit, codeOf(suspended)]).toEqual([4, 'member-suspended']);
    const twice = await sandbox.run('member', 'suspend', 'clerk', '--yes', '--json');
    expect([twice.exit, codeOf(twice)]).toEqual([4, 'membership/member-suspended']);
    await sandbox.must('member', 'reinstate', 'clerk');
    expect((await depositAs(clerk, 'r4')).exit).toBe(0);
    for (const out of ['r1', 'r2', 'r4']) {
      const verified = await sandbox.run('verify', out, '--json');
      expect(verified.exit, out).toBe(0);
    }
  });

  it('an organisation comes with its admin, and is suspended', async () => {
    await sandbox.must('org', 'add', 'acme', '--name', 'Acme Ltd');
    await sandbox.must('member', 'add', 'acme/admin', '--appoint', '--new-key');
    const listed = await sandbox.must('member', 'list', '--organisation', 'acme', '--json');
    expect(jsonLines<{ id: string }>(listed.stdout).map(({ id }) => id)).toEqual(['acme/admin']);
    await sandbox.must('member', 'add', 'acme/robot', '--kind', 'device', '--as', 'acme/admin');
    await sandbox.must('org', 'suspend', 'acme', '--yes');
    const shownOrg = await sandbox.must('org', 'show', 'acme', '--json');
    expect(jsonOf(shownOrg.stdout)).toMatchObject({ name: 'Acme Ltd', status: 'suspended' });
    const refused = await sandbox.run(
      'member',
      'add',
      'acme/other',
      '--as',
      'acme/admin',
      '--json',
    );
    expect([refused.exit, codeOf(refused)]).toEqual([4, 'organisation-suspended']);
    await sandbox.must('org', 'reinstate', 'acme');
    const organisations = await sandbox.must('org', 'list', '--json');
    expect(jsonLines(organisations.stdout)).toHaveLength(4);
  });

  it('a key comes from elsewhere, and is listed without its secret', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
    writeFileSync(sandbox.path('elsewhere.pem'), pem);
    await sandbox.must('key', 'import', 'elsewhere.pem', '--member', 'guest');
    const again = await sandbox.run(
      'key',
      'import',
      'elsewhere.pem',
      '--member',
      'guest',
      '--json',
    );
    expect([again.exit, codeOf(again)]).toEqual([4, 'key-exists']);
    const listed = await sandbox.must('key', 'list', '--json');
    expect(listed.stdout).toContain('lanhe-dairy/guest');
    const secret = privateKey.export({ format: 'jwk' }).d ?? '';
    expect(listed.stdout).not.toContain(Buffer.from(secret, 'base64url').toString('base64'));
  });

  it('receipts come in every form that the suite has', async () => {
    const deposited = await sandbox.must('evidence', 'deposit', 'a.txt', '--out', 'r5', '--json');
    const [id = ''] = jsonOf<{ statements: string[] }>(deposited.stdout).statements;
    await sandbox.must(
      'receipt',
      'get',
      id,
      '--out',
      'one.receipt.json',
      '--trust',
      'r5/trust.json',
    );
    const verified = await sandbox.run(
      'verify',
      'one.receipt.json',
      '--trust',
      'r5/trust.json',
      '--content',
      'a.txt',
    );
    expect(verified.exit).toBe(0);
    for (const format of ['tlog-proof', 'cose']) {
      const got = await sandbox.run(
        'receipt',
        'get',
        id,
        '--format',
        format,
        '--out',
        format,
        '--json',
      );
      if (suite === 'gm') expect([got.exit, codeOf(got)]).toEqual([4, 'suite-has-no-standard']);
      else expect(readFileSync(sandbox.path(format)).length, got.stderr).toBeGreaterThan(100);
    }
    const none = await sandbox.run('receipt', 'get', '00'.repeat(32), '--json');
    expect([none.exit, codeOf(none)]).toEqual([3, 'statement-not-found']);
  });

  it('what is kept comes back from the vault', async () => {
    const kept = await sandbox.run(
      'evidence',
      'deposit',
      'a.txt',
      '--out',
      'r6',
      '--keep',
      '--json',
    );
    expect(kept.stderr).toBe('');
    expect(kept.exit).toBe(0);
    const { url, token } = JSON.parse(readFileSync(`${sandbox.data}/credentials.json`, 'utf8')) as {
      url: string;
      token: string;
    };
    const found = await sandbox.must('evidence', 'find', '--file', 'a.txt', '--json');
    const [first] = jsonLines<{ item: { sha256: string; sm3: string } }>(found.stdout);
    const digest = suite === 'gm' ? first?.item.sm3 : first?.item.sha256;
    const answer = await fetch(`${url}/v1/vault/objects/${digest}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await answer.text()).toBe('a');
  });
});
