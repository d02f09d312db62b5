// Goal: the operator of a chain replaces its checkpoint key without anybody losing anything: old and new receipts verify, old trust files
// lead on, and a node that lacks the key makes no block. Method: the commands on a node of the sample consortium; a client of the
// SDK with the trust file of before; keys taken out of the keystore and put back.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseTrust } from '@hefu/protocol';
import type { TrustDocument } from '@hefu/protocol';
import { HefuClient } from '@hefu/sdk';
import { expect, it } from 'vitest';
import { TestPlace } from '../testing/test-node.ts';
import type { Ran } from '../testing/test-node.ts';

function json<T>(ran: Ran): T {
  return JSON.parse(ran.out) as T;
}

async function deposit(place: TestPlace, name: string): Promise<void> {
  writeFileSync(place.path(`${name}.txt`), name);
  await place.must('evidence', 'deposit', `${name}.txt`, '--out', `receipts-${name}`);
}

async function codeOf(place: TestPlace, ...words: readonly string[]): Promise<string> {
  const ran = await place.run(...words, '--json');
  const { error } = JSON.parse(ran.err) as { error: { code: string } };
  return `${ran.exit} ${error.code}`;
}

it('a checkpoint key is rotated, and trust files of any age lead on', async () => {
  await using place = new TestPlace();
  await place.must('init', '--sample');
  const node = await place.start();
  await deposit(place, 'before');
  const old = JSON.parse(
    readFileSync(place.path('receipts-before', 'trust.json'), 'utf8'),
  ) as unknown;
  await place.must('key', 'checkpoint', '--out', 'next.json');
  expect(await codeOf(place, 'key', 'checkpoint', '--out', 'next.json')).toBe('4 file-exists');
  const create = ['proposal', 'create', '--rotate-validator', 'next.json'];
  expect(json(await place.must(...create, '--json'))).toMatchObject({ status: 'carried' });
  // The same key again.
  expect(await codeOf(place, ...create)).toBe('4 membership/nothing-to-change');
  await deposit(place, 'after');

  // Everything verifies by the file of today, what is older by the file of then too.
  await place.must('verify', 'receipts-before', '--trust', 'receipts-after/trust.json');
  const shown = await place.must('verify', 'receipts-after');
  expect(shown.out).toContain('hold');
  const single = await place.must('verify', 'receipts-after/after.txt.receipt.json');
  expect(single.out).toMatch(/validators follow from the genesis digest.*1 change proven since/);
  await place.must('verify', 'receipts-before', '--trust', 'receipts-before/trust.json');
  const late = await place.run('verify', 'receipts-after', '--trust', 'receipts-before/trust.json');
  expect([late.exit, late.out]).toEqual([4, expect.stringContaining('checkpoint-unknown-signers')]);

  // A client of before goes on by the handover alone, and keeps what it learned.
  const trust = parseTrust(old);
  if (!trust.ok) throw new Error(trust.code);
  const learned: TrustDocument[] = [];
  const client = new HefuClient({
    url: node.url,
    trust: trust.trust,
    onTrust: (document) => void learned.push(document),
  });
  await client.checkpoint();
  expect(learned.map(({ handovers }) => handovers.length)).toEqual([1]);
  const first = learned[0]?.validators[0];
  const vkeys = await (await fetch(`${node.url}/log/vkeys`)).text();
  for (const vkey of first?.vkeys ?? ['']) expect(vkeys).not.toContain(vkey);
  const served = await (await fetch(`${node.url}/v1/trust`)).json();
  expect(served).toEqual(learned[0]);

  await place.must('export-tiles', '--out', 'mirror');
  expect(JSON.parse(readFileSync(place.path('mirror', 'trust.json'), 'utf8'))).toEqual(served);
  expect(readFileSync(place.path('mirror', 'vkeys'), 'utf8')).toBe(vkeys);
  await node.close();
  await place.must('fsck');
  await place.start();
  await deposit(place, 'again');
  await place.must('verify', 'receipts-again', '--trust', 'mirror/trust.json');
}, 60_000);

it('a node without the key of the set in force makes no block and says which key it lacks', async () => {
  await using place = new TestPlace();
  await place.must('init', '--sample');
  const node = await place.start();
  const made = json<{ id: string }>(
    await place.must('key', 'checkpoint', '--out', 'k.json', '--json'),
  );
  const file = place.path('data', 'keys', `${made.id}.json`);
  expect(existsSync(file)).toBe(true);
  renameSync(file, place.path('away.json'));
  await place.must('proposal', 'create', '--rotate-validator', 'k.json');
  writeFileSync(place.path('a.txt'), 'a');
  expect((await place.run('evidence', 'deposit', 'a.txt', '--out', 'r')).exit).not.toBe(0);
  const ready = await (await fetch(`${node.url}/readyz?verbose`)).text();
  expect(ready).toContain('checkpoint-key-missing');
  await node.close();
  await expect(place.start()).rejects.toMatchObject({ code: 'key-missing' });
  renameSync(place.path('away.json'), file);
  await place.start();
  await deposit(place, 'b');
  await place.must('verify', 'receipts-b');
}, 60_000);

it('wrong command lines about validators are told apart', async () => {
  await using place = new TestPlace();
  await place.must('init', '--sample');
  await place.start();
  await place.must('key', 'checkpoint', '--out', 'k.json');
  writeFileSync(place.path('x.json'), '{"format":"hefu-validator-key/1"}');
  const create = ['proposal', 'create'];
  for (const [found, ...words] of [
    ['2 usage', '--add-validator', 'k.json'],
    ['2 usage', '--power', '3'],
    ['2 power-invalid', '--set-power', 'lanhe-dairy'],
    ['2 power-invalid', '--set-power', 'lanhe-dairy=0'],
    ['2 power-invalid', '--add-validator', 'k.json', '--power', 'much'],
    ['2 validator-key-invalid', '--rotate-validator', 'x.json'],
    ['3 file-not-found', '--rotate-validator', 'nowhere.json'],
    ['4 membership/validator-exists', '--add-validator', 'k.json', '--power', '1'],
    ['4 membership/last-validator', '--remove-validator', 'lanhe-dairy'],
    ['4 membership/unknown-validator', '--set-power', 'kite-freight=2'],
  ]) {
    expect(await codeOf(place, ...create, ...words), words.join(' ')).toBe(found);
  }
  await place.must(...create, '--set-power', 'lanhe-dairy=5');
}, 60_000);
