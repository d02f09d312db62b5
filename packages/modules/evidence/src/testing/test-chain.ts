import { DatabaseSync } from 'node:sqlite';
import { decodeCbor, encodeCbor, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { mayRead, readers } from '@hefu/contract';
import type {
  ProjectionDatabase,
  RouteContext,
  RouteDefinition,
  SqlRow,
  SqlValue,
  Viewer,
} from '@hefu/contract';
import { createTestHost } from '@hefu/contract/testing';
import type { TestHost } from '@hefu/contract/testing';
import type { DepositReaders } from '../args.ts';
import { buildBatch } from '../batch/build-batch.ts';
import type { Batch } from '../batch/build-batch.ts';
import { evidence } from '../index.ts';
import type { Item } from '../item/item.ts';
import type { PrivateBatch } from '../private/private-record.ts';
import { evidenceProjection } from '../read-model/projection.ts';

/** A problem that a route ended with. */
export class RouteProblemError extends Error {
  override readonly name = 'RouteProblemError';
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/**
 * The evidence module on a chain in memory: the kit's test host, its projection on a real SQLite, and
 * its routes behind the rule of the gate. Receipts are stand-ins that only name their statement;
 * what they prove is the protocol's to test.
 */
export class EvidenceTestChain {
  readonly host: TestHost;
  readonly hashName: 'sha256' | 'sm3';
  /** Attachments that "are here", by digest in hex. */
  readonly attachments = new Map<string, Uint8Array>();
  readonly #database = new DatabaseSync(':memory:');

  constructor(suite: 'international' | 'gm' = 'international') {
    this.host = createTestHost({ modules: [evidence], suite });
    this.hashName = suite === 'gm' ? 'sm3' : 'sha256';
    for (const sql of evidenceProjection.tables) this.#database.exec(sql);
  }

  /** Deposits one item; gives the deposit's id. */
  async deposit(member: string, item: Item, who: DepositReaders = 'consortium'): Promise<string> {
    return this.#call(member, 'deposit', { item, readers: who });
  }

  /** Deposits a batch whose bundle is here; gives the deposit's id and the batch. */
  async depositBatch(
    member: string,
    items: readonly Item[],
    more: { readonly readers?: DepositReaders; readonly case?: string } = {},
  ): Promise<{ readonly id: string; readonly batch: Batch }> {
    const batch = buildBatch(items, this.hashName);
    this.attachments.set(toHex(batch.digest), batch.bundle);
    return { id: await this.#announce(member, batch, more), batch };
  }

  /** Deposits private items; gives the deposit's id. */
  async depositPrivate(
    member: string,
    { root, count }: PrivateBatch,
    who: readonly string[],
  ): Promise<string> {
    return this.#call(member, 'depositPrivate', { root, count, readers: [...who] });
  }

  /** Deposits a batch whose bundle has not come. */
  async announceBatch(member: string, items: readonly Item[]): Promise<string> {
    return this.#announce(member, buildBatch(items, this.hashName), {});
  }

  async #announce(member: string, batch: Batch, more: object): Promise<string> {
    const { root, count, digest, bundle } = batch;
    const attachment = { digest, size: bundle.length };
    return this.#call(member, 'depositBatch', {
      root,
      count,
      attachment,
      readers: 'consortium',
      ...more,
    });
  }

  async #call(member: string, method: string, args: object): Promise<string> {
    const before = this.host.events.length;
    const output = this.host.must(this.host.caller(member), method, args, 'evidence');
    for (const event of this.host.events.slice(before)) {
      // Through bytes, as events come from the log.
      const decoded = decodeCbor(encodeCbor(event.data), { maps: 'object' });
      if (!decoded.ok) throw new Error(decoded.code);
      const { deposit } = decoded.value as { deposit: string };
      await evidenceProjection.on[`evidence/${event.name}`]?.(
        {
          contract: 'evidence',
          name: event.name,
          data: decoded.value,
          height: this.host.height,
          index: before,
          time: this.host.time,
          statementId: deposit,
          attachment: async (digest) => this.attachments.get(toHex(digest)),
        },
        this.#projectionDatabase(),
      );
    }
    this.host.advance();
    return (output as { readonly deposit: string }).deposit;
  }

  #projectionDatabase(): ProjectionDatabase {
    return {
      run: async (sql, parameters = []) => {
        this.#database.prepare(sql).run(...parameters);
      },
      runMany: async (sql, rows) => {
        const statement = this.#database.prepare(sql);
        for (const row of rows) statement.run(...row);
      },
      all: async (sql, parameters = []) => this.#all(sql, parameters),
    };
  }

  #all(sql: string, parameters: readonly SqlValue[]): readonly SqlRow[] {
    return this.#database.prepare(sql).all(...parameters);
  }

  /** Asks a route of the module as a viewer; what a server parses is parsed here by the schemas. */
  async ask(
    path: string,
    request: { readonly params?: object; readonly query?: object } = {},
    viewer: Viewer = { kind: 'organisation', organisation: 'acme' },
  ): Promise<unknown> {
    const found = evidence.routes.find((route) => route.path === path);
    if (found === undefined) throw new Error(`no route ${path}`);
    const route: RouteDefinition = found;
    const answer = await route.handler(this.#context(viewer, route), {
      params: route.params?.parse(request.params ?? {}),
      query: route.query?.parse(request.query ?? {}),
      body: undefined,
    });
    return route.response.parse(answer);
  }

  #context(viewer: Viewer, route: RouteDefinition): RouteContext {
    return {
      viewer,
      height: this.host.height,
      query: async (sql, parameters) => {
        const rows = this.#all(sql, parameters);
        const visible = rows.filter((row) => mayReadRow(row, viewer));
        // The routes leave out what the gate would; else pages would be short.
        if (visible.length !== rows.length) throw new Error('a row that the gate must hide');
        return rows;
      },
      state: async (contract, collection, key): Promise<CborValue | undefined> =>
        this.host.value(collection, key, contract),
      receipt: async (statementId) => ({
        format: 'hefu-receipt/1',
        chain: this.host.chain,
        suite: this.host.suite,
        statement: statementId,
      }),
      problem: (code) => {
        if (!Object.hasOwn(route.problems ?? {}, code)) throw new Error(`undeclared: ${code}`);
        throw new RouteProblemError(code);
      },
    };
  }
}

function mayReadRow(row: SqlRow, viewer: Viewer): boolean {
  const text = row['readers'];
  if (typeof text !== 'string') return true;
  const value: unknown = text.startsWith('[') ? JSON.parse(text) : text;
  return mayRead(readers.field('readers'), { readers: value }, viewer);
}
