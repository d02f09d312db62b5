// Goal: a machine is lost and nothing that was acknowledged before the backup is; and the restored node never signs another
// history than the one that was published. Method: a real node under load, backups by another process meanwhile; the node is
// killed and its folder deleted; what follows is judged by fsck, by the receipts handed out before, and by the checkpoint and
// the tail that somebody else has kept.
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { toHex } from '@hefu/bytes';
import { parseStatement } from '@hefu/protocol';
import { expect, it } from 'vitest';
import { jsonOf, Sandbox } from './sandbox.ts';
import type { NodeProcess } from './sandbox.ts';

interface BackupReport {
  readonly id: string;
  readonly totalBytes: number;
  readonly newBytes: number;
  readonly chains: readonly { readonly size: number }[];
}

interface RestoreReport {
  readonly writable: boolean;
  readonly size: number;
  readonly reason?: { readonly code: string };
}

interface BreakReport {
  readonly size: number;
  readonly lastSize: number;
  readonly successor: string;
}

function sizeOf(note: string): number {
  return Number(note.split('\n')[1]);
}

/** Deposits a new file and waits for its receipt: once this returns, it was acknowledged. */
async function deposit(place: Sandbox, name: string): Promise<void> {
  const file = place.path(`${name}.txt`);
  // Large enough for bodies in segments and batches of attachments.
  writeFileSync(file, `${name} `.repeat(400));
  await place.must('evidence', 'deposit', file, '--out', place.path('receipts', name));
}

/** Deposits one after the other until it is told to stop; the names of those that were acknowledged. */
function startLoad(place: Sandbox): {
  stop(): Promise<readonly string[]>;
  readonly names: string[];
} {
  const names: string[] = [];
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      const name = `load-${names.length}`;
      await deposit(place, name);
      names.push(name);
    }
  })();
  return {
    names,
    async stop() {
      stopping.abort();
      await work;
      return names;
    },
  };
}

/** Kills the program itself, which the launcher stands before; the store says which process that is. */
async function kill(place: Sandbox, node: NodeProcess): Promise<void> {
  const [slug = ''] = readdirSync(join(place.data, 'chains'));
  const file = join(place.data, 'chains', slug, 'store', 'writer.json');
  const { process: pid } = JSON.parse(readFileSync(file, 'utf8')) as { process: number };
  process.kill(pid, 'SIGKILL');
  await node.stop();
}

/** Whether the running node holds the statement of a receipt that was given out. */
async function isHeld(place: Sandbox, node: NodeProcess, name: string): Promise<boolean> {
  const folder = place.path('receipts', name);
  const [file = ''] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((each) =>
    each.endsWith('.receipt.json'),
  );
  const receipt = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { statement: string };
  const parsed = parseStatement(Buffer.from(receipt.statement, 'base64'), 'sha256');
  if (!parsed.ok) throw new Error(parsed.code);
  const answer = await fetch(`${node.url}/v1/statements/${toHex(parsed.statement.id)}`);
  return answer.status === 200;
}

async function restoreReport(
  place: Sandbox,
  ...options: readonly string[]
): Promise<RestoreReport> {
  const ran = await place.program('restore', ...options, '--json');
  expect(ran.stderr, options.join(' ')).toBe('');
  return jsonOf<RestoreReport>(ran.stdout);
}

it('backup under load, machine lost, restore, and no fork', async () => {
  await using place = new Sandbox();
  const backups = place.path('backups');
  const first = await place.start('--sample');
  await deposit(place, 'before');
  const load = startLoad(place);
  const full = await place.program('backup', '--out', backups, '--json');
  const acknowledged = [...load.names];
  const next = await place.program('backup', '--out', backups, '--json');
  await load.stop();
  const [one, two] = [full, next].map(({ stdout }) => jsonOf<BackupReport>(stdout));
  if (one === undefined || two === undefined) throw new Error('no report');
  expect(one.newBytes).toBe(one.totalBytes);
  // Incremental: keys, settings and whatever pages stayed as they were are not written again.
  expect(two.newBytes).toBeLessThan(two.totalBytes);
  const verified = await place.program('backup', 'verify', backups);
  expect(verified.exit, verified.stderr).toBe(0);
  expect(secretsIn(backups)).toEqual([]);

  // What the world saw after the backup.
  await deposit(place, 'after');
  const size = String(two.chains[0]?.size);
  await place.must('export-tail', '--from-size', size, '--out', place.path('tail'));
  const published = await (await fetch(`${first.url}/log/checkpoint`)).text();
  writeFileSync(place.path('checkpoint'), published);
  await kill(place, first);
  rmSync(place.data, { recursive: true });

  const restored = await restoreReport(place, '--from', backups);
  expect(restored).toMatchObject({
    writable: false,
    size: Number(size),
    reason: { code: 'restored-unconfirmed' },
  });
  await expectClean(place);
  const held = await place.start();
  for (const name of ['before', ...acknowledged]) {
    expect(await isHeld(place, held, name), name).toBe(true);
  }
  await expectReadOnly(place, held, 'restored-unconfirmed');
  await held.stop();

  // It is shown what was published, and that is longer.
  const shown = await restoreReport(place, '--published', place.path('checkpoint'));
  expect(shown).toMatchObject({ writable: false, reason: { code: 'behind-published' } });
  const behind = await place.start();
  await expectReadOnly(place, behind, 'behind-published');
  await behind.stop();

  // On a copy the operator gives up what is missing: another chain goes on there, and is written to.
  const copy = place.path('copy');
  cpSync(place.data, copy, { recursive: true });
  const broken = await place.program('chain', 'break', '--data', copy, '--yes', '--json');
  expect(jsonOf<BreakReport>(broken.stdout), broken.stderr).toMatchObject({
    size: Number(size),
    lastSize: sizeOf(published),
    successor: expect.stringMatching(/\/2$/) as string,
  });
  expect(await restoreReport(place, '--data', copy)).toMatchObject({ writable: true });
  const proven = await place.program('fsck', '--data', copy);
  expect(proven.exit, proven.stderr).toBe(0);

  // A tail with one damaged byte supplies nothing wrong; the right one supplies everything.
  const tail = readFileSync(place.path('tail'));
  const damaged = Buffer.from(tail);
  damaged[Math.floor(tail.length / 2)] = (damaged[Math.floor(tail.length / 2)] ?? 0) ^ 1;
  writeFileSync(place.path('tail-damaged'), damaged);
  const refused = await place.program('restore', '--tail', place.path('tail-damaged'), '--json');
  expect(refused.exit).toBe(4);
  expect(await restoreReport(place, '--tail', place.path('tail'))).toMatchObject({
    writable: true,
  });
  await expectClean(place);

  const whole = await place.start();
  expect(await (await fetch(`${whole.url}/readyz`)).text()).toBe('ok\n');
  expect(await isHeld(place, whole, 'after')).toBe(true);
  await deposit(place, 'later');
  await whole.stop();
  // The published history is a part of the one that went on.
  expect(await restoreReport(place, '--published', place.path('checkpoint'))).toMatchObject({
    writable: true,
  });
  const again = await place.program(
    'verify',
    place.path('receipts'),
    '--trust',
    place.path('receipts', 'before', 'trust.json'),
  );
  expect(again.exit, again.stdout + again.stderr).toBe(0);
}, 120_000);

it('a store that was set back is not written to, and is again once it is whole', async () => {
  await using place = new Sandbox();
  const first = await place.start('--sample');
  await deposit(place, 'one');
  await first.stop();
  const [slug = ''] = readdirSync(join(place.data, 'chains'));
  const store = join(place.data, 'chains', slug, 'store');
  cpSync(store, place.path('earlier'), { recursive: true });
  const second = await place.start();
  await deposit(place, 'two');
  await kill(place, second);
  renameSync(store, place.path('later'));
  cpSync(place.path('earlier'), store, { recursive: true });
  const back = await place.start();
  await expectReadOnly(place, back, 'behind-signed');
  await back.stop();
  rmSync(store, { recursive: true });
  renameSync(place.path('later'), store);
  const whole = await place.start();
  expect(await isHeld(place, whole, 'two')).toBe(true);
  await deposit(place, 'three');
}, 60_000);

async function expectReadOnly(place: Sandbox, node: NodeProcess, code: string): Promise<void> {
  const ready = await fetch(`${node.url}/readyz?verbose`);
  expect(ready.status).toBe(503);
  expect(await ready.text()).toContain(code);
  const checkpoint = await (await fetch(`${node.url}/log/checkpoint`)).text();
  writeFileSync(place.path('refused.txt'), 'refused');
  const ran = await place.run(
    'evidence',
    'deposit',
    place.path('refused.txt'),
    '--out',
    place.path('refused'),
    '--json',
  );
  expect(ran.exit).toBe(5);
  expect(ran.stdout + ran.stderr).toContain('chain-read-only');
  expect(await (await fetch(`${node.url}/log/checkpoint`)).text()).toBe(checkpoint);
}

async function expectClean(place: Sandbox): Promise<void> {
  const ran = await place.program('fsck', '--json');
  expect(ran.exit, ran.stdout + ran.stderr).toBe(0);
}

/** Names within a folder of backups, and in its manifests, that must never be there. */
function secretsIn(backups: string): string[] {
  expect(existsSync(join(backups, 'objects'))).toBe(true);
  const text = readdirSync(join(backups, 'backups'))
    .map((name) => readFileSync(join(backups, 'backups', name), 'utf8'))
    .join('\n');
  const found = ['signing-state', 'hold.json', 'credentials', 'master', 'writer.lock', 'node.lock'];
  return found.filter((name) => text.includes(name));
}
