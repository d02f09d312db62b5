import type { CborValue } from '@hefu/bytes';
import type { z } from 'zod';
import type { SqlRow, SqlValue } from './projection.ts';
import type { Viewer } from './readers.ts';

/** An address of the HTTP interface, as data; the server mounts it. */
export interface RouteDefinition<P = unknown, Q = unknown, B = unknown, A = unknown> {
  readonly method: 'GET' | 'POST';
  /** Begins with `/v1/`; parameters in braces: `/v1/members/{organisation}/{name}`. */
  readonly path: string;
  /** One sentence for the reference. */
  readonly summary: string;
  /** Schemas over what the address and its query hold: texts, so numbers are coerced. */
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  readonly response: z.ZodType<A>;
  /** Codes that `problem` may be called with, each with its HTTP status and sentence. */
  readonly problems?: Readonly<Record<string, RouteProblem>>;
  handler(context: RouteContext, request: RouteRequest<P, Q, B>): Promise<A>;
}

export interface RouteProblem {
  readonly status: number;
  readonly title: string;
}

export interface RouteRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
}

/** What a handler may use: it reads, it never writes. */
export interface RouteContext {
  readonly viewer: Viewer;
  /** Height that the read models have reached: the answer is true at it. */
  readonly height: number;
  /** Rows of the module's own tables; parameters stand as `?`. */
  query(sql: string, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** A value of the state as this viewer may see it, or undefined. */
  state(contract: string, collection: string, key: string): Promise<CborValue | undefined>;
  /** The receipt (`hefu-receipt/1`) of a statement, by hex id, or undefined. */
  receipt(statementId: string): Promise<unknown>;
  /** Ends the request with a problem of the route's list. */
  problem(code: string, data?: Readonly<Record<string, unknown>>): never;
}

/** Declares a route; the types of params, query and body reach the handler. */
export function route<P, Q, B, A>(
  definition: RouteDefinition<P, Q, B, A>,
): RouteDefinition<P, Q, B, A> {
  return Object.freeze({ ...definition });
}
