// Goal: who signs checkpoints changes as the consortium decides, within bounds that no series of statements in a block gets around.
// Method: calls and proposals against a consortium of three organisations; a model of the bounds against random histories of blocks.
import type { TestHost } from '@hefu/contract/testing';
import { toBase64, toHex } from '@hefu/bytes';
import type { GenesisDocument } from '@hefu/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParameterValue } from '../schemas/records.ts';
import { genesisDocument, signer, startHost, validatorKey } from '../testing/consortium.ts';

const ANN = 'acme/ann';
type Record = Extract<ParameterValue, { readonly kind: 'validators' }>;
type Powers = Readonly<{ [organisation: string]: number }>;

function record(host: TestHost): Record {
  return host.value('parameters', 'validators') as Record;
}

function powers(host: TestHost): Powers {
  return Object.fromEntries(record(host).set.map((each) => [each.organisation, each.power]));
}

function ask(host: TestHost, method: string, args: object): string {
  return host.call(signer(host, ANN), method, args).code;
}

/** A chain with these validators from its genesis on. */
function chainOf(first: Powers): TestHost {
  const validators = Object.entries(first).map(([organisation, power]) => ({
    organisation,
    algorithm: 'ed25519' as const,
    publicKey: toBase64(validatorKey(organisation, `first of ${organisation}`).publicKey),
    power,
  })) satisfies GenesisDocument['validators'];
  return startHost(genesisDocument({ validators }));
}

const add = (organisation: string, power: number): readonly [string, object] => [
  'addValidator',
  { ...validatorKey(organisation, `next of ${organisation}`), power },
];
const remove = (organisation: string): readonly [string, object] => [
  'removeValidator',
  { organisation },
];
const power = (organisation: string, to: number): readonly [string, object] => [
  'setValidatorPower',
  { organisation, power: to },
];

describe('the set of validators', () => {
  it('changes step by step, numbered, with what was before', () => {
    const host = chainOf({ acme: 3, beta: 3, court: 3 });
    expect(record(host)).toMatchObject({ number: 0, changed: 0 });
    host.advance();
    const key = validatorKey('beta', 'another');
    const outcome = host.call(signer(host, ANN), 'rotateValidatorKey', key);
    expect(outcome.code).toBe('ok');
    const { number, changed, set, before } = record(host);
    expect([number, changed]).toEqual([1, host.height]);
    expect(set.map(({ organisation }) => organisation)).toEqual(['acme', 'beta', 'court']);
    expect(toHex(set[1]?.publicKey ?? new Uint8Array())).toBe(toHex(key.publicKey));
    expect(before[1]?.publicKey).not.toEqual(key.publicKey);
    expect(outcome.events).toEqual([
      { contract: 'membership', name: 'validatorsChanged', data: { number: 1, validators: set } },
    ]);
    expect(host.value('validators', 'beta')).toMatchObject({ publicKey: key.publicKey, power: 3 });
    host.advance();
    expect(ask(host, ...remove('court'))).toBe('ok');
    expect(powers(host)).toEqual({ acme: 3, beta: 3 });
    expect(host.value('validators', 'court')).toMatchObject({ active: [[0, host.height + 1]] });
    expect(record(host)).toMatchObject({ number: 2, changed: host.height });
    expect(ask(host, 'removeOrganisation', { organisation: 'court' })).toBe('ok');
    expect(ask(host, ...add('court', 1))).toBe('membership/organisation-suspended');
    expect(ask(host, 'removeOrganisation', { organisation: 'beta' })).toBe(
      'membership/organisation-validates',
    );
  });

  it('loses a third of its power at most in one block, in however many statements', () => {
    const host = chainOf({ acme: 2, beta: 2, court: 2 });
    expect(ask(host, ...power('acme', 1))).toBe('ok');
    expect(ask(host, ...power('beta', 1))).toBe('ok');
    expect(ask(host, ...power('court', 1))).toBe('membership/power-change-too-large');
    expect(ask(host, ...remove('court'))).toBe('membership/power-change-too-large');
    // What was taken away and given back was not taken away.
    expect(ask(host, ...power('acme', 2))).toBe('ok');
    expect(ask(host, ...power('court', 1))).toBe('ok');
    expect(record(host).number).toBe(1);
    host.advance();
    expect(powers(host)).toEqual({ acme: 2, beta: 1, court: 1 });
    expect(ask(host, ...remove('acme'))).toBe('membership/power-change-too-large');
    expect(ask(host, ...remove('beta'))).toBe('ok');
    expect(record(host).number).toBe(2);
  });

  it('leaves a sole operator what it needs to go on', () => {
    const host = chainOf({ acme: 1 });
    expect(ask(host, ...power('acme', 10))).toBe('ok');
    host.advance();
    expect(ask(host, ...add('beta', 5))).toBe('membership/operator-needed');
    expect(ask(host, ...add('beta', 4))).toBe('ok');
    host.advance();
    expect(ask(host, ...power('beta', 5))).toBe('membership/operator-needed');
    expect(ask(host, ...power('acme', 8))).toBe('membership/operator-needed');
    expect(ask(host, ...add('court', 1))).toBe('membership/operator-needed');
    expect(ask(host, ...remove('acme'))).toBe('membership/power-change-too-large');
    expect(ask(host, 'rotateValidatorKey', validatorKey('acme', 'k'))).toBe('ok');
    expect(ask(host, ...remove('beta'))).toBe('ok');
    expect(powers(host)).toEqual({ acme: 10 });
  });

  it('changes by proposal, all of it or nothing, told once', () => {
    const actions = [power('acme', 5), add('beta', 1), add('court', 1)].map(([method, args]) => ({
      method,
      args,
    }));
    const host = chainOf({ acme: 1 });
    const deadline = host.time + 3_600_000;
    const propose = (all: readonly object[]): ReturnType<TestHost['call']> =>
      host.call(signer(host, ANN), 'propose', { title: 'Grow', actions: all, deadline });
    const wrong = propose([...actions, { method: 'removeValidator', args: { organisation: 'x' } }]);
    expect([wrong.code, wrong.data]).toEqual(['membership/unknown-validator', { action: 3 }]);
    const made = propose(actions);
    expect(made.output).toMatchObject({ status: 'carried' });
    expect(powers(host)).toEqual({ acme: 5, beta: 1, court: 1 });
    const told = made.events.filter(({ name }) => name === 'validatorsChanged');
    expect(told).toHaveLength(1);
    expect(told[0]?.data).toEqual({ number: 1, validators: record(host).set });
    expect(host.value('validators', 'court')).toMatchObject({
      power: 1,
      active: [[host.height + 1, null]],
    });
  });

  it('holds its bounds in every history', () => {
    const organisation = fc.constantFrom('acme', 'beta', 'court');
    const step = fc.record({
      method: fc.constantFrom('add', 'remove', 'power', 'power', 'next'),
      organisation,
      power: fc.constantFrom(1, 2, 5, 20, 1_000_000_000),
    });
    const total = (set: Powers): number => Object.values(set).reduce((sum, each) => sum + each, 0);
    const operatorOf = (set: Powers): string | undefined =>
      Object.keys(set).find((each) => (set[each] ?? 0) * 3 > total(set) * 2);
    fc.assert(
      fc.property(
        fc.dictionary(organisation, fc.constantFrom(1, 2, 5), { minKeys: 1 }),
        fc.array(step, { maxLength: 25 }),
        (first, steps) => {
          const host = chainOf(first);
          let before = powers(host);
          for (const { method, organisation: of, power: to } of steps) {
            if (method === 'next') {
              host.advance();
              before = powers(host);
              continue;
            }
            const numbers = record(host).number;
            const call =
              method === 'add' ? add(of, to) : method === 'remove' ? remove(of) : power(of, to);
            const code = ask(host, ...call);
            expect(code).toMatch(/^(ok|membership\/)/);
            const now = powers(host);
            const lost = Object.entries(before).map(([id, had]) =>
              Math.max(0, had - (now[id] ?? 0)),
            );
            expect(lost.reduce((sum, each) => sum + each, 0) * 3).toBeLessThanOrEqual(
              total(before),
            );
            expect(total(now)).toBeGreaterThan(0);
            const operator = operatorOf(before);
            if (operator !== undefined) expect(operatorOf(now)).toBe(operator);
            const { number, changed, set } = record(host);
            if (code === 'ok') expect(changed).toBe(host.height);
            expect(number - numbers).toBe(code === 'ok' && numbers === number - 1 ? 1 : 0);
            const ids = set.map((each) => each.organisation);
            expect(ids).toEqual(ids.toSorted());
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});
