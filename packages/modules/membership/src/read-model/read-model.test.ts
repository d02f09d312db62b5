// Goal: the tables say what the state says, and the routes show it, page by page. Method: a history of
// calls; its events through the projection into SQLite; every row compared with the contract's state.
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import { toBase64Url } from '@hefu/bytes';
import type {
  ProjectionDatabase,
  RouteContext,
  RouteDefinition,
  SqlRow,
  SqlValue,
} from '@hefu/contract';
import type { TestHost } from '@hefu/contract/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { membershipRoutes } from '../routes/routes.ts';
import type { AuthorityValue, CertificateValue } from '../schemas/certificates.ts';
import type { Ballots, ProposalValue } from '../schemas/proposals.ts';
import type { KeyValue, MemberValue, OrganisationValue } from '../schemas/records.ts';
import { ONE, ROOT, TWO } from '../testing/certificates.ts';
import { genesisDocument, keyNamed, signer, startHost } from '../testing/consortium.ts';
import { membershipProjection } from './projection.ts';

class Problem extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

function open(): { database: ProjectionDatabase; all: ProjectionDatabase['all'] } {
  const sqlite = new DatabaseSync(':memory:');
  for (const table of membershipProjection.tables) sqlite.exec(table);
  const bind = (values: readonly SqlValue[] = []): SQLInputValue[] => [...values];
  const all = async (sql: string, values?: readonly SqlValue[]): Promise<readonly SqlRow[]> =>
    sqlite.prepare(sql).all(...bind(values));
  const database: ProjectionDatabase = {
    async run(sql, values) {
      sqlite.prepare(sql).run(...bind(values));
    },
    async runMany(sql, rows) {
      const statement = sqlite.prepare(sql);
      for (const row of rows) statement.run(...bind(row));
    },
    all,
  };
  return { database, all };
}

/** What the state alone holds. */
const STATE_ONLY = new Set(['parametersChanged', 'governanceChanged']);

async function project(host: TestHost, database: ProjectionDatabase): Promise<void> {
  for (const { contract, name, data } of host.events) {
    if (STATE_ONLY.has(name)) continue;
    const handler = membershipProjection.on[`${contract}/${name}`];
    expect(handler, name).toBeDefined();
    const place = { height: 1, index: 0, time: 0, statementId: '' };
    await handler?.({ contract, name, data, ...place }, database);
  }
}

let host: TestHost;
let all: ProjectionDatabase['all'];

beforeAll(async () => {
  const more = Array.from({ length: 204 }, (_, index) => ({
    id: `beta/m${String(index).padStart(3, '0')}`,
    kind: 'device' as const,
    roles: index % 2 === 0 ? ['sensor'] : [],
  }));
  const genesis = genesisDocument();
  const modules = ['membership', 'evidence'].map((name) => ({ name, version: 1 }));
  host = startHost({ ...genesis, modules, members: [...genesis.members, ...more] });
  const ann = (method: string, args: object): void => {
    host.must(signer(host, 'acme/ann'), method, args);
  };
  const key = (name: string): object => ({
    algorithm: 'ed25519',
    publicKey: keyNamed(name).publicKey,
  });
  ann('addOrganisation', { organisation: 'delta', name: 'Delta' });
  ann('renameOrganisation', { organisation: 'delta', name: 'Δ' });
  ann('addMember', {
    member: 'acme/eve',
    kind: 'person',
    roles: ['clerk', 'judge'],
    key: key('eve'),
  });
  host.advance();
  ann('suspendOrganisation', { organisation: 'beta' });
  ann('suspendOrganisation', { organisation: 'court' });
  ann('suspendMember', { member: 'acme/cho' });
  ann('setRoles', { member: 'acme/eve', roles: ['judge'] });
  ann('rotateKey', { key: keyNamed('acme/ann').id, ...key('ann 2'), until: 20 });
  ann('revokeKey', { key: keyNamed('eve').id });
  host.advance();
  ann('reinstateOrganisation', { organisation: 'court' });
  ann('reinstateMember', { member: 'acme/cho' });
  host.advance();
  propose();
  certify();
  const opened = open();
  ({ all } = opened);
  await project(host, opened.database);
});

let certified: { readonly authority: string; readonly one: string; readonly key: string };

/** An authority, two certificates by it of which one is revoked, and another authority that is removed again. */
function certify(): void {
  const ann = (method: string, args: object): Record<string, string> =>
    host.must(signer(host, 'acme/ann'), method, args) as Record<string, string>;
  const dan = (method: string, args: object): Record<string, string> =>
    host.must(signer(host, 'beta/dan'), method, args) as Record<string, string>;
  const { authority = '' } = ann('addAuthority', { certificate: ROOT });
  dan('addAuthority', { certificate: ROOT });
  host.advance();
  const { certificate: one = '', key = '' } = ann('enrolCertificate', {
    member: 'acme/eve',
    chain: [ONE],
  });
  const { certificate = '' } = ann('enrolCertificate', { member: 'acme/cho', chain: [TWO] });
  host.advance();
  ann('revokeCertificate', { certificate });
  dan('removeAuthority', { authority });
  host.advance();
  certified = { authority, one, key };
}

let proposals: readonly string[];

/** Changes of governance, and proposals with each end. */
function propose(): void {
  const as = (by: string, method: string, args: object): unknown =>
    host.must(signer(host, by), method, args);
  const deposit = { contract: 'evidence', method: 'deposit' };
  as('acme/ann', 'setMethodPolicy', { ...deposit, policy: { kind: 'member' } });
  as('acme/ann', 'setMethodPolicy', { contract: 'evidence', method: 'grant', policy: null });
  as('acme/ann', 'setMethodPolicy', { ...deposit, policy: CLERKS });
  as('acme/ann', 'setParameters', { heartbeatMs: 5_000 });
  as('acme/ann', 'removeOrganisation', { organisation: 'delta' });
  as('acme/ann', 'appointAdmin', { member: 'court/eve', kind: 'person' });
  as('acme/ann', 'reinstateOrganisation', { organisation: 'beta' });
  as('acme/ann', 'setGovernance', { policy: { kind: 'majority' } });
  host.advance();
  const make = (by: string, name: string, method = 'renameOrganisation'): string => {
    const args =
      method === 'recoverAdmin'
        ? { member: 'beta/dan', key: MATERIAL }
        : { organisation: 'beta', name };
    const actions = [{ method, args }];
    const made = as(by, 'propose', { title: name, actions, deadline: host.time + 3_600_000 });
    return (made as { proposal: string }).proposal;
  };
  const vote = (by: string, proposal: string, choice: string): unknown =>
    as(by, 'vote', { proposal, vote: choice });
  proposals = [
    make('acme/ann', 'one'),
    make('beta/dan', 'two'),
    make('beta/dan', 'three'),
    make('acme/bob', 'four', 'recoverAdmin'),
    make('court/eve', 'five'),
  ];
  const [one = '', two = '', three = '', four = '', five = ''] = proposals;
  vote('beta/dan', one, 'no');
  vote('acme/bob', one, 'withdraw');
  vote('beta/dan', one, 'yes');
  vote('court/eve', two, 'no');
  vote('acme/ann', two, 'no');
  as('beta/dan', 'withdrawProposal', { proposal: three });
  vote('court/eve', four, 'yes');
  vote('acme/bob', five, 'no');
}

const MATERIAL = { algorithm: 'ed25519', publicKey: keyNamed('dan anew').publicKey };
const CLERKS = { kind: 'role', roles: ['clerk'] };

async function get(path: string, params: object = {}, query: object = {}): Promise<unknown> {
  const found = membershipRoutes.find((each) => each.path === path) as RouteDefinition;
  const context: RouteContext = {
    viewer: { kind: 'public' },
    height: host.height,
    query: async (sql, values) => all(sql, values),
    state: async (_contract, collection, key) => host.value(collection, key),
    receipt: async () => undefined,
    problem: (code) => {
      expect(Object.keys(found.problems ?? {})).toContain(code);
      throw new Problem(code);
    },
  };
  const answer = await found.handler(context, {
    params: found.params?.parse(params),
    query: found.query?.parse(query),
    body: undefined,
  });
  return found.response.parse(answer);
}

async function pages(path: string, query: object): Promise<{ ids: string[]; sizes: number[] }> {
  const page = z.object({
    items: z.array(z.object({ id: z.string() })),
    nextCursor: z.string().nullable(),
  });
  const ids: string[] = [];
  const sizes: number[] = [];
  let cursor: string | null = null;
  do {
    const answer = page.parse(await get(path, {}, cursor === null ? query : { ...query, cursor }));
    ids.push(...answer.items.map(({ id }) => id));
    sizes.push(answer.items.length);
    cursor = answer.nextCursor;
  } while (cursor !== null);
  return { ids, sizes };
}

describe('tables', () => {
  const ends = (active: readonly (readonly [number, number | null])[]): object => ({
    active: JSON.stringify(active),
    active_from: active.at(-1)?.[0] ?? null,
    active_to: active.at(-1)?.[1] ?? null,
  });

  it('hold every organisation as the state does', async () => {
    const expected = host.values('organisations').map(([id, value]) => {
      const { name, active } = value as unknown as OrganisationValue;
      return { id, name, ...ends(active) };
    });
    expect(await all('select * from membership_organisations order by id')).toEqual(expected);
  });

  it('hold every member as the state does, and its roles', async () => {
    const values = host
      .values('members')
      .map(([id, value]) => ({ id, ...(value as unknown as MemberValue) }));
    expect(await all('select * from membership_members order by id')).toEqual(
      values.map(({ id, organisation, kind, roles, active }) => ({
        id,
        organisation,
        kind,
        roles: JSON.stringify(roles),
        ...ends(active),
      })),
    );
    expect(await all('select * from membership_roles order by member, role')).toEqual(
      values.flatMap(({ id, roles }) => roles.map((role) => ({ role, member: id }))),
    );
  });

  it('hold every key as the state does', async () => {
    const expected = host.values('keys').map(([id, value]) => {
      const { member, algorithm, publicKey, purpose, active } = value as unknown as KeyValue;
      return {
        id,
        member,
        algorithm,
        public_key: toBase64Url(publicKey),
        purpose,
        ...ends(active),
      };
    });
    expect(await all('select * from membership_keys order by id')).toEqual(expected);
  });

  it('hold every authority and certificate as the state does', async () => {
    const authorities = host.values('authorities').map(([id, value]) => {
      const each = value as unknown as AuthorityValue;
      return {
        id,
        organisation: each.organisation,
        digest: certified.authority,
        certificate: toBase64Url(each.certificate),
        not_before: each.notBefore,
        not_after: each.notAfter,
        active: JSON.stringify(each.active),
      };
    });
    expect(authorities).toHaveLength(2);
    expect(await all('select * from membership_authorities order by id')).toEqual(authorities);
    const certificates = host.values('certificates').map(([id, value]) => {
      const each = value as unknown as CertificateValue;
      const to = each.active.at(-1)?.[1] ?? null;
      return {
        id,
        member: each.member,
        authority: each.authority,
        key: each.key,
        not_before: each.notBefore,
        not_after: each.notAfter,
        active: JSON.stringify(each.active),
        active_to: to,
        ended: to === null ? null : 'revoked',
      };
    });
    expect(certificates).toHaveLength(2);
    expect(await all('select * from membership_certificates order by id')).toEqual(certificates);
  });

  it('know every event of the contract', () => {
    const kept = host.events.filter(({ name }) => !STATE_ONLY.has(name));
    const told = new Set(kept.map(({ name }) => `membership/${name}`));
    expect(new Set(Object.keys(membershipProjection.on))).toEqual(told);
  });
});

describe('routes', () => {
  it('list members page by page, each once, in their order', async () => {
    const { ids, sizes } = await pages('/v1/members', { limit: '100' });
    expect(ids).toEqual(host.values('members').map(([id]) => id));
    expect(sizes).toEqual([100, 100, 10]);
    expect((await pages('/v1/members', {})).sizes[0]).toBe(50);
  });

  it('end a page that is just full', async () => {
    const { sizes } = await pages('/v1/members', { limit: '105' });
    expect(sizes).toEqual([105, 105]);
  });

  it('list members of an organisation, or with a role', async () => {
    const acme = await pages('/v1/members', { organisation: 'acme', limit: '2' });
    expect(acme.ids).toEqual(['acme/ann', 'acme/bob', 'acme/cho', 'acme/eve']);
    expect((await pages('/v1/members', { role: 'judge' })).ids).toEqual(['acme/eve']);
    expect((await pages('/v1/members', { role: 'clerk' })).ids).toEqual(['acme/cho']);
    const sensors = await pages('/v1/members', {
      organisation: 'beta',
      role: 'sensor',
      limit: '200',
    });
    expect(sensors.ids).toHaveLength(102);
    expect((await pages('/v1/members', { organisation: 'nobody' })).ids).toEqual([]);
  });

  it('show a member with its keys', async () => {
    expect(
      await get('/v1/members/{organisation}/{name}', { organisation: 'acme', name: 'ann' }),
    ).toEqual({
      id: 'acme/ann',
      organisation: 'acme',
      kind: 'person',
      roles: ['admin', 'operator'],
      status: 'active',
      active: [[0, null]],
      keys: [
        {
          id: keyNamed('acme/ann').id,
          member: 'acme/ann',
          algorithm: 'ed25519',
          publicKey: toBase64Url(keyNamed('acme/ann').publicKey),
          purpose: 'sign',
          expires: null,
          status: 'active',
          active: [[0, 20]],
        },
        expect.objectContaining({
          id: keyNamed('ann 2').id,
          status: 'active',
          active: [[3, null]],
        }),
      ],
    });
  });

  it('list organisations, and show one', async () => {
    expect(await get('/v1/organisations')).toEqual({
      items: [
        { id: 'acme', name: 'Acme', status: 'active', active: [[0, null]] },
        {
          id: 'beta',
          name: 'Beta',
          status: 'active',
          active: [
            [0, 3],
            [5, null],
          ],
        },
        {
          id: 'court',
          name: '法院',
          status: 'active',
          active: [
            [0, 3],
            [4, null],
          ],
        },
        { id: 'delta', name: 'Δ', status: 'suspended', active: [[2, 5]] },
      ],
      nextCursor: null,
    });
    expect(await get('/v1/organisations/{id}', { id: 'delta' })).toMatchObject({
      status: 'suspended',
    });
  });

  it('show a key, also a closed one', async () => {
    expect(await get('/v1/keys/{id}', { id: keyNamed('eve').id })).toMatchObject({
      member: 'acme/eve',
      status: 'closed',
      active: [[2, 3]],
    });
  });

  it('show authorities and certificates, and until when a key counts by one', async () => {
    const { authority, one, key } = certified;
    const notAfter = Date.UTC(2036, 0, 1);
    const [acme] = (
      (await get('/v1/organisations/{id}/authorities', { id: 'acme' })) as { items: unknown[] }
    ).items;
    expect(acme).toMatchObject({ id: authority, organisation: 'acme', status: 'active' });
    const path = '/v1/organisations/{id}/authorities/{digest}';
    expect(await get(path, { id: 'acme', digest: authority })).toEqual(acme);
    expect(await get(path, { id: 'beta', digest: authority })).toMatchObject({ status: 'closed' });
    const found = await get('/v1/certificates', {}, { member: 'acme/eve' });
    const shown = { id: one, member: 'acme/eve', key, notAfter, status: 'active', ended: null };
    expect(found).toMatchObject({ items: [shown], nextCursor: null });
    expect(await get('/v1/certificates', {}, { key })).toEqual(found);
    expect(await get('/v1/certificates/{id}', { id: one })).toMatchObject(shown);
    const ended = (await get('/v1/certificates', {}, { member: 'acme/cho' })) as {
      items: unknown[];
    };
    expect(ended.items).toMatchObject([{ status: 'closed', ended: 'revoked' }]);
    expect(await get('/v1/keys/{id}', { id: key })).toMatchObject({ expires: notAfter });
    const none = { id: 'ab'.repeat(32) };
    await expect(get('/v1/certificates/{id}', none)).rejects.toThrow('certificate-not-found');
    await expect(get(path, { id: 'acme', digest: none.id })).rejects.toThrow('authority-not-found');
  });

  it('list proposals, newest first, page by page', async () => {
    expect((await pages('/v1/proposals', {})).ids).toEqual(proposals.toReversed());
    const two = await pages('/v1/proposals', { limit: '2' });
    expect(two).toEqual({ ids: proposals.toReversed(), sizes: [2, 2, 1] });
    const [one = '', second = '', third = '', four = '', five = ''] = proposals;
    expect((await pages('/v1/proposals', { status: 'open' })).ids).toEqual([five, one]);
    expect((await pages('/v1/proposals', { organisation: 'beta' })).ids).toEqual([third, second]);
    expect((await pages('/v1/proposals', { status: 'carried' })).ids).toEqual([four]);
    expect(await get('/v1/proposals', {}, { cursor: 'sealed wrongly' })).toMatchObject({
      items: [],
    });
  });

  it('show a proposal as the state has it', async () => {
    for (const id of proposals) {
      const value = host.value('proposals', id) as unknown as ProposalValue;
      const { votes } = host.value('ballots', id) as unknown as { readonly votes: Ballots };
      const yes = votes.filter((each) => each.yes).length;
      const { organisation, member, title, status, deadline, failure } = value;
      const told = { id, organisation, member, title, status, deadline, failure };
      const view = await get('/v1/proposals/{id}', { id });
      expect(view).toMatchObject({ ...told, votes: { yes, no: votes.length - yes } });
    }
    expect(await get('/v1/proposals/{id}', { id: proposals[3] ?? '' })).toMatchObject({
      actions: [
        {
          method: 'recoverAdmin',
          args: { key: { publicKey: toBase64Url(MATERIAL.publicKey) }, member: 'beta/dan' },
        },
      ],
      closed: { height: 1 },
    });
  });

  it('list the votes on a proposal', async () => {
    const votes = (await get('/v1/proposals/{id}/votes', { id: proposals[1] ?? '' })) as object;
    expect(votes).toEqual({
      items: [
        ['acme', 'acme/ann', 'no'],
        ['beta', 'beta/dan', 'yes'],
        ['court', 'court/eve', 'no'],
      ].map(([organisation, member, vote]) => ({ organisation, member, vote, height: 1, time: 0 })),
      nextCursor: null,
    });
    const first = { id: proposals[1] ?? '' };
    const paged = (await get('/v1/proposals/{id}/votes', first, { limit: '2' })) as {
      nextCursor: string;
    };
    expect(paged.nextCursor).toBe('beta');
    const rest = await get('/v1/proposals/{id}/votes', first, { limit: '2', cursor: 'beta' });
    expect(rest).toMatchObject({ items: [{ organisation: 'court' }], nextCursor: null });
  });

  it('show how the consortium governs itself', async () => {
    expect(await get('/v1/governance')).toEqual({
      policy: { kind: 'majority' },
      parameters: { ...genesisDocument().parameters, heartbeatMs: 5_000 },
      methods: [{ contract: 'evidence', method: 'deposit', policy: CLERKS, from: 2 }],
    });
  });

  it.each([
    [
      'member-not-found',
      '/v1/members/{organisation}/{name}',
      { organisation: 'acme', name: 'zoe' },
    ],
    ['organisation-not-found', '/v1/organisations/{id}', { id: 'zeta' }],
    ['key-not-found', '/v1/keys/{id}', { id: '0'.repeat(64) }],
    ['proposal-not-found', '/v1/proposals/{id}', { id: '0'.repeat(64) }],
    ['proposal-not-found', '/v1/proposals/{id}/votes', { id: '0'.repeat(64) }],
  ])('%s', async (code, path, params) => {
    await expect(get(path, params)).rejects.toThrow(code);
  });

  it.each([
    ['/v1/members', {}, { limit: '201' }],
    ['/v1/proposals', {}, { status: 'lost' }],
    ['/v1/proposals/{id}', { id: 'xyz' }, {}],
    ['/v1/members', {}, { limit: '0' }],
    ['/v1/members', {}, { limit: 'all' }],
    ['/v1/members', {}, { organisation: 'Acme' }],
    ['/v1/members', {}, { colour: 'red' }],
    ['/v1/keys/{id}', { id: 'xyz' }, {}],
    ['/v1/members/{organisation}/{name}', { organisation: 'acme', name: 'A B' }, {}],
  ])('refuse by their schema: %s %j %j', async (path, params, query) => {
    await expect(get(path, params, query)).rejects.toThrow(z.ZodError);
  });
});
