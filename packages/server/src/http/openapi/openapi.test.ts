// Goal: the OpenAPI document and the code say the same: every address, every status, every JSON answer.
// Method: the real modules mounted; the document against OpenAPI's own schema by a validator of others; the routes of the
// app against its paths both ways; requests good and bad, whose statuses and bodies must be described.
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { silentLogger } from '../../logging/logger.ts';
import { builtInModules } from '../../modules.ts';
import { PROBLEMS } from '../../problems/catalogue.ts';
import { LANGUAGES } from '../../problems/definition.ts';
import { explainedProblems } from '../../problems/explain.ts';
import { renderProblem } from '../../problems/render.ts';
import { createTestNode, OPERATOR, testConfig } from '../../testing/test-node.ts';
import type { TestNode } from '../../testing/test-node.ts';
import { createApp } from '../app.ts';
import { routesOf } from '../methods.ts';
import type { App } from '../zod-provider.ts';
import type { ApiDocument, ApiDocumentOperation } from './document.ts';
import { problemSchema } from './problem-schema.ts';

let node: TestNode;
let app: App;
let document: ApiDocument;

beforeAll(async () => {
  node = await createTestNode();
  const chain = { ...node.chain, modules: [...builtInModules, ...node.chain.modules.slice(-1)] };
  app = await createApp({
    host: { ...node.host, chains: [chain], defaultChain: chain },
    config: testConfig({}),
    logger: silentLogger(),
    clock: { nowMs: () => 0 },
  });
  document = (await app.inject('/openapi.json')).json();
});

afterAll(async () => {
  await app.close();
  await node[Symbol.asyncDispose]();
});

function operations(): readonly [string, string, ApiDocumentOperation][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, string, ApiDocumentOperation] => [
      method.toUpperCase(),
      path,
      operation,
    ]),
  );
}

describe('the document', () => {
  it('is OpenAPI 3.1 by the schema of the specification', async () => {
    const verdict = await new Validator().validate(structuredClone(document) as never);
    expect(verdict).toEqual({ valid: true });
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  it('has every address and method of the node, and no other', () => {
    const real = new Set<string>();
    for (const [url, methods] of routesOf(app)) {
      if (url.startsWith('/chains/')) continue;
      for (const method of methods) {
        if (method === 'HEAD' && methods.has('GET') && !hasOwnHead(url)) continue;
        real.add(`${method} ${url.replaceAll(/:\w+/g, '{}').replace('*', '{}')}`);
      }
    }
    const told = operations().map(
      ([method, path]) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`,
    );
    expect(new Set(told)).toEqual(real);
    expect(told).toHaveLength(real.size);
    expect(real.size).toBeGreaterThan(30);
  });

  it('says of each what it is, with a good answer and the common refusals, under a known tag', () => {
    const ids = new Set<string>();
    const tags = new Set(document.tags.map(({ name }) => name));
    for (const [method, path, operation] of operations()) {
      const place = `${method} ${path}`;
      expect(operation.summary, place).toMatch(/^\S.*\.$/);
      expect(
        operation.tags.every((tag) => tags.has(tag)),
        place,
      ).toBe(true);
      expect(
        Object.keys(operation.responses).some((status) => /^(?:2|303)/.test(status)),
        place,
      ).toBe(true);
      for (const status of ['400', '429', '500', '503']) {
        expect(Object.keys(operation.responses), place).toContain(status);
      }
      ids.add(operation.operationId);
    }
    expect(ids.size).toBe(operations().length);
  });

  it('refers to nothing that is not there', () => {
    const text = JSON.stringify(document);
    for (const [, reference = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      let at: unknown = document;
      for (const step of reference.split('/')) at = (at as Record<string, unknown>)[step];
      expect(at, reference).toBeDefined();
    }
  });

  it('has the form of a problem right', () => {
    const rendered = renderProblem(
      'request-invalid',
      { errors: [{ pointer: '/a', code: 'b', detail: 'c', in: 'query' }], detail: 'more' },
      { language: 'en', traceId: 'a'.repeat(32) },
    );
    expect(z.strictObject(problemSchema.shape).safeParse(rendered.document).success).toBe(true);
  });

  it('is the same each time, and is not sent twice to who has it', async () => {
    const first = await app.inject('/openapi.json');
    const again = await app.inject({
      url: '/openapi.json',
      headers: { 'if-none-match': String(first.headers.etag) },
    });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });
});

function hasOwnHead(url: string): boolean {
  return document.paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.['head'] !== undefined;
}

describe('what is answered is described', () => {
  const DIGEST = 'a'.repeat(64);

  /** Values that pass and values that do not, for every parameter. */
  const VALUES = ['x', DIGEST, '1', '', '-1', '%00', 'a'.repeat(700), 'evidence', '%e0%a4%a'];

  it('whatever is put into paths and queries, as whoever', async () => {
    let asked = 0;
    for (const [method, path, operation] of operations()) {
      for (const value of VALUES) {
        for (const headers of [{}, OPERATOR, { authorization: 'Bearer wrong' }]) {
          const url = path.replaceAll(/\{\w+\}/g, value === '' ? 'y' : value);
          const [query] = (operation.parameters ?? []).filter((each) => each.in === 'query');
          const full = query === undefined ? url : `${url}?${query.name}=${value}`;
          if (operation['x-hefu-stream'] === true) continue;
          const answer = await app.inject({
            method: method as 'GET',
            url: full,
            headers:
              operation.requestBody === undefined
                ? headers
                : {
                    ...headers,
                    'content-type': Object.keys(operation.requestBody.content)[0] ?? '',
                  },
            ...(operation.requestBody === undefined ? {} : { payload: '{"statement":"AA=="}' }),
          });
          check(`${method} ${full}`, operation, answer);
          asked++;
        }
      }
    }
    expect(asked).toBeGreaterThan(500);
  });

  it('and the good answers of a chain with something on it', async () => {
    const id = await node.say({ method: 'send', args: { key: 'k', text: 't', readers: 'public' } });
    const good = [
      ['/v1/chain', '/v1/chain'],
      ['/v1/trust', '/v1/trust'],
      ['/v1/chains', '/v1/chains'],
      ['/readyz', '/readyz?verbose'],
      ['/version', '/version'],
      ['/problems', '/problems'],
      ['/problems/{code}', '/problems/queue-full'],
      ['/v1/statements/{id}', `/v1/statements/${id}`],
      ['/v1/statements/{id}/receipt', `/v1/statements/${id}/receipt`],
      ['/v1/state/{contract}/{collection}/{key}', '/v1/state/letters/letters/k?proof=1'],
    ] as const;
    for (const [path, url] of good) {
      const operation = document.paths[path]?.['get'];
      if (operation === undefined) throw new Error(`${path} is not described`);
      const answer = await node.app.inject(url);
      expect(answer.statusCode, url).toBe(200);
      check(url, operation, answer);
    }
  });
});

interface Answered {
  readonly statusCode: number;
  readonly headers: { readonly 'content-type'?: string | undefined };
  readonly body: string;
}

/** The status, the media type and, of JSON, the form must be in the document. */
function check(place: string, operation: ApiDocumentOperation, answer: Answered): void {
  const response = operation.responses[String(answer.statusCode)];
  expect(
    response,
    `${place} answered ${answer.statusCode} ${answer.body.slice(0, 200)}`,
  ).toBeDefined();
  const type = (answer.headers['content-type'] ?? '').split(';')[0] ?? '';
  if (answer.body === '') return;
  const content = response?.content?.[type];
  expect(content, `${place} answered ${answer.statusCode} as ${type}`).toBeDefined();
  const codes = response?.['x-hefu-codes'];
  if (type === 'application/problem+json') {
    const { code } = JSON.parse(answer.body) as { readonly code: string };
    expect(codes, place).toContain(code);
  }
  const schema = content?.['schema'];
  if (schema === undefined || !type.endsWith('json')) return;
  const components = { components: document.components };
  const verdict = z
    .fromJSONSchema(resolved(schema, components) as never)
    .safeParse(JSON.parse(answer.body));
  expect(verdict.error?.issues, place).toBeUndefined();
}

/** The schema with components in the place of references to them. */
function resolved(value: unknown, root: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((each) => resolved(each, root));
  if (typeof value !== 'object' || value === null) return value;
  const reference = (value as { readonly $ref?: unknown }).$ref;
  if (typeof reference === 'string') {
    let at: unknown = root;
    for (const step of reference.slice(2).split('/')) at = (at as Record<string, unknown>)[step];
    return resolved(at, root);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, resolved(each, root)]),
  );
}

describe('the page of the interface', () => {
  it.each(LANGUAGES)('speaks %s, and needs nothing from anywhere', async (language) => {
    const answer = await app.inject(`/api?lang=${language}`);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
    expect(answer.body).toContain(`<html lang="${language}">`);
    expect(answer.body).not.toMatch(/<script|<img|<link|javascript:|\ssrc=|\sstyle="|\son\w+=/);
    expect(answer.body).not.toMatch(/(?:href|action)="(?:https?:)?\/\//);
    for (const [, path] of operations()) expect(answer.body).toContain(`<code>${path}</code>`);
  });

  it('chooses by Accept-Language, and escapes what it shows', async () => {
    const answer = await app.inject({ url: '/api', headers: { 'accept-language': 'ru' } });
    expect(answer.body).toContain('<html lang="ru">');
    expect(answer.body).not.toContain('<L>');
    expect(answer.body).toContain('&lt;L&gt;');
  });
});

describe('the pages of problems', () => {
  it('are there for every code that the document names and every one of the catalogue and modules', async () => {
    const codes = new Set([
      ...Object.keys(PROBLEMS),
      ...explainedProblems([...builtInModules, ...node.chain.modules.slice(-1)]).map(
        ({ code }) => code,
      ),
      ...operations().flatMap(([, , { responses }]) =>
        Object.values(responses).flatMap((response) => response['x-hefu-codes'] ?? []),
      ),
    ]);
    expect([...codes].filter((code) => code.includes('/')).length).toBeGreaterThan(10);
    const { items } = (await app.inject('/problems')).json<{
      readonly items: readonly { readonly code: string; readonly type: string }[];
    }>();
    expect(new Set(items.map(({ code }) => code))).toEqual(codes);
    for (const { code, type } of items) {
      expect((await app.inject(type)).json(), code).toMatchObject({ code, type });
      const page = await app.inject({ url: `${type}?lang=zh`, headers: { accept: 'text/html' } });
      expect([page.statusCode, page.headers['content-language']], code).toEqual([200, 'zh']);
      expect(page.body, code).toContain(`<code>${code}</code>`);
    }
  });

  it('have the text in each language', async () => {
    for (const language of LANGUAGES) {
      const { title } = PROBLEMS['queue-full'];
      const json = await app.inject(`/problems/queue-full?lang=${language}`);
      expect(json.json()).toMatchObject({ title: title[language] });
    }
    const unknown = await app.inject('/problems/made/up');
    expect(unknown.statusCode).toBe(404);
  });
});
