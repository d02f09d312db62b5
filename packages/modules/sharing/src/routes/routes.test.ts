// Goal: grants and erasures are listed newest first, page by page, by what is asked for, and nobody learns of one that is not for
// them, nor through a grant of an erasure that is not. Method: three organisations' calls through the test host and the
// projection on SQLite; each filter alone and combined, by four kinds of viewer, behind the rule of the gate.
import { mayRead, readers } from '@hefu/contract';
import type { RouteContext, SqlRow, Viewer } from '@hefu/contract';
import { createTestHost } from '@hefu/contract/testing';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharing } from '../index.ts';
import { sharingProjection } from '../read-model/projection.ts';
import type { ErasureView, GrantView } from '../views.ts';

const ACME = { kind: 'organisation', organisation: 'acme' } as const;
const COURT = { kind: 'organisation', organisation: 'court' } as const;
const BANK = { kind: 'organisation', organisation: 'bank' } as const;
const ALL: Viewer = { kind: 'node' };
const PUBLIC: Viewer = { kind: 'public' };

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** The module on a chain in memory, its projection on a real SQLite. */
class TestChain {
  readonly host = createTestHost({ modules: [sharing], suite: 'international' });
  readonly #database = new DatabaseSync(':memory:');

  constructor() {
    for (const sql of sharingProjection.tables) this.#database.exec(sql);
  }

  async call(member: string, method: string, args: object): Promise<string> {
    const before = this.host.events.length;
    const caller = this.host.caller(member, ['operator']);
    const output = this.host.must(caller, method, args, 'sharing');
    for (const event of this.host.events.slice(before)) {
      const { height, time } = this.host;
      const read = { contract: 'sharing', name: event.name, data: event.data, height, time };
      await sharingProjection.on[`sharing/${event.name}`]?.(
        { ...read, index: before, statementId: '5e'.repeat(32) },
        {
          run: async (sql, parameters = []) => void this.#database.prepare(sql).run(...parameters),
          runMany: async () => undefined,
          all: async () => [],
        },
      );
    }
    this.host.advance();
    return (output as { readonly grant?: string } | undefined)?.grant ?? '';
  }

  async ask(path: string, asked: object, viewer: Viewer, params: object = {}): Promise<unknown> {
    const found = sharing.routes.find((route) => route.path === path);
    if (found === undefined) throw new Error(`no route ${path}`);
    const answer = await found.handler(this.#context(viewer), {
      params: found.params?.parse(params),
      query: found.query?.parse(asked),
      body: undefined,
    });
    return found.response.parse(answer);
  }

  #context(viewer: Viewer): RouteContext {
    return {
      viewer,
      height: this.host.height,
      query: async (sql, parameters) => {
        const rows: readonly SqlRow[] = this.#database.prepare(sql).all(...parameters);
        for (const { readers: text } of rows) {
          const value = { readers: JSON.parse(String(text)) as unknown };
          // The routes leave out what the gate would; else pages would be short.
          if (!mayRead(readers.field('readers'), value, viewer)) throw new Error('a hidden row');
        }
        return rows;
      },
      state: async () => undefined,
      receipt: async () => undefined,
      problem: (code) => {
        throw new Error(code);
      },
    };
  }
}

describe('listing grants', () => {
  const chain = new TestChain();
  const one = '11'.repeat(32);
  const two = '22'.repeat(32);
  const ids: Record<string, string> = {};
  let ends = 0;

  beforeAll(async () => {
    const both = ['acme', 'court'];
    const grant = async (name: string, by: string, args: object): Promise<void> => {
      ids[name] = await chain.call(by, 'grant', args);
    };
    ends = chain.host.time + 5000;
    await grant('open', 'acme/ann', { object: one, grantee: 'court', readers: both });
    await grant('timed', 'acme/ann', { object: two, grantee: 'court', readers: both, until: ends });
    await grant('told', 'acme/ann', { object: two, grantee: 'bank', readers: ['acme', 'bank'] });
    await grant('theirs', 'court/eve', {
      object: one,
      grantee: 'bank',
      readers: ['court', 'bank'],
    });
    await chain.call('acme/ann', 'revoke', { grant: ids['timed'] });
    // The court granted object one on; that it erased it, it tells nobody.
    await chain.call('court/eve', 'recordErasure', { object: one, readers: ['court'] });
    await chain.call('acme/ann', 'recordErasure', { object: two, readers: ['acme', 'bank'] });
  });

  async function names(query: object, viewer: Viewer = ALL): Promise<string[]> {
    const page = (await chain.ask('/v1/grants', query, viewer)) as Page<GrantView>;
    return page.items.map(({ id }) => Object.keys(ids).find((key) => ids[key] === id) ?? '?');
  }

  async function stateFor(name: string, viewer: Viewer): Promise<string> {
    const shown = await chain.ask('/v1/grants/{id}', {}, viewer, { id: ids[name] });
    return (shown as GrantView).state;
  }

  it('gives them newest first, as far as the viewer may know of them', async () => {
    expect(await names({})).toEqual(['theirs', 'told', 'timed', 'open']);
    expect(await names({}, ACME)).toEqual(['told', 'timed', 'open']);
    expect(await names({}, COURT)).toEqual(['theirs', 'timed', 'open']);
    expect(await names({}, BANK)).toEqual(['theirs', 'told']);
    expect(await names({}, PUBLIC)).toEqual([]);
  });

  it('filters by object, granter, grantee, state and end', async () => {
    expect(await names({ object: one })).toEqual(['theirs', 'open']);
    expect(await names({ granter: 'acme', grantee: 'court' })).toEqual(['timed', 'open']);
    expect(await names({ state: 'open' })).toEqual(['open']);
    expect(await names({ state: 'erased' })).toEqual(['theirs', 'told', 'timed']);
    expect(await names({ state: 'revoked' })).toEqual([]);
    expect(await names({ at: ends - 1, object: two })).toEqual(['told', 'timed']);
    expect(await names({ at: ends, object: two })).toEqual(['told']);
  });

  it('does not tell through a grant of an erasure that is not for the viewer', async () => {
    expect(await stateFor('theirs', COURT)).toBe('erased');
    expect(await stateFor('theirs', BANK)).toBe('open');
    expect(await names({ state: 'erased' }, BANK)).toEqual(['told']);
    expect(await stateFor('timed', ACME)).toBe('erased');
    expect(await stateFor('timed', COURT)).toBe('revoked');
    expect(await names({ state: 'revoked' }, COURT)).toEqual(['timed']);
  });

  it('shows one with all its record, and hides it from others', async () => {
    const shown = await chain.ask('/v1/grants/{id}', {}, COURT, { id: ids['timed'] });
    const { revoked, ...record } = chain.host.value('grants', ids['timed'] ?? '', 'sharing') as {
      revoked: object;
    };
    expect(shown).toEqual({ id: ids['timed'], state: 'revoked', ...record, revoked });
    for (const viewer of [BANK, PUBLIC]) {
      const asked = chain.ask('/v1/grants/{id}', {}, viewer, { id: ids['timed'] });
      await expect(asked).rejects.toThrow('grant-not-found');
    }
  });

  it('goes through pages without a gap', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const asked: object = { limit: '1', ...(cursor === null ? {} : { cursor }) };
      const page = (await chain.ask('/v1/grants', asked, COURT)) as Page<GrantView>;
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([ids['theirs'], ids['timed'], ids['open']]);
  });

  it('lists erasures to their readers', async () => {
    const listed = async (query: object, viewer: Viewer): Promise<string[]> => {
      const page = (await chain.ask('/v1/erasures', query, viewer)) as Page<ErasureView>;
      return page.items.map(({ organisation, object }) => `${organisation} ${object.slice(0, 2)}`);
    };
    expect(await listed({}, ALL)).toEqual(['acme 22', 'court 11']);
    expect(await listed({}, BANK)).toEqual(['acme 22']);
    expect(await listed({}, COURT)).toEqual(['court 11']);
    expect(await listed({ object: one }, BANK)).toEqual([]);
    expect(await listed({ organisation: 'acme' }, ALL)).toEqual(['acme 22']);
    expect(await listed({}, PUBLIC)).toEqual([]);
    const page = (await chain.ask('/v1/erasures', { object: two }, BANK)) as Page<ErasureView>;
    expect(page.items[0]).toMatchObject({ statement: '5e'.repeat(32), by: 'acme/ann' });
  });
});
