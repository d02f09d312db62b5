// Goal: what the consortium changes of itself, it changes by as many votes as its policy asks, in the block that has them, and every
// other end of a proposal is told as it is. Method: a consortium of three or four organisations under each kind of policy, with the
// state looked at after each step.
import { encodeCbor } from '@hefu/bytes';
import { createNativeHost } from '@hefu/contract';
import type { Outcome } from '@hefu/contract';
import { MemoryState } from '@hefu/contract/testing';
import type { TestHost } from '@hefu/contract/testing';
import { describe, expect, it } from 'vitest';
import { membership } from '../module.ts';
import { OPEN_PROPOSALS_MAX, VOTES_MAX } from '../schemas/proposals.ts';
import type { ProposalValue } from '../schemas/proposals.ts';
import { genesisDocument, keyNamed, signer, startHost } from '../testing/consortium.ts';

const [ANN, BOB, DAN, EVE, FAY] = ['acme/ann', 'acme/bob', 'beta/dan', 'court/eve', 'delta/fay'];
const HOUR_MS = 3_600_000;
const MAJORITY = { kind: 'majority' };
const GROW = [{ method: 'addOrganisation', args: { organisation: 'epsilon', name: 'Epsilon' } }];
const material = (name: string): { algorithm: string; publicKey: Uint8Array } => ({
  algorithm: 'ed25519',
  publicKey: keyNamed(name).publicKey,
});

/** Four organisations, each with an admin; acme has two. */
function consortium(governance: object = MAJORITY): TestHost {
  const { organisations, members } = genesisDocument();
  return startHost(
    genesisDocument({
      governance: governance as never,
      organisations: [...organisations, { id: 'delta', name: 'Delta' }],
      members: [
        ...members,
        { id: EVE, kind: 'person', roles: ['admin'] },
        { id: FAY, kind: 'person', roles: ['admin', 'auditor'] },
      ],
      modules: [
        { name: 'membership', version: 1 },
        { name: 'evidence', version: 1 },
      ],
    }),
  );
}

function call(host: TestHost, by: string, method: string, args: object): Outcome {
  return host.call(signer(host, by), method, args);
}

function ask(host: TestHost, by: string, method: string, args: object): string {
  return call(host, by, method, args).code;
}

/** Makes a proposal; gives its id. */
function propose(host: TestHost, by: string, actions: readonly object[] = GROW): string {
  const deadline = host.time + HOUR_MS;
  const made = host.must(signer(host, by), 'propose', { title: 'Change', actions, deadline });
  return (made as { proposal: string }).proposal;
}

function vote(host: TestHost, by: string, proposal: string, choice = 'yes'): string {
  const { code, output } = call(host, by, 'vote', { proposal, vote: choice });
  return code === 'ok' ? (output as { status: string }).status : code;
}

function shown(host: TestHost, proposal: string): ProposalValue {
  return host.value('proposals', proposal) as unknown as ProposalValue;
}

function statusOf(host: TestHost, proposal: string): string {
  return shown(host, proposal).status;
}

describe('a proposal', () => {
  it('is carried out in the block of the vote that makes the majority, and not before', () => {
    const host = consortium();
    expect(ask(host, ANN, 'addOrganisation', GROW[0]?.args ?? {})).toBe('not-permitted');
    const proposal = propose(host, ANN);
    expect(vote(host, DAN, proposal)).toBe('open');
    expect(host.value('organisations', 'epsilon')).toBeUndefined();
    host.advance();
    expect(vote(host, EVE, proposal)).toBe('carried');
    expect(host.value('organisations', 'epsilon')).toEqual({
      name: 'Epsilon',
      active: [[host.height + 1, null]],
    });
    expect(shown(host, proposal)).toMatchObject({ closed: host.height, failure: null });
    expect(host.value('ballots', proposal)).toEqual({
      votes: [ANN, DAN, EVE].map((member) => ({ member, yes: true })),
    });
    const told = host.events.map(({ name }) => name).slice(-6);
    expect(told).toEqual([
      'proposalMade',
      'voteCast',
      'voteCast',
      'voteCast',
      'proposalClosed',
      'organisationAdded',
    ]);
    // Its deadline is nobody's business any more.
    expect(host.advance(2 * HOUR_MS)).toEqual([]);
    expect(vote(host, FAY, proposal)).toBe('membership/proposal-closed');
  });

  it('admits an organisation with its first admin and key at once', () => {
    const host = consortium();
    const admin = { member: 'epsilon/gus', kind: 'person', key: material('gus') };
    const proposal = propose(host, ANN, [...GROW, { method: 'appointAdmin', args: admin }]);
    vote(host, DAN, proposal);
    vote(host, EVE, proposal);
    expect(host.value('members', 'epsilon/gus')).toMatchObject({ roles: ['admin'] });
    expect(host.value('keys', keyNamed('gus').id)).toMatchObject({ member: 'epsilon/gus' });
    expect(host.value('admins', 'epsilon')).toEqual({ members: ['epsilon/gus'] });
    host.advance();
    const next = propose(host, 'epsilon/gus', [
      { method: 'renameOrganisation', args: { organisation: 'epsilon', name: 'E' } },
    ]);
    expect(statusOf(host, next)).toBe('open');
  });

  it('carries all of its actions out or none', () => {
    const host = consortium();
    const second = propose(host, DAN);
    const both = propose(host, ANN, [
      { method: 'renameOrganisation', args: { organisation: 'beta', name: 'Βeta' } },
      ...GROW,
    ]);
    vote(host, ANN, second);
    expect(vote(host, EVE, second)).toBe('carried');
    vote(host, DAN, both);
    // The vote is cast, and what it would have carried is refused: both are on record.
    expect(vote(host, EVE, both)).toBe('failed');
    expect(shown(host, both).failure).toEqual({ action: 1, code: 'organisation-exists' });
    expect(host.value('organisations', 'beta')).toMatchObject({ name: 'Beta' });
  });

  it('is refused at once where it could not be carried out as things are', () => {
    const host = consortium();
    const deadline = host.time + HOUR_MS;
    const actions = [...GROW, ...GROW];
    const before = host.dump();
    const outcome = call(host, ANN, 'propose', { title: 'Twice', actions, deadline });
    expect(outcome).toMatchObject({ code: 'membership/organisation-exists', data: { action: 1 } });
    expect(host.dump()).toEqual(before);
  });

  it('is rejected when it can no longer pass', () => {
    const host = consortium();
    const proposal = propose(host, ANN);
    expect(vote(host, DAN, proposal, 'no')).toBe('open');
    expect(vote(host, EVE, proposal, 'no')).toBe('rejected');
    expect(host.advance(2 * HOUR_MS)).toEqual([]);
  });

  it('expires at its deadline', () => {
    const host = consortium();
    const proposal = propose(host, ANN);
    vote(host, DAN, proposal);
    expect(host.advance(HOUR_MS - 1)).toEqual([]);
    expect(host.advance(1).map(({ code }) => code)).toEqual(['ok']);
    expect(shown(host, proposal)).toMatchObject({ status: 'expired', closed: host.height });
    expect(vote(host, EVE, proposal)).toBe('membership/proposal-closed');
  });

  it('is withdrawn by the organisation that made it', () => {
    const host = consortium();
    const proposal = propose(host, ANN);
    expect(ask(host, DAN, 'withdrawProposal', { proposal })).toBe('membership/other-organisation');
    expect(ask(host, BOB, 'withdrawProposal', { proposal })).toBe('ok');
    expect(statusOf(host, proposal)).toBe('withdrawn');
    expect(ask(host, BOB, 'withdrawProposal', { proposal })).toBe('membership/proposal-closed');
  });

  it('leaves an organisation room for as many open ones as it may have', () => {
    const host = consortium();
    const ids = Array.from({ length: OPEN_PROPOSALS_MAX }, () => propose(host, ANN));
    const more = { title: 'More', actions: GROW, deadline: host.time + HOUR_MS };
    expect(ask(host, BOB, 'propose', more)).toBe('membership/too-many-proposals');
    expect(ask(host, DAN, 'propose', more)).toBe('ok');
    host.must(signer(host, ANN), 'withdrawProposal', { proposal: ids[3] });
    expect(ask(host, BOB, 'propose', more)).toBe('ok');
  });

  it('does no more than a block may', () => {
    const host = consortium({ kind: 'organisation', organisations: ['acme'] });
    for (let index = 0; index < 25; index++) {
      const key = { ...material(`k${index}`), purpose: 'sign' };
      host.must(signer(host, ANN), 'addKey', { member: ANN, ...key });
      host.must(signer(host, DAN), 'addKey', {
        member: DAN,
        ...material(`d${index}`),
        purpose: 'sign',
      });
    }
    const recover = (member: string): object => ({
      method: 'recoverAdmin',
      args: { member, key: material(`new ${member}`) },
    });
    const large = {
      title: 'All',
      actions: [recover(ANN), recover(DAN)],
      deadline: host.time + HOUR_MS,
    };
    expect(ask(host, ANN, 'propose', large)).toBe('membership/proposal-too-large');
  });
});

describe('votes', () => {
  it('are one an organisation, changed and taken back by any of its admins', () => {
    const host = consortium();
    const proposal = propose(host, DAN);
    expect(vote(host, ANN, proposal)).toBe('open');
    expect(vote(host, BOB, proposal)).toBe('membership/already-voted');
    expect(vote(host, BOB, proposal, 'no')).toBe('open');
    expect(vote(host, BOB, proposal, 'withdraw')).toBe('open');
    expect(vote(host, ANN, proposal, 'withdraw')).toBe('membership/no-vote');
    expect(vote(host, EVE, proposal)).toBe('open');
    expect(host.value('ballots', proposal)).toEqual({
      votes: [DAN, EVE].map((member) => ({ member, yes: true })),
    });
    expect(vote(host, 'acme/cho', proposal)).toBe('not-permitted');
    expect(vote(host, ANN, '0'.repeat(64))).toBe('membership/unknown-proposal');
  });

  it('of suspended organisations do not count, and are counted again when that changes', () => {
    const host = consortium({
      kind: 'any',
      of: [
        MAJORITY,
        {
          kind: 'all',
          of: [
            { kind: 'organisation', organisations: ['delta'] },
            { kind: 'role', roles: ['auditor'] },
          ],
        },
      ],
    });
    const proposal = propose(host, ANN);
    vote(host, DAN, proposal);
    host.must(signer(host, FAY), 'suspendOrganisation', { organisation: 'beta' });
    // Acme alone, of three: still open.
    expect(host.advance().map(({ code }) => code)).toEqual(['ok']);
    expect(statusOf(host, proposal)).toBe('open');
    host.must(signer(host, FAY), 'suspendOrganisation', { organisation: 'court' });
    host.must(signer(host, FAY), 'reinstateOrganisation', { organisation: 'beta' });
    // Acme and beta of three: nobody has to vote for it to pass.
    host.advance();
    expect(statusOf(host, proposal)).toBe('carried');
    expect(host.value('organisations', 'epsilon')).toBeDefined();
  });

  it('are counted again one proposal after the other', () => {
    const host = consortium({
      kind: 'nOf',
      n: 2,
      of: [{ kind: 'organisation', organisations: ['acme', 'beta', 'delta'] }],
    });
    const names = ['a', 'b', 'c'];
    const ids = names.map((organisation) =>
      propose(host, EVE, [
        { method: 'addOrganisation', args: { organisation, name: organisation } },
      ]),
    );
    for (const id of ids) vote(host, ANN, id);
    const easier = propose(host, ANN, [
      {
        method: 'setGovernance',
        args: { policy: { kind: 'organisation', organisations: ['acme'] } },
      },
    ]);
    expect(vote(host, DAN, easier)).toBe('carried');
    for (let block = 0; block < ids.length; block++) host.advance();
    expect(ids.map((id) => statusOf(host, id))).toEqual(['carried', 'carried', 'carried']);
    expect(host.advance().map(({ code }) => code)).toEqual([]);
  });

  it('are counted again a few proposals in a block, however many are open', () => {
    const host = consortium({ kind: 'nOf', n: 2, of: [] });
    const ids = [ANN, ANN, ANN, DAN, DAN, DAN, FAY].map((by) => propose(host, by));
    const remove = { method: 'suspendOrganisation', args: { organisation: 'court' } };
    expect(vote(host, DAN, propose(host, ANN, [remove]))).toBe('carried');
    expect([host.advance(), host.advance(), host.advance()].map(({ length }) => length)).toEqual([
      1, 1, 0,
    ]);
    expect(ids.every((id) => statusOf(host, id) === 'open')).toBe(true);
  });

  it.each([
    [
      'all of two',
      {
        kind: 'all',
        of: [
          { kind: 'organisation', organisations: ['acme'] },
          { kind: 'organisation', organisations: ['beta'] },
        ],
      },
      [EVE, ANN],
      DAN,
    ],
    ['three organisations', { kind: 'nOf', n: 3, of: [] }, [ANN, EVE], FAY],
    ['a role', { kind: 'role', roles: ['auditor'] }, [ANN, DAN], FAY],
    ['everybody', { kind: 'nOf', n: 4, of: [{ kind: 'member' }] }, [ANN, DAN, EVE], FAY],
  ])('suffice by the policy: %s', (_, policy, before, last) => {
    const host = consortium(policy);
    const [first = '', ...others] = before;
    const proposal = propose(host, first);
    for (const by of others) expect(vote(host, by, proposal)).toBe('open');
    expect(vote(host, last, proposal)).toBe('carried');
  });

  it.each([
    [
      'all of two',
      { kind: 'all', of: [{ kind: 'organisation', organisations: ['acme'] }, { kind: 'member' }] },
      EVE,
      [ANN],
    ],
    [
      'two of three named',
      {
        kind: 'nOf',
        n: 2,
        of: [{ kind: 'organisation', organisations: ['acme', 'beta', 'delta'] }],
      },
      EVE,
      [ANN, DAN],
    ],
    ['everybody', { kind: 'nOf', n: 4, of: [] }, ANN, [DAN]],
    ['a majority', MAJORITY, ANN, [DAN, EVE]],
  ])('that say no end it by the policy: %s', (_, policy, by, against) => {
    const host = consortium(policy);
    const proposal = propose(host, by);
    const ends = against.map((each) => vote(host, each, proposal, 'no'));
    expect(ends.at(-1)).toBe('rejected');
    expect(ends.slice(0, -1).every((status) => status === 'open')).toBe(true);
  });

  it('count with the roles that who cast them has now', () => {
    const host = consortium({ kind: 'nOf', n: 2, of: [{ kind: 'role', roles: ['admin'] }] });
    const proposal = propose(host, ANN);
    host.must(signer(host, BOB), 'suspendMember', { member: ANN });
    expect(vote(host, DAN, proposal)).toBe('open');
    expect(vote(host, EVE, proposal)).toBe('carried');
  });

  it('are as many as a proposal holds, and all counted within what a call may use', () => {
    const ids = Array.from({ length: 2 * VOTES_MAX }, (_, index) => `o${index}`);
    const document = genesisDocument({
      governance: MAJORITY,
      organisations: ids.map((id) => ({ id, name: id })),
      members: ids.map((id) => ({ id: `${id}/a`, kind: 'person', roles: ['admin'] })),
      keys: [],
      validators: [],
    });
    const { chain, suite, time } = document;
    const native = createNativeHost({ chain, suite, modules: [membership] });
    const port = MemoryState.empty();
    const statementId = 'a'.repeat(64);
    expect(
      native.initGenesis({ port, contract: 'membership', document, height: 0, time }).code,
    ).toBe('ok');
    const by = (organisation: string, method: string, args: unknown): Outcome =>
      native.callMethod({
        port,
        contract: 'membership',
        method,
        args,
        height: 1,
        time,
        statementId,
        caller: { member: `${organisation}/a`, organisation, roles: ['admin'], keyId: '' },
      });
    const made = { title: 'Grow', actions: GROW, deadline: time + HOUR_MS };
    expect(by('o0', 'propose', made).code).toBe('ok');
    const ballots = (count: number, yes: boolean): void => {
      const votes = ids.slice(0, count).map((id) => ({ member: `${id}/a`, yes }));
      port.put('membership', 'ballots', statementId, encodeCbor({ votes }));
    };
    ballots(VOTES_MAX, true);
    const yes = { proposal: statementId, vote: 'yes' };
    expect(by(`o${VOTES_MAX}`, 'vote', yes).code).toBe('membership/too-many-votes');
    ballots(VOTES_MAX - 1, true);
    // Five hundred of a thousand are no majority, and more than that is.
    expect(by(`o${VOTES_MAX}`, 'vote', yes).output).toMatchObject({ status: 'open' });
    ballots(VOTES_MAX - 1, true);
    const count = encodeCbor({ kind: 'organisations', active: 2 * VOTES_MAX - 1 });
    port.put('membership', 'parameters', 'organisations', count);
    expect(by(`o${VOTES_MAX}`, 'vote', yes).output).toMatchObject({ status: 'carried' });
  });
});

describe('a policy that names more organisations than a count may read', () => {
  const lists = Array.from({ length: 256 }, (_, list) => ({
    kind: 'organisation',
    organisations: Array.from({ length: 16 }, (__, name) => `o${list}-${name}`),
  }));
  const any = Array.from({ length: 16 }, (_, part) => ({
    kind: 'any',
    of: lists.slice(part * 16, part * 16 + 16),
  }));

  it('stops no vote, and is carried by what it does not name too', () => {
    const host = consortium({ kind: 'any', of: [{ kind: 'any', of: any }, MAJORITY] });
    const proposal = propose(host, ANN);
    expect(vote(host, DAN, proposal)).toBe('open');
    expect(vote(host, EVE, proposal)).toBe('carried');
    const hopeless = propose(host, ANN, [
      { method: 'renameOrganisation', args: { organisation: 'beta', name: 'B' } },
    ]);
    for (const by of [DAN, EVE]) expect(vote(host, by, hopeless, 'no')).toBe('open');
  });
});

describe('recovery', () => {
  it('gives a member new keys by its own admin and ends the old ones of that purpose', () => {
    const host = consortium();
    const cho = 'acme/cho';
    host.must(signer(host, cho), 'addKey', { member: cho, ...material('second'), purpose: 'sign' });
    host.must(signer(host, cho), 'addKey', { member: cho, ...material('box'), purpose: 'encrypt' });
    host.advance();
    const lost = { member: cho, ...material('new'), purpose: 'sign' };
    expect(ask(host, cho, 'recoverKeys', lost)).toBe('not-permitted');
    expect(ask(host, DAN, 'recoverKeys', lost)).toBe('membership/other-organisation');
    expect(ask(host, ANN, 'recoverKeys', { ...lost, member: 'acme/no' })).toBe(
      'membership/unknown-member',
    );
    expect(ask(host, ANN, 'recoverKeys', { ...lost, ...material('second') })).toBe(
      'membership/key-exists',
    );
    const next = host.height + 1;
    expect(call(host, ANN, 'recoverKeys', lost).output).toEqual({
      key: keyNamed('new').id,
      from: next,
    });
    const intervals = (name: string): unknown =>
      (host.value('keys', keyNamed(name).id) as { active: unknown }).active;
    expect(intervals(cho)).toEqual([[0, next]]);
    expect(intervals('second')).toEqual([[2, next]]);
    expect(intervals('box')).toEqual([[2, null]]);
    expect(intervals('new')).toEqual([[next, null]]);
    expect(
      host.events
        .filter(({ name }) => name === 'keyClosed')
        .map(({ data }) => (data as { reason: string }).reason),
    ).toEqual(['lost', 'lost']);
  });

  it('ends no more keys than it may at once', () => {
    const host = consortium();
    for (let index = 0; index < 32; index++) {
      host.must(signer(host, ANN), 'addKey', {
        member: ANN,
        ...material(`k${index}`),
        purpose: 'sign',
      });
    }
    const lost = { member: ANN, ...material('new'), purpose: 'sign' };
    expect(ask(host, BOB, 'recoverKeys', lost)).toBe('membership/too-many-open-keys');
    host.must(signer(host, BOB), 'revokeKey', { key: keyNamed('k0').id });
    expect(ask(host, BOB, 'recoverKeys', lost)).toBe('ok');
  });

  it('gives an organisation whose only admin lost its key back by proposal', () => {
    const host = consortium();
    const action = { method: 'recoverAdmin', args: { member: DAN, key: material('dan anew') } };
    const proposal = propose(host, ANN, [action]);
    vote(host, EVE, proposal);
    expect(vote(host, FAY, proposal)).toBe('carried');
    const next = host.height + 1;
    expect(host.value('keys', keyNamed(DAN).id)).toMatchObject({ active: [[0, next]] });
    expect(host.value('keys', keyNamed('dan anew').id)).toMatchObject({
      active: [[next, null]],
      purpose: 'sign',
    });
    const clerk = {
      method: 'recoverAdmin',
      args: { member: 'acme/cho', key: material('cho anew') },
    };
    const wrong = { title: 'No', actions: [clerk], deadline: host.time + HOUR_MS };
    expect(ask(host, ANN, 'propose', wrong)).toBe('membership/not-an-admin');
  });
});

describe('governed changes', () => {
  const ACME = { kind: 'organisation', organisations: ['acme'] };

  it('are direct calls where one organisation suffices, and a proposal of it is carried at once', () => {
    const host = consortium(ACME);
    expect(ask(host, ANN, 'addOrganisation', { organisation: 'zeta', name: 'Z' })).toBe('ok');
    expect(ask(host, DAN, 'addOrganisation', { organisation: 'eta', name: 'E' })).toBe(
      'not-permitted',
    );
    expect(statusOf(host, propose(host, ANN))).toBe('carried');
    expect(
      statusOf(
        host,
        propose(host, DAN, [
          { method: 'renameOrganisation', args: { organisation: 'beta', name: 'B' } },
        ]),
      ),
    ).toBe('open');
  });

  it('remove an organisation for good', () => {
    const host = consortium(ACME);
    const remove = (organisation: string): string =>
      ask(host, ANN, 'removeOrganisation', { organisation });
    expect(remove('acme')).toBe('membership/organisation-validates');
    expect(remove('beta')).toBe('ok');
    expect(host.value('organisations', 'beta')).toMatchObject({ active: [[0, 2]] });
    expect(host.value('removals', 'beta')).toEqual({ from: 2 });
    expect(host.value('parameters', 'organisations')).toMatchObject({ active: 3 });
    host.must(signer(host, ANN), 'suspendOrganisation', { organisation: 'court' });
    expect(remove('court')).toBe('ok');
    expect(host.value('parameters', 'organisations')).toMatchObject({ active: 2 });
    for (const [method, args] of [
      ['removeOrganisation', { organisation: 'beta' }],
      ['reinstateOrganisation', { organisation: 'beta' }],
      ['renameOrganisation', { organisation: 'beta', name: 'B' }],
      ['appointAdmin', { member: 'beta/new', kind: 'person' }],
    ] as const) {
      expect(ask(host, ANN, method, args), method).toBe('membership/organisation-removed');
    }
    expect(ask(host, ANN, 'addOrganisation', { organisation: 'beta', name: 'B' })).toBe(
      'membership/organisation-exists',
    );
  });

  it('change parameters, the others left as they are', () => {
    const host = consortium(ACME);
    const change = { heartbeatMs: 5_000, organisationStatementsPerDayMax: 100 };
    expect(ask(host, ANN, 'setParameters', change)).toBe('ok');
    const values = { ...genesisDocument().parameters, ...change };
    expect(host.value('parameters', 'chain')).toMatchObject({ values });
    expect(host.events.at(-1)).toMatchObject({ name: 'parametersChanged', data: { values } });
    expect(ask(host, ANN, 'setParameters', change)).toBe('membership/nothing-to-change');
    expect(ask(host, ANN, 'setParameters', {})).toBe('membership/nothing-to-change');
  });

  it('say who may call a method, from the next block on', () => {
    const host = consortium(ACME);
    const place = { contract: 'evidence', method: 'deposit' };
    const record = (): unknown => host.value('policies', 'evidence/deposit');
    const depositor = { kind: 'role', roles: ['depositor'] };
    const set = (policy: object | null, change = {}): string =>
      ask(host, ANN, 'setMethodPolicy', { ...place, policy, ...change });
    expect(set(depositor)).toBe('ok');
    expect(record()).toEqual({ policy: depositor, from: 2, before: null });
    expect(set(ACME)).toBe('ok');
    expect(record()).toEqual({ policy: ACME, from: 2, before: null });
    host.advance();
    expect(set(null)).toBe('ok');
    expect(record()).toEqual({ policy: null, from: 3, before: ACME });
    expect(set(null, { contract: 'other' })).toBe('membership/unknown-module');
    expect(set(null, { contract: 'membership', method: 'vote' })).toBe('membership/policy-fixed');
  });

  it('change how they are made, to what those who are here can do', () => {
    const host = consortium(ACME);
    const set = (policy: object): string => ask(host, ANN, 'setGovernance', { policy });
    expect(set({ kind: 'organisation', organisations: ['nobody'] })).toBe(
      'membership/policy-unreachable',
    );
    expect(set({ kind: 'nOf', n: 5, of: [] })).toBe('membership/policy-unreachable');
    expect(set({ kind: 'contract', contracts: ['evidence'] })).toBe(
      'membership/policy-unreachable',
    );
    expect(set(MAJORITY)).toBe('ok');
    expect(set(ACME)).toBe('not-permitted');
  });
});
