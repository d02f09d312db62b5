// Goal: a member whose key never leaves its token deposits, by the command and by the node that signs for it, and the receipts
// verify. Method: SoftHSM 2, a real node with the PIN in a file, the program's own commands; the whole log and all output
// are searched for the PIN.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSoftHsm, softHsmModule, SOFTHSM_PIN } from '@hefu/keystore/testing';
import type { RunningNode } from '@hefu/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestPlace } from '../../testing/test-node.ts';

const modulePath = softHsmModule();
const ALGORITHMS = ['ed25519', 'es256'] as const;

function pemOf(algorithm: (typeof ALGORITHMS)[number]): string {
  const { privateKey } =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' });
}

describe.skipIf(modulePath === undefined)('a member with a key on a token', () => {
  let directory = '';
  let place: TestPlace;
  let node: RunningNode;
  const said: string[] = [];

  const must = async (...words: readonly string[]): Promise<string> => {
    const { out, err } = await place.must(...words);
    said.push(out, err);
    return out;
  };
  const code = async (...words: readonly string[]): Promise<string> => {
    const { out, err, exit } = await place.run(...words, '--json');
    said.push(out, err);
    return `${exit} ${/"code":"([^"]+)"/.exec(out + err)?.[1] ?? ''}`;
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'hefu-token-'));
    const hsm = makeSoftHsm(directory, modulePath ?? '');
    hsm.makeToken('signing');
    for (const [index, algorithm] of ALGORITHMS.entries()) {
      const id = `0${index + 1}`;
      hsm.importKey({ token: 'signing', id, label: algorithm, pem: pemOf(algorithm) });
    }
    hsm.importKey({ token: 'signing', id: '03', label: 'checkpoints', pem: pemOf('ed25519') });
    const pinFile = join(directory, 'pin');
    writeFileSync(pinFile, `${SOFTHSM_PIN}\n`, { mode: 0o600 });
    place = new TestPlace({
      HEFU_PKCS11__MODULE: hsm.modulePath,
      HEFU_PKCS11_PIN_FILE: pinFile,
    });
    await must('init', '--sample');
    node = await place.start();
  });
  afterAll(async () => {
    await place[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  it('finds the keys of the token, and notes them without taking them', async () => {
    const listed = await must('key', 'list', '--pkcs11', 'signing', '--json');
    const keys = listed
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly id: string });
    expect(keys.map(({ id }) => id)).toEqual(['01', '02', '03']);
    expect(await code('key', 'import', '--pkcs11', 'signing', '--member', 'clerk')).toBe(
      '2 key-ambiguous',
    );
    const unknown = ['key', 'import', '--pkcs11', 'signing', '--key-id', '77', '--member', 'clerk'];
    expect(await code(...unknown)).toBe('3 token-key-missing');
    const elsewhere = ['key', 'import', '--pkcs11', 'elsewhere', '--member', 'clerk'];
    expect(await code(...elsewhere)).toBe('3 token-missing');
  });

  it.each(ALGORITHMS)('deposits with %s by the command', async (algorithm) => {
    const member = `holder-${algorithm}`;
    const keyId = `0${ALGORITHMS.indexOf(algorithm) + 1}`;
    const token = ['--pkcs11', 'signing', '--key-id', keyId];
    const imported = await must('key', 'import', ...token, '--member', member, '--json');
    const { id, token: noted } = JSON.parse(imported) as { id: string; token: unknown };
    expect(noted).toEqual({ label: 'signing', id: keyId });
    expect(await must('key', 'list')).toContain(`on the token signing as ${keyId}`);
    const file = place.path('data', 'keys', `${id}.json`);
    expect(readFileSync(file, 'utf8')).toContain('"token"');
    await must('member', 'add', member, '--kind', 'person', '--key', id);
    const paper = place.path(`${algorithm}.txt`);
    writeFileSync(paper, `signed on a token with ${algorithm}`);
    const out = place.path(`receipts-${algorithm}`);
    await must('evidence', 'deposit', paper, '--as', member, '--out', out);
    const [receipt] = readdirSync(out).filter((name) => name.endsWith('.json'));
    const verdict = await must('verify', join(out, receipt ?? ''), '--json');
    expect(verdict).toContain('"ok":true');
    expect(verdict).toContain(`/${member}`);
  });

  it('is signed for by the node, by its role', async () => {
    const member = 'lanhe-dairy/holder-ed25519';
    const made = await must('account', 'key', '--role', 'member', '--member', member, '--json');
    const { key } = JSON.parse(made) as { readonly key: string };
    const answer = await fetch(`${node.url}/v1/calls`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        contract: 'membership',
        method: 'addKey',
        args: {
          member,
          algorithm: 'ed25519',
          publicKey: rawKey(),
          purpose: 'transport',
        },
      }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([202, { code: 'ok' }]);
  });

  it('lives in a consortium whose checkpoints are signed on the token too', async () => {
    const key = place.path('checkpoint.json');
    await must('key', 'checkpoint', '--pkcs11', 'signing', '--key-id', '03', '--out', key);
    const created = await must('proposal', 'create', '--rotate-validator', key, '--json');
    expect(created).toContain('"status":"carried"');
    const paper = place.path('by-token.txt');
    writeFileSync(paper, 'a checkpoint from a token');
    const out = place.path('receipts-by-token');
    await must('evidence', 'deposit', paper, '--as', 'holder-es256', '--out', out);
    expect(await must('verify', out, '--json')).toContain('"ok":true');
    // And after a restart, with the key of the set in force on the token alone.
    await node.close();
    node = await place.start();
    await must('evidence', 'deposit', paper, '--as', 'holder-es256', '--out', `${out}-2`);
    expect(await must('verify', `${out}-2`, '--json')).toContain('"ok":true');
    const keys = (await must('key', 'list', '--json')).trim().split('\n');
    const listed = keys.map((line) => JSON.parse(line) as { purpose: string; token?: object });
    expect(listed).toContainEqual(
      expect.objectContaining({ purpose: 'checkpoint', token: { label: 'signing', id: '03' } }),
    );
  });

  it('is told when the token is of no use, and the node lives on', async () => {
    const wrong = new TestPlace({ ...place.env, HEFU_DATA: place.data, HEFU_PKCS11__MODULE: '' });
    const io = wrong.io();
    const { runProgram } = await import('../../program.ts');
    const paper = place.path('paper.txt');
    writeFileSync(paper, 'paper');
    const words = ['evidence', 'deposit', paper, '--as', 'holder-ed25519', '--out'];
    const exit = await runProgram([...words, place.path('none'), '--json'], io);
    expect(io.out() + io.err()).toContain('pkcs11-not-configured');
    expect(exit).toBe(4);
    await wrong[Symbol.asyncDispose]();
    expect((await fetch(`${node.url}/readyz`)).status).toBe(200);
  });

  it('leaves no trace of the PIN', () => {
    expect(said.length).toBeGreaterThan(5);
    for (const text of said) expect(text).not.toContain(SOFTHSM_PIN);
  });
});

function rawKey(): string {
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url').toString('hex');
}
