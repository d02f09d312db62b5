// Goal: a genesis document is accepted only whole and consistent, all its faults named at once, and
// its digest depends on what it says alone. Method: the sample ledger's document, changed part by part.
import { toHex } from '@hefu/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenesisDocument } from './genesis-schema.ts';
import { digestOfParameters, genesisDigest, genesisValidators, parseGenesis } from './genesis.ts';
import { SampleLedger } from './testing/sample-ledger.ts';
import { validatorsDigest, validatorSetOf } from './validators.ts';

const INTERNATIONAL = new SampleLedger({ suite: 'international', validators: ['acme', 'bank'] });
const GM = new SampleLedger({ suite: 'gm' });
const GENESIS = INTERNATIONAL.genesis;

/** Pointers of all faults, or none. */
function pointersOf(json: unknown): readonly string[] {
  const verdict = parseGenesis(json);
  return verdict.ok ? [] : verdict.faults.map(({ pointer }) => pointer);
}

describe('genesis documents', () => {
  it('are accepted in both suites', () => {
    for (const { genesis, chain } of [INTERNATIONAL, GM]) {
      const verdict = parseGenesis(JSON.parse(JSON.stringify(genesis)));
      expect(verdict, chain).toMatchObject({ ok: true });
      expect(verdict.ok && toHex(verdict.digest), chain).toBe(toHex(genesisDigest(genesis)));
    }
  });

  it('have a digest that white space and order don\u2019t change, and everything else does', () => {
    const reversed = Object.fromEntries(Object.entries(GENESIS).toReversed()) as GenesisDocument;
    expect(toHex(genesisDigest(reversed))).toBe(toHex(genesisDigest(GENESIS)));
    const changes: readonly Partial<GenesisDocument>[] = [
      { time: GENESIS.time + 1 },
      { governance: { kind: 'member' } },
      { modules: [] },
      { parameters: { ...GENESIS.parameters, heartbeatMs: 1 } },
      { organisations: GENESIS.organisations.toReversed() },
    ];
    for (const change of changes) {
      const other = genesisDigest({ ...GENESIS, ...change });
      expect(toHex(other), JSON.stringify(change)).not.toBe(toHex(genesisDigest(GENESIS)));
    }
    const one = digestOfParameters('international', GENESIS.parameters);
    expect(toHex(one)).not.toBe(toHex(digestOfParameters('gm', GENESIS.parameters)));
  });

  it('name the first validators', () => {
    const set = genesisValidators(GENESIS);
    expect(set).toEqual(INTERNATIONAL.firstSet);
    expect(validatorSetOf(set.toReversed())).toEqual(set);
    expect(() => validatorSetOf([...set, ...set])).toThrow(TypeError);
    expect(() => validatorSetOf([])).toThrow(TypeError);
    const [first, ...rest] = set;
    if (first === undefined) throw new Error('no validator');
    const heavier = [{ ...first, power: 2 }, ...rest];
    expect(toHex(validatorsDigest('sha256', heavier, 0))).not.toBe(
      toHex(validatorsDigest('sha256', set, 0)),
    );
  });

  it('have each fault of form named by a pointer', () => {
    const [organisation] = GENESIS.organisations;
    const [member] = GENESIS.members;
    const [key] = GENESIS.keys;
    const [validator] = GENESIS.validators;
    if (!organisation || !member || !key || !validator) throw new Error('sample is empty');
    const table: readonly (readonly [unknown, readonly string[]])[] = [
      [null, ['']],
      [{ ...GENESIS, format: 'hefu-genesis/2' }, ['/format']],
      [{ ...GENESIS, more: 1 }, ['']],
      [{ ...GENESIS, chain: 'A', time: -1 }, ['/chain', '/time']],
      [{ ...GENESIS, time: 1.5 }, ['/time']],
      [{ ...GENESIS, algorithms: [] }, ['/algorithms']],
      [{ ...GENESIS, algorithms: ['ed25519', 'ed25519'] }, ['/algorithms']],
      [{ ...GENESIS, members: [{ ...member, kind: 'robot' }] }, ['/members/0/kind']],
      [{ ...GENESIS, members: [{ ...member, roles: ['A b'] }] }, ['/members/0/roles/0']],
      [
        { ...GENESIS, parameters: { ...GENESIS.parameters, heartbeatMs: 0 } },
        ['/parameters/heartbeatMs'],
      ],
      [
        { ...GENESIS, parameters: { ...GENESIS.parameters, 'a/b~c': 0.5 } },
        ['/parameters/a~1b~0c'],
      ],
      [{ ...GENESIS, modules: [{ name: 'evidence', version: '1' }] }, ['/modules/0/version']],
      [{ ...GENESIS, governance: { kind: 'nOf', n: 1.5 } }, ['']],
    ];
    for (const [json, pointers] of table) {
      expect(pointersOf(json), JSON.stringify(pointers)).toEqual(pointers);
    }
  });

  it('have parts that agree with each other', () => {
    const [first, second] = GENESIS.validators;
    const [key] = GENESIS.keys;
    const [member] = GENESIS.members;
    if (!first || !second || !key || !member) throw new Error('sample is empty');
    const smallOrder = `AQ${'A'.repeat(41)}=`;
    const [sm2] = GM.genesis.keys;
    const digest = '0'.repeat(64);
    const table: readonly (readonly [Partial<GenesisDocument>, readonly string[]])[] = [
      [
        { organisations: [...GENESIS.organisations, { id: 'acme', name: 'again' }] },
        ['/organisations/2/id'],
      ],
      [{ members: [member, member] }, ['/members/1/id']],
      [{ members: [member, { ...member, id: 'court/carol' }] }, ['/members/1/id']],
      [{ members: [] }, ['/keys/0/member']],
      [{ keys: [key, key] }, ['/keys/1/publicKey']],
      [{ keys: [{ ...key, algorithm: 'es256' }] }, ['/keys/0/publicKey']],
      [{ keys: [{ ...key, publicKey: smallOrder }] }, ['/keys/0/publicKey']],
      [{ keys: [{ ...key, publicKey: '?' }] }, ['/keys/0/publicKey']],
      [{ keys: sm2 === undefined ? [] : [sm2] }, ['/keys/0/algorithm']],
      [{ validators: [first, first] }, ['/validators/1/organisation', '/validators/1/publicKey']],
      [
        { predecessor: { chain: GENESIS.chain, genesis: digest, size: 1, root: digest } },
        ['/predecessor/chain'],
      ],
      [{ validators: [{ ...first, organisation: 'court' }] }, ['/validators/0/organisation']],
      [
        { validators: [{ ...first, algorithm: 'sm2' }] },
        ['/validators/0/algorithm', '/validators/0/publicKey'],
      ],
      [{ modules: [...GENESIS.modules, { name: 'evidence', version: 2 }] }, ['/modules/2/name']],
    ];
    for (const [change, pointers] of table) {
      expect(pointersOf({ ...GENESIS, ...change }), JSON.stringify(pointers)).toEqual(pointers);
    }
  });

  it('are no other JSON, and none throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(GENESIS)), (json, name) => {
        expect(parseGenesis(json).ok).toBe(false);
        expect(() => parseGenesis({ ...GENESIS, [name]: json })).not.toThrow();
      }),
    );
  });
});
