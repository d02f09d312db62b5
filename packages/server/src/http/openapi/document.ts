import type { z } from 'zod';
import type { ProblemCode } from '../../problems/catalogue.ts';
import { PROBLEMS } from '../../problems/catalogue.ts';
import { PROBLEM_MEDIA_TYPE, problemType } from '../../problems/render.ts';
import { CONCISE_MEDIA_TYPE } from '../scitt/concise-problem.ts';
import type { CollectedRoute } from './collect.ts';
import { SchemaComponents } from './json-schema.ts';
import type { JsonSchema, SchemaSide } from './json-schema.ts';
import { API_TAGS } from './operation.ts';
import type { ApiAccess, ApiAnswer, ApiContent, ApiHeader } from './operation.ts';
import { problemSchema } from './problem-schema.ts';

/** An OpenAPI 3.1 document, as far as our own page looks into it. */
export interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiDocumentOperation>>>>;
  readonly components: Readonly<Record<string, unknown>>;
  readonly [other: string]: unknown;
}

export interface ApiDocumentOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly ApiDocumentParameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
  readonly responses: Readonly<Record<string, ApiDocumentResponse>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly [other: string]: unknown;
}

export interface ApiDocumentParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

export interface ApiDocumentResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly 'x-hefu-codes'?: readonly string[];
}

export interface DocumentOptions {
  readonly version: string;
  readonly routes: readonly CollectedRoute[];
  /** Prefixes of chains: `sample.hefu.example`. The first one is the example. */
  readonly slugs: readonly string[];
  /** Names and descriptions of the modules whose addresses are there. */
  readonly modules: readonly string[];
}

/** What any request can meet, whatever its address. */
const COMMON_PROBLEMS: readonly ProblemCode[] = [
  'url-malformed',
  'http-malformed',
  'request-timeout',
  'rate-limited',
  'credential-wrong',
  'headers-too-large',
  'internal-error',
  'node-stopping',
];
/** What any body can meet, one that nobody asked for too. */
const BODY_PROBLEMS: readonly ProblemCode[] = [
  'body-too-large',
  'body-incomplete',
  'unsupported-media-type',
  'json-malformed',
  'body-encoding-unsupported',
];

/** How credentials are shown; an answer to a `reader` depends on them. */
const SECURITY: Readonly<Record<ApiAccess, readonly Readonly<Record<string, string[]>>[]>> = {
  public: [],
  reader: [{}, { bearer: [] }, { basic: [] }, { session: [] }],
  account: [{ bearer: [] }, { basic: [] }, { session: [] }],
  operator: [{ bearer: [] }, { basic: [] }, { session: [] }],
};

const ACCESS_PROBLEMS: Readonly<Record<ApiAccess, readonly ProblemCode[]>> = {
  public: [],
  reader: ['credential-wrong'],
  account: ['credential-required', 'credential-wrong', 'role-insufficient'],
  operator: ['credential-required', 'credential-wrong', 'role-insufficient'],
};

/** What changes something is guarded: by role, and against pages of other sites. */
const CHANGE_PROBLEMS: readonly ProblemCode[] = ['role-insufficient', 'request-cross-site'];

/** What is done is told in the audit trail, so that nothing is done while that cannot be written. */
const STORAGE_PROBLEMS: readonly ProblemCode[] = ['accounts-storage-full', 'accounts-unavailable'];

const DESCRIPTION = `A Hefu node over HTTP. HEAD is taken wherever GET is, OPTIONS tells the methods of an address, others
answer 405 \`method-not-allowed\`; addresses that do not exist answer 404 \`route-not-found\`. Refusals are problem documents
(RFC 9457); each code has a page at its \`type\`. Answers that can be had again carry an \`ETag\`; \`If-None-Match\` answers 304.
Reads of a chain say in \`Ledger-Height\` at which height they were true.`;

/** Describes the routes of a node by OpenAPI 3.1.1, from the schemas that check its requests. */
export function buildDocument(options: DocumentOptions): ApiDocument {
  const schemas = new SchemaComponents();
  schemas.convert(problemSchema, 'output');
  const codes = new Set<string>();
  const builder: Builder = { schemas, codes };
  const paths: Record<string, Record<string, ApiDocumentOperation>> = {};
  for (const route of options.routes.toSorted(byUrl)) {
    const path = documentPath(route);
    const item = (paths[path] ??= {});
    item[route.method.toLowerCase()] = operationOf(builder, route);
  }
  const nodeServer = { url: '/', description: 'The default chain, and the node itself.' };
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Hefu',
      version: options.version,
      summary: 'A consortium ledger whose every fact has a receipt that anyone can verify offline.',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    } as ApiDocument['info'],
    servers: [nodeServer, ...chainServers(options.slugs)],
    tags: tagsOf(options),
    paths,
    components: {
      schemas: schemas.all(),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: "The operator's token, or a key of an account.",
        },
        basic: {
          type: 'http',
          scheme: 'basic',
          description: 'A key of an account as the password; the name is not looked at.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-hefu-session',
          description: 'The session of somebody who has signed in.',
        },
      },
      headers: COMPONENT_HEADERS,
      examples: problemExamples(codes),
    },
  };
}

interface Builder {
  readonly schemas: SchemaComponents;
  /** Codes of the catalogue that some operation names. */
  readonly codes: Set<string>;
}

function chainServers(slugs: readonly string[]): readonly object[] {
  const [first] = slugs;
  if (first === undefined) return [];
  return [
    {
      url: '/chains/{chain}',
      description: 'One chain of the node; the addresses under the tag `node` do not stand here.',
      variables: { chain: { default: first, enum: [...slugs] } },
    },
  ];
}

function byUrl(left: CollectedRoute, right: CollectedRoute): number {
  if (left.url === right.url) return left.method < right.method ? -1 : 1;
  return left.url < right.url ? -1 : 1;
}

/** `/v1/state/:contract/*` as `/v1/state/{contract}/{key}`. */
export function documentPath({ url, api }: Pick<CollectedRoute, 'url' | 'api'>): string {
  return url
    .replaceAll(/:(\w+)/g, '{$1}')
    .replace('*', `{${api.wildcard === undefined ? 'rest' : api.wildcard.name}}`);
}

function tagsOf({ routes, modules }: DocumentOptions): ApiDocument['tags'] {
  const used = new Set(routes.map(({ api }) => api.tag));
  const ours = Object.entries(API_TAGS).filter(([name]) => used.has(name));
  const own = modules
    .filter((name) => used.has(name))
    .map((name) => [name, `Addresses that the module ${name} declares.`] as const);
  return [...ours, ...own].map(([name, description]) => ({ name, description }));
}

function operationOf(builder: Builder, route: CollectedRoute): ApiDocumentOperation {
  const { api } = route;
  const parameters = parametersOf(builder, route);
  const body = bodyOf(builder, route);
  return {
    operationId: operationId(route),
    tags: [api.tag],
    summary: api.summary,
    ...(api.description === undefined ? {} : { description: api.description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: responsesOf(builder, route),
    security: SECURITY[api.access],
    ...(api.streams === true ? { 'x-hefu-stream': true } : {}),
    // Node addresses stand at the root alone.
    ...(route.ofChain ? {} : { servers: [{ url: '/' }] }),
  };
}

function operationId({ method, url }: CollectedRoute): string {
  const words = url.split(/[^A-Za-z0-9]+/).filter((word) => word !== '' && word !== 'v1');
  const ending = url.endsWith('*') ? 'At' : '';
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return `${method.toLowerCase()}${name}${ending}`;
}

function parametersOf({ schemas }: Builder, route: CollectedRoute): ApiDocumentParameter[] {
  const { api } = route;
  const wildcard = api.wildcard;
  const inPath = membersOf(schemas, route.params, 'path').map((parameter) =>
    parameter.name === '*' && wildcard !== undefined
      ? { ...parameter, name: wildcard.name, description: wildcard.description }
      : parameter,
  );
  const named = new Set(inPath.map(({ name }) => name));
  const bare = [...documentPath(route).matchAll(/\{(\w+)\}/g)]
    .map(([, name = '']) => name)
    .filter((name) => !named.has(name))
    .map((name) => ({
      name,
      in: 'path',
      required: true,
      ...(name === wildcard?.name ? { description: wildcard.description } : {}),
      schema: { type: 'string' },
    }));
  const headers = (api.headers ?? []).map(({ name, description }) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }));
  return [...inPath, ...bare, ...membersOf(schemas, route.query, 'query'), ...headers];
}

/** The members of an object schema as parameters. */
function membersOf(
  schemas: SchemaComponents,
  schema: z.ZodType | undefined,
  place: 'path' | 'query',
): ApiDocumentParameter[] {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemas.convert(schema, 'input') as {
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, each]) => {
    const { description, ...rest } = each;
    return {
      name,
      in: place,
      ...(place === 'path' || required.includes(name) ? { required: true } : {}),
      ...(typeof description === 'string' ? { description } : {}),
      schema: rest,
    };
  });
}

function bodyOf({ schemas }: Builder, route: CollectedRoute): ApiDocumentOperation['requestBody'] {
  const described = route.api.body;
  if (described !== undefined) {
    return { required: true, content: contentOf(schemas, described, 'input') } as never;
  }
  if (route.body === undefined) return undefined;
  const schema = schemas.convert(route.body, 'input');
  return { required: true, content: { 'application/json': { schema } } } as never;
}

function contentOf(
  schemas: SchemaComponents,
  content: Readonly<Record<string, ApiContent>>,
  side: SchemaSide,
): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return Object.fromEntries(
    Object.entries(content).map(([type, { schema, example }]) => [
      type,
      {
        ...(schema === 'bytes'
          ? {}
          : { schema: schema === 'text' ? { type: 'string' } : schemas.convert(schema, side) }),
        ...(example === undefined ? {} : { example }),
      },
    ]),
  );
}

function responsesOf(
  builder: Builder,
  route: CollectedRoute,
): Readonly<Record<string, ApiDocumentResponse>> {
  const { api } = route;
  const answers = Object.entries(api.answers).map(
    ([status, answer]) => [status, answerOf(builder, route, status, answer)] as const,
  );
  const problems = problemsByStatus(route);
  const refusals = [...problems].map(([status, codes]) => {
    for (const code of codes) if (Object.hasOwn(PROBLEMS, code)) builder.codes.add(code);
    // A route may answer the same status by itself, as a readiness check does with 503.
    const own = api.answers[status];
    return [
      String(status),
      refusalOf(status, codes, own && answerOf(builder, route, '', own), api.concise === true),
    ] as const;
  });
  const all = [...answers, ...refusals];
  return Object.fromEntries(all.toSorted(([left], [right]) => Number(left) - Number(right)));
}

function answerOf(
  { schemas }: Builder,
  route: CollectedRoute,
  status: string,
  { description, headers = [], content }: ApiAnswer,
): ApiDocumentResponse {
  const tells =
    route.ofChain && route.method === 'GET' ? { 'Ledger-Height': ref('LedgerHeight') } : {};
  const tagged = route.method === 'GET' && status === '200' ? { ETag: ref('ETag') } : {};
  const all = { ...tells, ...tagged, ...headersOf(headers) };
  return {
    description,
    ...(Object.keys(all).length === 0 ? {} : { headers: all }),
    ...(content === undefined ? {} : { content: contentOf(schemas, content, 'output') }),
  };
}

function headersOf(headers: readonly ApiHeader[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    headers.map(({ name, description }) => [name, { description, schema: { type: 'string' } }]),
  );
}

function ref(name: keyof typeof COMPONENT_HEADERS): object {
  return { $ref: `#/components/headers/${name}` };
}

const COMPONENT_HEADERS = {
  LedgerHeight: {
    description: 'Height at which the answer was true.',
    schema: { type: 'integer', minimum: 0 },
  },
  ETag: { description: 'Tag of the very content, for If-None-Match.', schema: { type: 'string' } },
  RetryAfter: {
    description: 'Seconds after which it makes sense to try again.',
    schema: { type: 'integer', minimum: 0 },
  },
} as const;

/** Statuses that come with Retry-After. */
const RETRY_STATUSES = new Set([408, 429, 503, 504, 507]);

/** The codes an operation can answer with, by status. */
export function problemsByStatus(route: CollectedRoute): ReadonlyMap<number, readonly string[]> {
  const { api } = route;
  const takesBody = api.body !== undefined || route.body !== undefined;
  const checks = route.params !== undefined || route.query !== undefined || takesBody;
  const reads = route.method === 'GET' || route.method === 'HEAD';
  const catalogued: readonly ProblemCode[] = [
    ...COMMON_PROBLEMS,
    ...ACCESS_PROBLEMS[api.access],
    ...(reads || api.access === 'public' ? [] : CHANGE_PROBLEMS),
    ...(checks ? (['request-invalid'] as const) : []),
    ...(/[:*]/.test(route.url) ? (['route-not-found'] as const) : []),
    ...(api.tag === 'accounts' || (!reads && api.access !== 'public') ? STORAGE_PROBLEMS : []),
    ...(reads ? [] : BODY_PROBLEMS),
    ...(api.problems ?? []),
  ];
  const statuses = new Map<number, string[]>();
  const add = (code: string, status: number): void => {
    const codes = statuses.get(status) ?? [];
    if (!codes.includes(code)) codes.push(code);
    statuses.set(status, codes);
  };
  for (const code of catalogued) add(code, PROBLEMS[code].status);
  for (const [code, { status }] of Object.entries(api.ownProblems ?? {})) add(code, status);
  return statuses;
}

function refusalOf(
  status: number,
  codes: readonly string[],
  own: ApiDocumentResponse | undefined,
  concise: boolean,
): ApiDocumentResponse {
  const known = codes.filter((code) => Object.hasOwn(PROBLEMS, code));
  const examples = Object.fromEntries(
    known.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
  );
  return {
    description: `${own === undefined ? '' : `${own.description} `}Codes: ${codes.join(', ')}.`,
    ...(RETRY_STATUSES.has(status) ? { headers: { 'Retry-After': ref('RetryAfter') } } : {}),
    content: {
      ...own?.content,
      // What is refused before any route is found stays JSON.
      ...(concise ? { [CONCISE_MEDIA_TYPE]: {} } : {}),
      [PROBLEM_MEDIA_TYPE]: {
        schema: { $ref: '#/components/schemas/Problem' },
        ...(known.length === 0 ? {} : { examples }),
      },
    },
    'x-hefu-codes': codes,
  };
}

function problemExamples(codes: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(PROBLEMS)
      .filter(([code]) => codes.has(code))
      .map(([code, { status, retryable, title }]) => [
        code,
        {
          value: {
            type: problemType(code),
            title: title.en,
            status,
            code,
            retryable,
            instance: 'urn:uuid:3f0c0d3e-5d6c-4b39-9d0c-2f4f5b0e8a11',
            traceId: '0af7651916cd43dd8448eb211c80319c',
          },
        },
      ]),
  );
}
