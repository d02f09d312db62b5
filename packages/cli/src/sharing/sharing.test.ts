// Goal: by commands alone a private deposit is made, granted, pulled, read, revoked and erased, its receipts hold, and what cannot be done is
// refused by its code before anything is harmed. Method: two real nodes, the sample consortium's and a member's own; what the ledger holds is
// searched for names.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { masterKeyPath, openKeystore } from '@hefu/keystore';
import type { Keystore } from '@hefu/keystore';
import { expect, it } from 'vitest';
import { TestPlace } from '../testing/test-node.ts';
import type { Ran } from '../testing/test-node.ts';

const NAME = 'plan-of-the-merger.txt';
const TEXT = 'Nobody but the court may read this. '.repeat(5_000);

type Json = Readonly<Record<string, unknown>>;

function json(ran: Ran): Json {
  return JSON.parse(ran.out) as Json;
}

function lines(ran: Ran): readonly Json[] {
  return ran.out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
}

function codeOf(ran: Ran): string {
  return (JSON.parse(ran.err.split('\n').at(-2) ?? '') as { error: { code: string } }).error.code;
}

function keystoreOf(place: TestPlace): Keystore {
  const masterKey = { path: masterKeyPath(place.env), dataDirectory: place.data };
  const opened = openKeystore({ directory: join(place.data, 'keys'), masterKey });
  if (!opened.ok) throw new Error(opened.code);
  return opened.keystore;
}

/** The grantee's admin has its key on its own node. */
function copyKey(from: TestPlace, to: TestPlace, member: string): void {
  const source = keystoreOf(from);
  const info = source.list().keys.find((key) => key.member === member);
  const found = source.signer(info?.id ?? '');
  if (!found.ok) throw new Error(found.code);
  const { algorithm, privateKey } = found.signer;
  keystoreOf(to).import({
    from: { raw: privateKey, algorithm },
    purpose: 'sign',
    hashName: 'sha256',
    member,
  });
}

it('a private deposit is granted, pulled, read and erased', async () => {
  await using place = new TestPlace();
  await using other = new TestPlace();
  await place.must('init', '--sample');
  await other.must('init', '--empty', '--organisation', 'kite-freight', '--name', 'Kite');
  copyKey(place, other, 'kite-freight/admin');
  const { url } = await place.start();
  await other.start();
  writeFileSync(place.path(NAME), TEXT);

  const words = ['evidence', 'deposit', NAME, '--out', 'receipts', '--private', '--keep'];
  const made = await place.must(...words, '--readers', 'kite-freight', '--json');
  expect(json(made)).toMatchObject({ files: 1, receipts: 1, private: true });
  expect(made.err).toBe('');
  expect(json(await place.must(...words, '--json'))).toMatchObject({ receipts: 0 });
  const receipt = place.path('receipts', `${NAME}.receipt.json`);
  const before = readFileSync(receipt, 'utf8');
  rmSync(receipt);
  expect(json(await place.must(...words, '--json'))).toMatchObject({ receipts: 1 });
  expect(readFileSync(receipt, 'utf8')).toBe(before);
  const verified = await place.must('verify', receipt, '--content', NAME);
  expect(verified.out).toContain('This receipt holds.');
  const named = place.path('receipts', `${NAME}.private.json`);
  const { record, content } = JSON.parse(readFileSync(named, 'utf8')) as Record<string, string>;
  for (const file of readdirSync(place.data, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const text = readFileSync(join(file.parentPath, file.name), 'latin1');
    expect(text.includes(NAME) || text.includes(TEXT.slice(0, 30)), file.name).toBe(false);
  }
  expect(lines(await place.must('vault', 'list', '--json')).map(({ digest }) => digest)).toEqual(
    [String(record), String(content)].toSorted(),
  );
  expect(json(await place.must('vault', 'usage', '--json'))).toMatchObject({ quotaBytes: null });
  expect((await place.must('vault', 'show', record ?? '')).out).toContain(NAME);
  expect(json(await place.must('vault', 'check', '--read', '--json'))).toMatchObject({
    ok: true,
    objects: 2,
  });

  const granted = lines(
    await place.must('share', 'grant', named, '--to', 'kite-freight', '--until', '30d', '--json'),
  );
  expect(granted.map(({ object }) => object)).toEqual([record, content]);
  const grants = granted.map(({ grant }) => String(grant));
  const listed = await place.must('share', 'list', '--to', 'kite-freight', '--state', 'open');
  expect(listed.out.trim().split('\n')).toHaveLength(3);
  const shown = await place.must('share', 'show', grants[0]?.slice(0, 10) ?? '', '--json');
  expect(json(shown)).toMatchObject({ id: grants[0], state: 'open', grantee: 'kite-freight' });

  const trust = place.path('receipts', 'trust.json');
  // Both nodes say theirs of the one chain: the grantee's by the granter's address.
  const key = ['share', 'key', '--url', url, '--json'];
  expect(json(await other.must(...key))).toMatchObject({ registered: null, same: false });
  expect(json(await other.must(...key, '--register'))).toMatchObject({
    organisation: 'kite-freight',
    registered: { by: 'kite-freight/admin' },
    same: true,
  });
  expect(
    json(await place.must('share', 'key', '--as', 'kite-freight/admin', '--json')),
  ).toMatchObject({ same: false });
  const pull = ['share', 'pull', ...grants, '--from', url, '--trust', trust, '--json'];
  expect(lines(await other.must(...pull)).map(({ isNew }) => isNew)).toEqual([true, true]);
  expect(lines(await other.must(...pull)).map(({ isNew }) => isNew)).toEqual([false, false]);
  const theirs = ['--granter', 'lanhe-dairy'];
  expect(lines(await other.must('vault', 'list', ...theirs, '--json'))).toHaveLength(2);
  const [kept = ''] = readdirSync(other.data, { recursive: true, encoding: 'utf8' }).filter(
    (each) => each.endsWith(String(content)),
  );
  const stored = readFileSync(join(other.data, kept));
  const bent = Buffer.from(stored);
  bent[1_000] = (bent[1_000] ?? 0) ^ 1;
  writeFileSync(join(other.data, kept), bent);
  expect((await other.must('vault', 'check')).out).toContain('can be opened');
  const damaged = await other.run('vault', 'check', '--read', '--json');
  expect([damaged.exit, json(damaged)]).toMatchObject([
    4,
    { faults: [{ code: 'object-damaged', place: 'granted/lanhe-dairy', digest: content }] },
  ]);
  writeFileSync(join(other.data, kept), stored);
  expect(json(await other.must('vault', 'show', record ?? '', ...theirs, '--json'))).toMatchObject({
    item: { name: NAME, size: TEXT.length },
  });
  await other.must('vault', 'get', content ?? '', ...theirs, '--salted', '--out', 'got.txt');
  expect(readFileSync(other.path('got.txt'), 'utf8')).toBe(TEXT);
  await other.must('vault', 'get', content ?? '', ...theirs, '--out', 'salted.bin');
  expect(readFileSync(other.path('salted.bin')).subarray(32).toString()).toBe(TEXT);

  await place.must('share', 'revoke', grants[1] ?? '');
  const states = lines(await place.must('share', 'list', '--json')).map(({ state }) => state);
  expect(states).toEqual(['revoked', 'open']);

  const erase = ['vault', 'erase', named, '--receipt', 'erasure.json'];
  const asked = await place.run(...erase, '--json');
  expect([asked.exit, codeOf(asked)]).toEqual([2, 'confirmation-needed']);
  expect(asked.err).toContain('kite-freight');
  expect(lines(await place.must('vault', 'list', '--json'))).toHaveLength(2);
  const done = await place.must(...erase, '--yes', '--json');
  expect(done.err).toContain('still shows its name and salt');
  const erased = lines(done);
  expect(erased.map(({ object }) => object)).toEqual([record, content]);
  expect(erased[0]).toMatchObject({ readers: ['lanhe-dairy', 'kite-freight'] });
  for (const file of ['erasure.json', 'erasure.2.json']) {
    const proof = await place.must('verify', file, '--trust', 'receipts/trust.json', '--json');
    expect(json(proof)).toMatchObject({ ok: true });
  }
  // Asked for again, the receipt is the same.
  await place.must(...erase.slice(0, 3), '--receipt', 'again.json', '--yes');
  const first = JSON.parse(readFileSync(place.path('erasure.json'), 'utf8')) as Json;
  const again = JSON.parse(readFileSync(place.path('again.json'), 'utf8')) as Json;
  expect(again['statement']).toBe(first['statement']);
  const checks = lines(await other.must('share', 'check', '--json'));
  expect(checks.map(({ code }) => code)).toEqual(['object-erased', 'object-erased']);
  expect(lines(await other.must('vault', 'list', ...theirs, '--json'))).toEqual([]);
  const gone = await other.run('vault', 'get', content ?? '', ...theirs, '--out', 'x', '--json');
  expect([gone.exit, codeOf(gone)]).toEqual([3, 'object-erased']);
}, 120_000);

it('what cannot be done is refused by its code, and named readers are told what they do not do', async () => {
  await using place = new TestPlace();
  await place.must('init', '--sample');
  await place.start();
  writeFileSync(place.path('a.txt'), 'a');
  const object = 'ab'.repeat(32);
  const wrong: readonly (readonly [exit: number, code: string, words: string])[] = [
    [2, 'readers-invalid', 'evidence deposit a.txt --out r --private --readers public'],
    [2, 'usage', 'evidence deposit a.txt --out r --private --single'],
    [2, 'object-invalid', 'share grant a.txt --to kite-freight'],
    [2, 'readers-invalid', `share grant ${object} --to NOBODY`],
    [3, 'organisation-not-found', `share grant ${object} --to nobody`],
    [3, 'organisation-not-found', 'evidence deposit a.txt --out r --readers nobody'],
    [3, 'organisation-not-found', 'evidence deposit a.txt --out r --private --readers nobody'],
    [2, 'deadline-invalid', `share grant ${object} --to kite-freight --until soon`],
    [4, 'sharing/grantee-is-granter', `share grant ${object} --to lanhe-dairy`],
    [3, 'grant-unknown', 'share revoke abcd1234'],
    [3, 'grant-not-found', `share show ${object}`],
    [4, 'sharing/unknown-grant', `share revoke ${object}`],
    [2, 'grant-invalid', 'share pull abcd --from http://127.0.0.1:9'],
    [5, 'granter-unreachable', `share pull ${object} --from http://127.0.0.1:9`],
    [3, 'object-unknown', `vault get ${object} --out x`],
    [3, 'object-unknown', `vault show ${object}`],
    [3, 'object-unknown', `vault erase ${object} --yes`],
  ];
  for (const [exit, code, words] of wrong) {
    const ran = await place.run(...words.split(' '), '--json');
    expect([ran.exit, codeOf(ran)], `${words}: ${ran.err}`).toEqual([exit, code]);
  }
  const told = await place.must(
    ...'evidence deposit a.txt --out named --readers kite-freight'.split(' '),
  );
  expect(told.err).toContain('every node of the consortium holds');
  const silent = await place.must(...'evidence deposit a.txt --out all'.split(' '));
  expect(silent.err).not.toContain('note:');
}, 60_000);
