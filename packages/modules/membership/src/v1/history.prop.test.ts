// Goal: whatever members ask for, in whatever order, the records stay in order. Method: random histories of
// calls, right and wrong ones, by random signers; after each call the whole state is checked, after a
// refusal also that nothing has changed.
import { toBase64, toHex } from '@hefu/bytes';
import type { TestHost } from '@hefu/contract/testing';
import { activeAt } from '@hefu/protocol';
import type { Interval } from '@hefu/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { membershipV1 } from './contract.ts';
import type { IssuerValue } from '../schemas/issuers.ts';
import type { KeyValue, MemberValue, OrganisationValue } from '../schemas/records.ts';
import {
  genesisDocument,
  keyNamed,
  signer,
  startHost,
  validatorKey,
} from '../testing/consortium.ts';

const ORGANISATIONS = ['acme', 'beta', 'court', 'delta'] as const;
const MEMBERS = [
  'acme/ann',
  'acme/bob',
  'acme/cho',
  'acme/gil',
  'beta/dan',
  'court/eve',
  'delta/fay',
] as const;
const KEYS = [...MEMBERS, 'k1', 'k2', 'k3', 'k4'].map(keyNamed);

const organisation = fc.constantFrom(...ORGANISATIONS);
const member = fc.constantFrom(...MEMBERS);
const key = fc.constantFrom(...KEYS);
const roles = fc.constantFrom([], ['admin'], ['clerk'], ['admin', 'operator'], ['a', 'a']);
const material = key.map(({ publicKey }) => ({ algorithm: 'ed25519', publicKey }));
const optionalKey = fc.option(material, { nil: undefined });

type Step = readonly [method: string, args: Readonly<Record<string, unknown>>];
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(
    fc.constantFrom('addOrganisation', 'renameOrganisation'),
    fc.record({ organisation, name: fc.constantFrom('A', 'B') }),
  ),
  fc.tuple(
    fc.constantFrom('suspendOrganisation', 'reinstateOrganisation'),
    fc.record({ organisation }),
  ),
  fc.tuple(
    fc.constant('appointAdmin'),
    fc.record({ member, kind: fc.constant('person'), key: optionalKey }),
  ),
  fc.tuple(
    fc.constant('addMember'),
    fc.record({ member, kind: fc.constant('device'), roles, key: optionalKey }),
  ),
  fc.tuple(fc.constant('setRoles'), fc.record({ member, roles })),
  {
    weight: 5,
    arbitrary: fc.tuple(fc.constantFrom('suspendMember', 'reinstateMember'), fc.record({ member })),
  },
  fc.tuple(
    fc.constant('addKey'),
    fc
      .tuple(member, material, fc.constantFrom('sign', 'encrypt'))
      .map(([of, made, purpose]) => ({ member: of, ...made, purpose })),
  ),
  fc.tuple(
    fc.constant('rotateKey'),
    fc
      .tuple(key, material, fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined }))
      .map(([old, made, until]) => ({ key: old.id, ...made, until })),
  ),
  fc.tuple(
    fc.constant('revokeKey'),
    key.map(({ id }) => ({ key: id })),
  ),
  fc.tuple(
    fc.constant('switchModule'),
    fc.record({
      name: fc.constantFrom('membership', 'unknown'),
      version: fc.integer({ min: 1, max: 3 }),
      height: fc.integer({ min: 0, max: 60 }),
    }),
  ),
  fc.tuple(fc.constant('removeOrganisation'), fc.record({ organisation })),
  fc.tuple(
    fc.constant('recoverKeys'),
    fc.tuple(member, material).map(([of, made]) => ({ member: of, ...made, purpose: 'sign' })),
  ),
  fc.tuple(fc.constant('recoverAdmin'), fc.record({ member, key: material })),
  fc.tuple(
    fc.constant('setParameters'),
    fc.record({ heartbeatMs: fc.constantFrom(60_000, 1_000), stateHorizonBlocks: fc.nat(2) }),
  ),
  fc.tuple(
    fc.constant('registerIssuer'),
    fc.record({ issuer: fc.constantFrom('urn:example:one', 'two'), key: material }),
  ),
  fc.tuple(
    fc.constantFrom('removeIssuer', 'revokeIssuer'),
    fc.record({ issuer: fc.constantFrom('urn:example:one', 'two') }),
  ),
  fc.tuple(
    fc.constant('setMethodPolicy'),
    fc.record({
      contract: fc.constantFrom('evidence', 'membership', 'unknown'),
      method: fc.constant('deposit'),
      policy: fc.constantFrom(null, { kind: 'member' }, { kind: 'role', roles: ['clerk'] }),
    }),
  ),
  fc
    .tuple(
      fc.constantFrom('addValidator', 'rotateValidatorKey'),
      fc
        .tuple(organisation, fc.constantFrom('v1', 'v2', 'v3'))
        .map(([of, name]) => validatorKey(of, name)),
    )
    .map(([method, made]): Step => [
      method,
      method === 'addValidator' ? { ...made, power: 1 } : made,
    ]),
  fc.tuple(fc.constant('removeValidator'), fc.record({ organisation })),
  fc.tuple(
    fc.constant('setValidatorPower'),
    fc.record({ organisation, power: fc.constantFrom(1, 3, 100) }),
  ),
);

const MODULES = ['membership', 'evidence'].map((name) => ({ name, version: 1 }));

/** Three that sign alike, so that no one of them is needed. */
const VALIDATORS = ['acme', 'beta', 'court'].map((each) => ({
  organisation: each,
  algorithm: 'ed25519' as const,
  publicKey: toBase64(validatorKey(each, `first of ${each}`).publicKey),
  power: 1,
}));

interface Act {
  readonly by: string;
  readonly step: Step;
  readonly newBlock: boolean;
}
const act: fc.Arbitrary<Act> = fc.record({
  by: fc.oneof(fc.constant('acme/ann'), member),
  step,
  newBlock: fc.boolean(),
});

function withoutUndefined(args: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

/** Ascending, apart, none empty, only the last one open. */
function wellFormed(active: readonly Interval[]): boolean {
  return active.every(([from, to], index) => {
    const next = active[index + 1];
    if (to === null) return next === undefined;
    return from < to && (next === undefined || next[0] > to);
  });
}

function check(host: TestHost, height: number): void {
  const organisations = new Map(host.values('organisations')) as Map<string, unknown> as Map<
    string,
    OrganisationValue
  >;
  const members = new Map(host.values('members')) as Map<string, unknown> as Map<
    string,
    MemberValue
  >;
  const keys = new Map(host.values('keys')) as Map<string, unknown> as Map<string, KeyValue>;
  for (const [id, { active }] of [...organisations, ...members, ...keys]) {
    expect(wellFormed(active), id).toBe(true);
    // Nothing begins later than with the next block, and nothing ends before the second block.
    for (const [from, to] of active) {
      expect(from <= height + 1, id).toBe(true);
      expect(to === null || to >= 2, id).toBe(true);
    }
  }
  const next = height + 1;
  const admins = new Map<string, string[]>();
  for (const [id, value] of members) {
    expect(organisations.has(value.organisation), id).toBe(true);
    expect(value.organisation, id).toBe(id.split('/')[0]);
    if (!value.roles.includes('admin') || !activeAt(value.active, next)) continue;
    admins.set(value.organisation, [...(admins.get(value.organisation) ?? []), id]);
  }
  const listed = host
    .values('admins')
    .map(([id, value]) => [id, (value as { members: string[] }).members] as const);
  expect(new Map(listed)).toEqual(admins);
  for (const [id, { member: owner, publicKey }] of keys) {
    expect(members.has(owner), id).toBe(true);
    expect(KEYS.find((known) => known.id === id)?.publicKey, id).toEqual(publicKey);
  }
  for (const [issuer, value] of host.values('issuers')) {
    const open = (value as IssuerValue).keys.filter(({ active }) => activeAt(active, next));
    for (const { active } of (value as IssuerValue).keys) {
      expect(wellFormed(active), issuer).toBe(true);
    }
    // One organisation answers for an issuer, and its keys have names of their own.
    expect(new Set(open.map((each) => each.organisation)).size, issuer).toBeLessThan(2);
    expect(new Set(open.map(({ kid }) => toHex(kid))).size, issuer).toBe(open.length);
  }
  for (const [id] of host.values('removals')) {
    expect(activeAt(organisations.get(id)?.active ?? [], height + 1), id).toBe(false);
  }
  const active = [...organisations.values()].filter((value) => activeAt(value.active, next));
  expect(active.length).toBeGreaterThan(0);
  expect(host.value('parameters', 'organisations')).toEqual({
    kind: 'organisations',
    active: active.length,
  });
}

/** Plays one history and checks the records after each act; `done` counts what went well. */
function play(acts: readonly Act[], done = new Map<string, number>()): void {
  const governance = { kind: 'member' };
  const host = startHost(genesisDocument({ governance, modules: MODULES, validators: VALIDATORS }));
  let known = new Set<string>();
  for (const {
    by,
    step: [method, args],
    newBlock,
  } of acts) {
    if (newBlock) host.advance();
    const before = host.dump();
    const outcome = host.call(signer(host, by), method, withoutUndefined(args));
    expect(outcome.code).not.toBe('contract-failed');
    if (outcome.code === 'ok') {
      done.set(method, (done.get(method) ?? 0) + 1);
      check(host, host.height);
    } else {
      expect(host.dump()).toEqual(before);
    }
    const ids = new Set(
      ['organisations', 'members', 'keys'].flatMap((collection) =>
        host.values(collection).map(([id]) => `${collection}/${id}`),
      ),
    );
    // Never deleted.
    for (const id of known) expect(ids.has(id), id).toBe(true);
    known = ids;
  }
}

const history = fc.array(act, { minLength: 20, maxLength: 50 });

/** These have histories of their own. */
const OF_PROPOSALS = new Set([
  'propose',
  'vote',
  'withdrawProposal',
  'setGovernance',
  // These need an authority's files: certificates.test.ts.
  'addAuthority',
  'removeAuthority',
  'enrolCertificate',
  'revokeCertificate',
]);

describe('membership', () => {
  it('keeps its records in order through any history', () => {
    fc.assert(
      fc.property(history, (acts) => {
        play(acts);
      }),
      { numRuns: 30 },
    );
  });

  it('is shown little by histories unless each method goes well in some of them', () => {
    // One seed: what chance leaves out of a run says nothing about the module.
    const done = new Map<string, number>();
    for (const acts of fc.sample(history, { seed: 1, numRuns: 120 })) play(acts, done);
    expect([...done.keys()].toSorted()).toEqual(
      Object.keys(membershipV1.methods)
        .filter((method) => !OF_PROPOSALS.has(method))
        .toSorted(),
    );
  });
});
