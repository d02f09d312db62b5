// Goal: each policy holds for exactly those it names. Method: a table of policies and approvers.
import { describe, expect, it } from 'vitest';
import { evaluatePolicy, GOVERNANCE_CONTRACT } from './evaluate-policy.ts';
import type { PolicyFacts } from './evaluate-policy.ts';
import { policy } from './policy.ts';
import type { Approver, Policy } from './policy.ts';
import { extractSchema } from './schema/extract.ts';
import { compileValidator } from './schema/compile.ts';
import { policySchema } from './schema/policy-schema.ts';

const by = (member: string, ...roles: readonly string[]): Approver => ({
  member,
  organisation: member.slice(0, member.indexOf('/')),
  roles,
});
const ann = by('acme/ann', 'admin');
const bob = by('acme/bob', 'judge');
const cho = by('beta/cho', 'judge');
const dan = by('court/dan');

let nested: Policy = policy.member();
for (let i = 0; i < 12; i++) nested = policy.all(nested);

type Row = readonly [string, Policy, readonly Approver[], PolicyFacts, boolean];
const counts = (count: number): PolicyFacts => ({ organisationCount: () => count });
const governed = (inner: Policy): PolicyFacts => ({ governancePolicy: () => inner });

const ROWS: readonly Row[] = [
  ['anyone, even nobody', policy.anyone(), [], {}, true],
  ['a member', policy.member(), [dan], {}, true],
  ['nobody is no member', policy.member(), [], {}, false],
  ['a role', policy.role('admin'), [ann], {}, true],
  ['one of two roles', policy.role('clerk', 'judge'), [bob], {}, true],
  ['another role', policy.role('admin'), [bob], {}, false],
  ['a role of the second approver', policy.role('admin'), [bob, ann], {}, true],
  ['an organisation', policy.organisation('acme'), [bob], {}, true],
  ['another organisation', policy.organisation('acme'), [cho], {}, false],
  ['any of two', policy.any(policy.role('admin'), policy.organisation('beta')), [cho], {}, true],
  ['any of none', { kind: 'any', of: [] }, [ann], {}, false],
  [
    'all of two by one',
    policy.all(policy.role('judge'), policy.organisation('beta')),
    [cho],
    {},
    true,
  ],
  [
    'all of two, one lacking',
    policy.all(policy.role('admin'), policy.organisation('beta')),
    [cho],
    {},
    false,
  ],
  [
    'all of two by different approvers',
    policy.all(policy.role('admin'), policy.organisation('beta')),
    [ann, cho],
    {},
    true,
  ],
  ['two organisations', policy.nOf(2, policy.role('judge')), [bob, cho], {}, true],
  ['two of one organisation are one', policy.nOf(2, policy.member()), [ann, bob], {}, false],
  ['only those who fit count', policy.nOf(2, policy.role('judge')), [ann, cho, dan], {}, false],
  [
    'n of named organisations',
    policy.nOf(
      2,
      policy.organisation('acme'),
      policy.organisation('beta'),
      policy.organisation('court'),
    ),
    [bob, dan],
    {},
    true,
  ],
  ['n of any organisations', policy.nOf(2), [ann, dan], {}, true],
  ['a direct call is one of one', policy.nOf(1, policy.role('admin')), [ann], {}, true],
  [
    'each alone must fit',
    policy.nOf(1, policy.all(policy.role('admin'), policy.organisation('beta'))),
    [ann, cho],
    {},
    false,
  ],
  ['more than half', policy.majority(), [ann, cho], counts(3), true],
  ['just half', policy.majority(), [ann, cho], counts(4), false],
  ['members of one organisation are one', policy.majority(), [ann, bob], counts(2), false],
  ['one of one', policy.majority(), [ann], counts(1), true],
  ['of none', policy.majority(), [ann], counts(0), false],
  ['of an unknown number', policy.majority(), [ann], {}, false],
  ['a contract', policy.contract('shop', 'court'), [], { callerContract: 'court' }, true],
  ['another contract', policy.contract('shop'), [ann], { callerContract: 'court' }, false],
  ['no contract', policy.contract('shop'), [ann], {}, false],
  ['governance as agreed', policy.governance(), [ann], governed(policy.role('admin')), true],
  ['governance not met', policy.governance(), [bob], governed(policy.role('admin')), false],
  [
    'governance by majority',
    policy.governance(),
    [ann],
    { ...governed(policy.majority()), ...counts(3) },
    false,
  ],
  [
    'the governance contract has counted',
    policy.governance(),
    [],
    { callerContract: GOVERNANCE_CONTRACT },
    true,
  ],
  ['another contract has not', policy.governance(), [], { callerContract: 'shop' }, false],
  ['no governance policy', policy.governance(), [ann], {}, false],
  ['governance by itself ends', policy.governance(), [ann], governed(policy.governance()), false],
  ['nested beyond the bound', nested, [ann], {}, false],
];

describe('evaluatePolicy', () => {
  it.each(ROWS)('%s', (_, declared, approvers, facts, holds) => {
    expect(evaluatePolicy(declared, approvers, facts)).toBe(holds);
  });

  it('asks for the consortium only where a policy needs it', () => {
    const facts: PolicyFacts = {
      organisationCount: () => expect.unreachable('count'),
      governancePolicy: () => expect.unreachable('governance'),
    };
    expect(evaluatePolicy(policy.any(policy.member(), policy.majority()), [ann], facts)).toBe(true);
  });
});

describe('policySchema', () => {
  const validate = compileValidator(extractSchema(policySchema()));

  it('takes every kind as data', () => {
    for (const [name, declared] of ROWS) {
      if (name === 'any of none' || name === 'nested beyond the bound') continue;
      expect(validate(JSON.parse(JSON.stringify(declared))).ok, name).toBe(true);
    }
  });

  it('refuses what is none', () => {
    for (const wrong of [
      {},
      { kind: 'king' },
      { kind: 'role', roles: [] },
      { kind: 'nOf', n: 0, of: [] },
      { kind: 'any', of: [] },
      nested,
      null,
    ]) {
      expect(validate(wrong).ok, JSON.stringify(wrong)).toBe(false);
    }
  });
});
