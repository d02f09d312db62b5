import type { z } from 'zod';
import type { ProblemCode } from '../../problems/catalogue.ts';

/** Groups of addresses, in the order of docs/reference/api.md. */
export const API_TAGS = {
  node: 'The node itself: whether it lives, what it runs, what its words mean.',
  log: 'The log by C2SP tlog-tiles.',
  statements: 'Submitting statements, reading them, their receipts.',
  state: 'What the contracts keep, with proofs.',
  chain: 'Where a chain stands, and the trust file.',
  events: 'Events as they happen: streams and webhooks.',
  attachments: 'What travels beside a statement.',
  vault: 'Contents by digest.',
  accounts: 'Signing in, people and their keys to this node.',
  verify: 'Verifying what others hand over.',
  scitt: 'Statements of other systems, by SCITT.',
} as const;

/** One of ours, or the name of a module for the addresses it declares. */
export type ApiTag = keyof typeof API_TAGS | (string & {});

/**
 * Who may ask: `public`, nobody is looked at; `reader`, everybody, and whoever shows a credential sees more; `operator`
 * and `account`, nobody without one.
 */
export type ApiAccess = 'public' | 'reader' | 'account' | 'operator';

/** What stands under one media type: a schema, or bytes or text that no schema describes. */
export interface ApiContent {
  readonly schema: z.ZodType | 'bytes' | 'text';
  readonly example?: unknown;
}

export interface ApiHeader {
  readonly name: string;
  readonly description: string;
}

export interface ApiAnswer {
  readonly description: string;
  readonly headers?: readonly ApiHeader[];
  readonly content?: Readonly<Record<string, ApiContent>>;
}

/**
 * What the reference says of one address and method beyond the schemas that check it. It stands with the route as
 * `config: { api }`; what holds for all addresses is added by the document.
 */
export interface ApiOperation {
  readonly tag: ApiTag;
  /** One sentence. */
  readonly summary: string;
  readonly description?: string;
  readonly access: ApiAccess;
  /** Schemas of params and query where Fastify's slots do not hold them. */
  readonly request?: { readonly params?: z.ZodType; readonly query?: z.ZodType };
  /** What the `*` at the end of an address is called. */
  readonly wildcard?: { readonly name: string; readonly description: string };
  readonly headers?: readonly ApiHeader[];
  readonly body?: Readonly<Record<string, ApiContent>>;
  /** Whether refusals are concise problem documents (RFC 9290) instead of JSON. */
  readonly concise?: boolean;
  /** Whether the answer goes on until the client leaves. */
  readonly streams?: boolean;
  readonly answers: Readonly<Record<number, ApiAnswer>>;
  readonly problems?: readonly ProblemCode[];
  /** Problems that are not in the catalogue: those of a module's own. */
  readonly ownProblems?: Readonly<
    Record<string, { readonly status: number; readonly title: string }>
  >;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What `/openapi.json` says of the route. A route without it is a fault that a test finds. */
    readonly api?: ApiOperation;
  }
}

/** A JSON answer of one schema. */
export function json(schema: z.ZodType, example?: unknown): ApiAnswer['content'] & object {
  return { 'application/json': { schema, ...(example === undefined ? {} : { example }) } };
}

/** A text answer. */
export function plainText(example?: string): ApiAnswer['content'] & object {
  return {
    'text/plain': { schema: 'text', ...(example === undefined ? {} : { example }) },
  };
}

/** An answer of bytes. */
export const octets: ApiAnswer['content'] & object = {
  'application/octet-stream': { schema: 'bytes' },
};

export const NOT_MODIFIED: ApiAnswer = {
  description: 'What the client has is what would be sent (If-None-Match).',
};
