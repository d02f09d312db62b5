// Goal: the commands about proposals and recovery make of what is typed what the contract takes, and tell what they refuse by its code. Method: the
// commands on the sample consortium's node, whose keystore holds every organisation's keys; wrong command lines in a table.
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { TestPlace } from '../testing/test-node.ts';
import type { Ran } from '../testing/test-node.ts';
import { deadlineOf } from './deadline.ts';

const NOW_MS = Date.UTC(2026, 0, 1);

it.each([
  ['90m', NOW_MS + 90 * 60_000],
  ['12h', NOW_MS + 12 * 3_600_000],
  ['7d', NOW_MS + 7 * 86_400_000],
  ['2026-02-01T00:00:00Z', Date.UTC(2026, 1, 1)],
])('%s is a deadline', (typed, timeMs) => {
  expect(deadlineOf(typed, NOW_MS)).toBe(timeMs);
});

it.each(['', 'soon', '0d', '7', '7w', '2026-13-01', '-1d', '1234567m'])('%s is none', (typed) => {
  expect(() => deadlineOf(typed, NOW_MS)).toThrow(/is no time/);
});

it('a member who lost its keys gets a new one from its admin, after a question', async () => {
  await using place = new TestPlace();
  await place.must('init', '--sample');
  await place.start();
  const words = ['member', 'key', 'recover', 'depositor', '--new-key'];
  const asked = await place.run(...words);
  expect([asked.exit, asked.out]).toEqual([2, '']);
  await place.must(...words, '--yes');
  const { out } = await place.must('member', 'show', 'depositor', '--json');
  const { keys } = JSON.parse(out) as { keys: readonly { status: string }[] };
  expect(keys.map(({ status }) => status)).toEqual(['closed', 'active']);
});

it('proposals are made, listed, shown and voted on', async () => {
  await using place = new TestPlace();
  await place.must('init', '--sample');
  await place.start();
  const json = (ran: Ran): Record<string, unknown> =>
    JSON.parse(ran.out) as Record<string, unknown>;
  const codeOf = (ran: Ran): string =>
    (JSON.parse(ran.err) as { error: { code: string } }).error.code;

  const three = { policy: { kind: 'nOf', n: 3, of: [] } };
  writeFileSync(place.path('a.json'), JSON.stringify([{ method: 'setGovernance', args: three }]));
  const first = json(await place.must('proposal', 'create', '--actions', 'a.json', '--json'));
  expect(first).toMatchObject({
    format: 'hefu-proposal/1',
    status: 'carried',
    as: 'lanhe-dairy/admin',
  });

  const made = await place.must(
    ...'proposal create --recover corner-market/admin --new-key --suspend corner-market'.split(' '),
    ...'--rename kite-freight --name Kite --deadline 2d --json'.split(' '),
    ...'--set heartbeatMs=5000 stateHorizonBlocks=9'.split(' '),
  );
  const { proposal, status } = json(made);
  expect(status).toBe('open');
  const id = String(proposal);
  const shown = json(await place.must('proposal', 'show', id.slice(0, 10), '--json'));
  expect(shown).toMatchObject({
    title: 'recoverAdmin, renameOrganisation, suspendOrganisation, setParameters',
    actions: [
      { args: { member: 'corner-market/admin' } },
      { args: { organisation: 'kite-freight', name: 'Kite' } },
      { args: { organisation: 'corner-market' } },
      { args: { heartbeatMs: 5000, stateHorizonBlocks: 9 } },
    ],
    ballots: [{ organisation: 'lanhe-dairy', vote: 'yes' }],
  });

  const as = ['--as', 'kite-freight/admin'];
  expect((await place.must('proposal', 'vote', id, 'no', ...as)).out).toContain(
    'rejected: 1 yes, 1 no',
  );
  const late = await place.run('proposal', 'vote', id, 'yes', ...as, '--json');
  expect([late.exit, codeOf(late)]).toEqual([4, 'membership/proposal-closed']);
  const listed = (await place.must('proposal', 'list')).out.split('\n');
  expect(listed[1]).toMatch(new RegExp(`^${id.slice(0, 12)}  rejected  1/1 `));
  expect(listed[2]).toContain('carried');
  expect(
    (await place.must('proposal', 'list', '--status', 'open')).out.trim().split('\n'),
  ).toHaveLength(1);

  writeFileSync(place.path('no-list.json'), '{}');
  writeFileSync(place.path('no-json'), 'x');
  const wrong: readonly (readonly [exit: number, code: string, ...words: readonly string[]])[] = [
    [2, 'usage', 'create'],
    [2, 'usage', 'create', '--admin', 'ann'],
    [2, 'usage', 'create', '--rename', 'kite-freight'],
    [2, 'usage', 'create', '--recover', 'kite-freight/admin'],
    [2, 'usage', 'create', '--admit', 'x', '--recover', 'kite-freight/admin', '--new-key'],
    [2, 'parameter-invalid', 'create', '--set', 'heartbeatMs=soon'],
    [2, 'actions-invalid', 'create', '--actions', 'no-list.json'],
    [2, 'actions-invalid', 'create', '--actions', 'no-json'],
    [2, 'deadline-invalid', 'create', '--suspend', 'kite-freight', '--deadline', 'soon'],
    [2, 'vote-invalid', 'vote', id, 'perhaps'],
    [3, 'file-not-found', 'create', '--actions', 'nowhere.json'],
    [3, 'proposal-unknown', 'vote', 'ffff', 'yes'],
    [3, 'proposal-not-found', 'show', '0'.repeat(64)],
    [
      4,
      'membership/deadline-out-of-range',
      'create',
      '--suspend',
      'kite-freight',
      '--deadline',
      '91d',
    ],
    [4, 'args-invalid', 'create', '--set', 'unheardOf=1'],
    [4, 'membership/unknown-organisation', 'create', '--remove', 'nobody'],
    [4, 'membership/organisation-active', 'create', '--reinstate', 'kite-freight'],
  ];
  for (const [exit, code, ...words] of wrong) {
    const ran = await place.run('proposal', ...words, '--json');
    expect([ran.exit, codeOf(ran)], words.join(' ')).toEqual([exit, code]);
  }
});
