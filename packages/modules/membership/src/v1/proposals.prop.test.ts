// Goal: whatever is proposed and voted in whatever order, a proposal is carried exactly when its votes suffice, ends exactly when they
// never can, and what is closed stays so. Method: random histories under several policies; after each step the votes are counted again
// by a model that knows the policies by name only, and once nothing is due any more every open proposal is still open by that count.
import { encodeCbor, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type { TestHost } from '@hefu/contract/testing';
import { activeAt } from '@hefu/protocol';
import type { Interval } from '@hefu/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ballots, ProposalValue } from '../schemas/proposals.ts';
import { genesisDocument, signer, startHost } from '../testing/consortium.ts';

const ORGANISATIONS = ['a', 'b', 'c', 'd', 'e'];
const PAIR = ['a', 'b'];

/** Yes votes, no votes and the number of those who are here; whether the votes suffice, and whether they still can. */
interface Rule {
  readonly policy: object;
  carries(yes: ReadonlySet<string>, here: ReadonlySet<string>): boolean;
}
const RULES: Readonly<Record<string, Rule>> = {
  majority: {
    policy: { kind: 'majority' },
    carries: (yes, here) => yes.size * 2 > here.size,
  },
  three: { policy: { kind: 'nOf', n: 3, of: [] }, carries: (yes) => yes.size >= 3 },
  pair: {
    policy: { kind: 'all', of: PAIR.map((id) => ({ kind: 'organisation', organisations: [id] })) },
    carries: (yes) => PAIR.every((id) => yes.has(id)),
  },
  either: {
    policy: {
      kind: 'any',
      of: [
        { kind: 'nOf', n: 2, of: [{ kind: 'organisation', organisations: PAIR }] },
        { kind: 'nOf', n: 4, of: [] },
      ],
    },
    carries: (yes) => PAIR.every((id) => yes.has(id)) || yes.size >= 4,
  },
};

type Act =
  | { readonly kind: 'propose'; readonly by: string; readonly action: object }
  | { readonly kind: 'vote'; readonly by: string; readonly nth: number; readonly vote: string }
  | { readonly kind: 'withdraw'; readonly by: string; readonly nth: number }
  | { readonly kind: 'advance'; readonly ms: number };

const by = fc.constantFrom(...ORGANISATIONS);
const action = fc.oneof(
  fc.record({
    method: fc.constantFrom('suspendOrganisation', 'reinstateOrganisation', 'removeOrganisation'),
    args: by.map((organisation) => ({ organisation })),
  }),
  fc.record({
    method: fc.constant('addOrganisation'),
    args: fc.constantFrom('f', 'g').map((organisation) => ({ organisation, name: 'New' })),
  }),
  fc.record({
    method: fc.constant('setGovernance'),
    args: fc.constantFrom(...Object.values(RULES)).map(({ policy }) => ({ policy })),
  }),
);
const nth = fc.nat(5);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('propose'), by, action }) },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('vote'),
      by,
      nth,
      vote: fc.constantFrom('yes', 'yes', 'yes', 'no', 'no', 'withdraw'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('withdraw'), by, nth }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('advance'), ms: fc.constantFrom(1, 1_000, 70_000) }),
  },
) as fc.Arbitrary<Act>;

function start(rule: Rule): TestHost {
  return startHost(
    genesisDocument({
      governance: rule.policy as never,
      organisations: ORGANISATIONS.map((id) => ({ id, name: id })),
      members: ORGANISATIONS.map((id) => ({ id: `${id}/x`, kind: 'person', roles: ['admin'] })),
      keys: [],
      validators: [],
    }),
  );
}

function proposalsOf(host: TestHost): Map<string, ProposalValue> {
  return new Map(host.values('proposals')) as Map<string, unknown> as Map<string, ProposalValue>;
}

function hereNow(host: TestHost): Set<string> {
  const here = new Set<string>();
  for (const [id, value] of host.values('organisations')) {
    const { active } = value as unknown as { readonly active: readonly Interval[] };
    if (activeAt(active, host.height + 1)) here.add(id);
  }
  return here;
}

/** In the one order of its fields. */
function nameOf(policy: object): string {
  return toHex(encodeCbor(policy as CborValue));
}

function ruleNow(host: TestHost): Rule {
  const { policy } = host.value('parameters', 'governance') as { readonly policy: object };
  const found = Object.values(RULES).find((rule) => nameOf(rule.policy) === nameOf(policy));
  if (found === undefined) throw new Error('a policy that the model does not know');
  return found;
}

/** What the model makes of a proposal's votes. */
function judge(host: TestHost, id: string): 'carried' | 'rejected' | 'open' {
  const here = hereNow(host);
  const rule = ruleNow(host);
  const { votes } = host.value('ballots', id) as unknown as { readonly votes: Ballots };
  const organisations = votes.map(({ member }) => member.split('/')[0] ?? '');
  expect(new Set(organisations).size, 'one vote an organisation').toBe(votes.length);
  const voted = (yes: boolean): Set<string> =>
    new Set(organisations.filter((each, index) => votes[index]?.yes === yes && here.has(each)));
  const against = voted(false);
  if (rule.carries(voted(true), here)) return 'carried';
  const hoped = new Set([...here].filter((each) => !against.has(each)));
  return rule.carries(hoped, here) ? 'open' : 'rejected';
}

/** Lets blocks pass until nothing is due. */
function settle(host: TestHost): void {
  for (let block = 0; block < 60; block++) {
    const outcomes = host.advance(1);
    for (const { code } of outcomes) expect(code).toBe('ok');
    if (outcomes.length === 0) return;
  }
  throw new Error('counting again does not end');
}

function play(name: string, acts: readonly Act[], seen = new Set<string>()): void {
  const host = start(RULES[name] as Rule);
  let before = proposalsOf(host);
  for (const each of acts) {
    const ids = [...before]
      .filter(([, { status }]) => status === 'open')
      .map(([id]) => id)
      .toSorted();
    if (each.kind === 'advance') {
      for (const { code } of host.advance(each.ms)) expect(code).toBe('ok');
    } else if (hereNow(host).has(each.by)) {
      const who = signer(host, `${each.by}/x`);
      const proposal =
        each.kind === 'propose' ? '' : (ids[each.nth % ids.length] ?? '0'.repeat(64));
      const outcome =
        each.kind === 'propose'
          ? host.call(who, 'propose', {
              title: 'T',
              actions: [each.action],
              deadline: host.time + 60_000,
            })
          : each.kind === 'vote'
            ? host.call(who, 'vote', { proposal, vote: each.vote })
            : host.call(who, 'withdrawProposal', { proposal });
      expect(outcome.code).toMatch(/^(ok|membership\/[a-z-]+)$/);
      seen.add(outcome.code === 'ok' ? each.kind : outcome.code);
    }
    const after = proposalsOf(host);
    for (const [id, value] of before) {
      if (value.status !== 'open') expect(after.get(id), 'closed stays closed').toEqual(value);
      else if (after.get(id)?.status !== 'open') seen.add(`is ${after.get(id)?.status}`);
    }
    settle(host);
    before = proposalsOf(host);
    for (const [id, { status, deadline }] of before) {
      seen.add(status);
      if (status !== 'open') continue;
      expect(judge(host, id)).toBe('open');
      expect(host.time).toBeLessThan(deadline);
    }
  }
}

const history = fc.tuple(
  fc.constantFrom(...Object.keys(RULES)),
  fc.array(act, { minLength: 15, maxLength: 40 }),
);

describe('proposals', () => {
  it('end by their votes, at their deadline, or when they are withdrawn, and by nothing else', () => {
    fc.assert(
      fc.property(history, ([name, acts]) => {
        play(name, acts);
      }),
      { numRuns: 25 },
    );
  });

  it('are shown little by histories unless each end is among theirs', () => {
    const seen = new Set<string>();
    for (const [name, acts] of fc.sample(history, { seed: 1, numRuns: 40 })) play(name, acts, seen);
    for (const each of ['carried', 'failed', 'rejected', 'expired', 'withdrawn', 'open']) {
      expect(seen, each).toContain(each);
    }
    for (const code of ['already-voted', 'no-vote', 'unknown-proposal', 'other-organisation']) {
      expect(seen, code).toContain(`membership/${code}`);
    }
  });
});
