// A genesis document is refused where a chain is made, with every fault at its place; without the check, the chain would stop at
// its genesis block with a code that names no place. Method: a real document, spoilt for the format and for membership.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTestPlace } from '../testing/data-folder.ts';
import { initData } from './init-data.ts';
import { requireGenesis } from './require-genesis.ts';
import { StartError } from './start-fault.ts';

function sample(): Record<string, unknown> {
  using place = createTestPlace();
  const { directory, environment } = place;
  const { slug } = initData({ directory, environment, consortium: 'sample' });
  const file = join(directory, 'chains', slug, 'genesis.json');
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

function faultOf(attempt: () => unknown): Pick<StartError, 'code' | 'exitCode' | 'details'> {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const { code, exitCode, details } = error;
    return { code, exitCode, details };
  }
  throw new Error('it went through');
}

const invalid = { code: 'genesis-invalid', exitCode: 2 } as const;

describe('a genesis document', () => {
  const good = sample();

  it('is given back when a chain can begin with it', () => {
    expect(requireGenesis(good)).toEqual(good);
  });

  it('that is none of the format is told where', () => {
    const fault = faultOf(() => requireGenesis({ ...good, chain: 'Not A Chain', time: -1 }));
    expect(fault).toMatchObject(invalid);
    const places = new Set(fault.details.map((line) => line.split(':')[0]));
    expect(places).toEqual(new Set(['/chain', '/time']));
  });

  it('that membership would not take is told where', () => {
    const [first, ...others] = good['members'] as { readonly roles: string[] }[];
    const members = [{ ...first, roles: ['admin', 'admin'] }, ...others];
    expect(
      faultOf(() => requireGenesis({ ...good, members, governance: { kind: 'king' } })),
    ).toEqual({
      ...invalid,
      details: [
        expect.stringMatching(/^\/governance.*: policy-malformed$/),
        '/members/0/roles: role-repeated',
      ],
    });
  });
});

describe('a data folder', () => {
  it('is not made for an organisation whose name nobody should see', () => {
    using place = createTestPlace();
    const { directory, environment } = place;
    const organisation = { id: 'notary', name: 'Notary\u202e' };
    const make = (name: string): unknown =>
      initData({
        directory,
        environment,
        consortium: 'empty',
        organisation: { ...organisation, name },
      });
    expect(faultOf(() => make(organisation.name))).toEqual({
      ...invalid,
      details: ['/organisations/0/name: name-malformed'],
    });
    // The attempt leaves nothing in the way of a better one.
    expect(make('Notary')).toMatchObject({ organisation: 'notary' });
  });
});
