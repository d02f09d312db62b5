// Goal: an operator who has lost published entries for good goes on without forking anything: the old log stays as it is and proves what it
// proved, the new one names what is known of it. Method: a node whose backup is older than what it published; the machine is lost;
// the break is declared, and everything handed out before and after is verified against the trust files of its time.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parseCheckpoint, parseGenesis, parseTrust } from '@hefu/protocol';
import { expect, it } from 'vitest';
import { toHex } from '@hefu/bytes';
import { runProgram } from '../../program.ts';
import { TestPlace } from '../../testing/test-node.ts';
import type { Ran } from '../../testing/test-node.ts';

const OLD = 'sample.hefu.example';

async function deposit(place: TestPlace, name: string): Promise<void> {
  writeFileSync(place.path(`${name}.txt`), name);
  await place.must('evidence', 'deposit', `${name}.txt`, '--out', `receipts-${name}`);
}

async function codeOf(place: TestPlace, ...words: readonly string[]): Promise<string> {
  const ran = await place.run(...words, '--json');
  const { error } = JSON.parse(ran.err) as { error: { code: string } };
  return `${ran.exit} ${error.code}`;
}

function json(ran: Ran): Readonly<Record<string, unknown>> {
  return JSON.parse(ran.out) as Readonly<Record<string, unknown>>;
}

/** Runs a command that somebody could cancel, and nobody does. */
async function whole(place: TestPlace, ...words: readonly string[]): Promise<void> {
  const io = place.io({ stopped: async () => new Promise(() => undefined) });
  expect(await runProgram(words, io), io.err()).toBe(0);
}

/** A place whose data were restored from before the last checkpoint that was published. */
async function lostTail(place: TestPlace): Promise<string> {
  await place.must('init', '--sample');
  const node = await place.start();
  await deposit(place, 'kept');
  await place.must('org', 'suspend', 'corner-market', '--yes');
  await whole(place, 'backup', '--out', 'backups');
  await deposit(place, 'lost');
  const note = await (await fetch(`${node.url}/log/checkpoint`)).text();
  writeFileSync(place.path('published'), note);
  await node.close();
  rmSync(place.data, { recursive: true });
  await whole(place, 'restore', '--from', 'backups');
  return note;
}

it('a break is declared, the old log proves what it proved, and the new one goes on', async () => {
  await using place = new TestPlace();
  const note = await lostTail(place);
  const published = parseCheckpoint(note);
  if (!published.ok) throw new Error(published.code);
  const { size, root } = published.checkpoint;
  const command = ['chain', 'break', '--published', 'published'];
  expect(await codeOf(place, 'chain', 'break')).toBe('4 published-unknown');
  const asked = await place.run(...command);
  expect([asked.exit, asked.out]).toEqual([2, '']);
  expect(asked.err).toContain('entries that were published are lost');
  const before = json(await place.must('restore', '--json'));
  expect(before).toMatchObject({ chain: OLD, reason: { code: 'behind-published' } });
  const declared = json(await place.must(...command, '--yes', '--json'));
  expect(declared).toMatchObject({
    format: 'hefu-break/1',
    chain: OLD,
    successor: `${OLD}/2`,
    lastSize: size,
    size: before['size'],
    organisations: 2,
  });
  expect(await codeOf(place, 'chain', 'break', '--yes')).toBe('4 break-not-needed');
  expect(await codeOf(place, 'chain', 'break', '--chain', OLD, '--yes')).toBe('4 chain-broken');
  expect(await codeOf(place, 'chain', 'break', '--chain', 'x', '--yes')).toBe('4 break-impossible');

  const node = await place.start();
  const get = async (path: string): Promise<unknown> => (await fetch(node.url + path)).json();
  expect(await (await fetch(`${node.url}/readyz`)).text()).toBe('ok\n');
  await deposit(place, 'new');
  const document = await get('/v1/trust');
  const trust = parseTrust(document);
  if (!trust.ok) throw new Error(trust.code);
  const old = parseTrust(await get(`/chains/${OLD}/v1/trust`));
  if (!old.ok) throw new Error(old.code);
  const predecessor = { chain: OLD, genesis: old.trust.genesis, size, root };
  expect(trust.trust).toMatchObject({ chain: `${OLD}/2`, predecessor });
  expect(toHex(trust.trust.genesis)).toBe(declared['genesis']);
  const bent = { ...(document as object), predecessor: undefined };
  expect(parseTrust(JSON.parse(JSON.stringify(bent)))).toMatchObject({
    code: 'trust-genesis-mismatch',
  });

  // Receipts of before hold by the trust file of before, also those of entries that are lost here.
  for (const name of ['kept', 'lost']) {
    await place.must('verify', `receipts-${name}`, '--trust', 'receipts-kept/trust.json');
  }
  const fresh = await place.must('verify', 'receipts-new/new.txt.receipt.json');
  expect(fresh.out).toContain(`after a break of ${OLD}`);
  const mixed = await place.run('verify', 'receipts-kept', '--trust', 'receipts-new/trust.json');
  expect([mixed.exit, mixed.out]).toEqual([4, expect.stringContaining('foreign-chain')]);

  // Who was suspended is not taken along; everybody else signs as before.
  const { genesis } = (await get('/v1/chain')) as { genesis: unknown };
  const parsed = parseGenesis(genesis);
  if (!parsed.ok) throw new Error(parsed.code);
  expect(parsed.genesis.organisations.map(({ id }) => id)).toEqual(['kite-freight', 'lanhe-dairy']);
  expect(parsed.genesis.members.some(({ id }) => id.startsWith('corner-market/'))).toBe(false);
  await place.must('org', 'add', 'newcomer', '--name', 'N');
  await node.close();
  await place.must('fsck');
  expect(json(await place.must('restore', '--json'))).toMatchObject({ writable: true });

  // The old one stays closed where both are restored.
  await whole(place, 'backup', '--out', 'later');
  rmSync(place.data, { recursive: true });
  await whole(place, 'restore', '--from', 'later');
  expect(await codeOf(place, 'chain', 'break', '--chain', OLD)).toBe('4 chain-broken');
  expect(await codeOf(place, 'chain', 'break')).toBe('4 published-unknown');
}, 120_000);

it('a node that is started with a longer published checkpoint only reads', async () => {
  await using place = new TestPlace();
  await lostTail(place);
  await place.must('restore', '--nothing-published', '--yes');
  writeFileSync(place.path('other'), readFileSync(place.path('published'), 'utf8').slice(1));
  expect(await codeOf(place, 'node', 'start', '--published', 'other')).toBe('4 published-invalid');
  const stop = Promise.withResolvers<undefined>();
  const io = place.io({ stopped: async () => stop.promise });
  const words = ['node', 'start', '--published', 'published', '--port', '0', '--json'];
  const running = runProgram(words, io);
  while (!io.out().includes('\n')) await new Promise((resolve) => setTimeout(resolve, 20));
  const { url } = JSON.parse(io.out()) as { url: string };
  const ready = await (await fetch(`${url}/readyz?verbose`)).text();
  expect(ready).toContain('behind-published');
  expect(io.err()).toContain('behind-published');
  stop.resolve(undefined);
  expect(await running).toBe(0);
}, 60_000);

it('a checkpoint by validators that the backup does not know is shown with a newer trust file', async () => {
  await using place = new TestPlace();
  await place.must('init', '--sample');
  const node = await place.start();
  await whole(place, 'backup', '--out', 'backups');
  await place.must('key', 'checkpoint', '--out', 'next.json');
  await place.must('proposal', 'create', '--rotate-validator', 'next.json');
  await deposit(place, 'later');
  await place.must('export-tiles', '--out', 'mirror');
  await node.close();
  rmSync(place.data, { recursive: true });
  await whole(place, 'restore', '--from', 'backups');
  const show = ['restore', '--published', 'mirror/checkpoint'];
  expect(await codeOf(place, ...show)).toBe('4 published-invalid');
  expect(await codeOf(place, 'restore', '--trust', 'mirror/trust.json')).toBe('2 usage');
  const shown = json(await place.must(...show, '--trust', 'mirror/trust.json', '--json'));
  expect(shown).toMatchObject({ writable: false, reason: { code: 'behind-published' } });
}, 60_000);
