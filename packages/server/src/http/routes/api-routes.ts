import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { NodeHost } from '../../chain-host.ts';
import { LANGUAGES } from '../../problems/definition.ts';
import type { Language } from '../../problems/definition.ts';
import { explainedProblems, explainProblem } from '../../problems/explain.ts';
import { chooseLanguage } from '../../problems/language.ts';
import { ProblemError } from '../../problems/problem-error.ts';
import { renderProblemList, renderProblemPage } from '../../problems/problem-page.ts';
import { problemType } from '../../problems/render.ts';
import { chooseMediaType } from '../accept.ts';
import { renderApiPage } from '../openapi/api-page.ts';
import type { CollectedRoute } from '../openapi/collect.ts';
import { buildDocument } from '../openapi/document.ts';
import type { ApiDocument } from '../openapi/document.ts';
import { sendPage } from '../openapi/html.ts';
import { json, NOT_MODIFIED } from '../openapi/operation.ts';
import type { App } from '../zod-provider.ts';

const pageQuery = z.strictObject({
  lang: z.enum(LANGUAGES).optional().describe('Language of the page, before `Accept-Language`.'),
});

const problemView = z.strictObject({
  type: z.string(),
  code: z.string(),
  status: z.int(),
  retryable: z.boolean(),
  title: z.string(),
});

const OFFERS = ['application/json', 'text/html'] as const;
const HTML = { 'text/html': { schema: 'text' } } as const;

const VIEW_EXAMPLE = {
  type: '/problems/queue-full',
  code: 'queue-full',
  status: 503,
  retryable: true,
  title: 'Too many statements are waiting; send this one again after a moment.',
};

/**
 * `/openapi.json`, the same for people at `/api`, and a page for each problem code, as JSON or HTML by `Accept`. The
 * document is made when it is first asked for: by then all routes are there, and they do not change.
 */
export function addApiRoutes(
  app: App,
  node: NodeHost,
  routes: () => readonly CollectedRoute[],
): void {
  const modules = [...new Set(node.chains.flatMap((chain) => chain.modules))];
  let document: ApiDocument | undefined;
  // Half a megabyte that anybody may ask for is not made each time.
  let text: Buffer | undefined;
  const pages = new Map<Language, string>();
  const documentNow = (): ApiDocument =>
    (document ??= buildDocument({
      version: node.version.version,
      routes: routes(),
      slugs: node.chains.map(({ slug }) => slug),
      modules: modules.map(({ name }) => name),
    }));
  app.get(
    '/openapi.json',
    {
      config: {
        api: {
          tag: 'node',
          summary: 'This document.',
          access: 'public',
          answers: {
            200: {
              description: 'An OpenAPI 3.1 document.',
              content: json(z.looseObject({ openapi: z.string() })),
            },
            304: NOT_MODIFIED,
          },
        },
      },
    },
    (_request, reply) => {
      text ??= Buffer.from(JSON.stringify(documentNow()), 'utf8');
      return reply
        .type('application/json; charset=utf-8')
        .header('cache-control', 'no-cache')
        .send(text);
    },
  );
  app.get(
    '/api',
    {
      schema: { querystring: pageQuery },
      config: {
        api: {
          tag: 'node',
          summary: 'This document as a page.',
          access: 'public',
          answers: { 200: { description: 'The page.', content: HTML }, 304: NOT_MODIFIED },
        },
      },
    },
    (request, reply) => {
      const language = languageOf(request);
      const page = pages.get(language) ?? renderApiPage(documentNow(), language);
      pages.set(language, page);
      return sendPage(reply, language, page);
    },
  );
  addProblemRoutes(app, modules);
}

type Modules = NodeHost['chains'][number]['modules'];

function addProblemRoutes(app: App, modules: Modules): void {
  app.get(
    '/problems',
    {
      schema: { querystring: pageQuery },
      config: {
        api: {
          tag: 'node',
          summary: 'All problem codes.',
          access: 'public',
          answers: {
            200: {
              description: 'The codes.',
              content: {
                ...json(z.strictObject({ items: z.array(problemView) }), { items: [VIEW_EXAMPLE] }),
                ...HTML,
              },
            },
            304: NOT_MODIFIED,
          },
          problems: ['not-acceptable'],
        },
      },
    },
    (request, reply) => {
      const language = languageOf(request);
      const all = explainedProblems(modules);
      if (wantsPage(request)) return sendPage(reply, language, renderProblemList(all, language));
      return sendJson(reply, language, { items: all.map((each) => viewOf(each, language)) });
    },
  );
  app.get(
    '/problems/*',
    {
      schema: { querystring: pageQuery },
      config: {
        api: {
          tag: 'node',
          summary: 'Explains a problem code.',
          access: 'public',
          wildcard: { name: 'code', description: 'A code, or `contract/code` for a refusal.' },
          answers: {
            200: {
              description: 'What the code says.',
              content: { ...json(problemView, VIEW_EXAMPLE), ...HTML },
            },
            304: NOT_MODIFIED,
          },
          problems: ['not-acceptable'],
        },
      },
    },
    (request, reply) => {
      const { '*': code = '' } = request.params as { readonly '*'?: string };
      const problem = explainProblem(code, modules);
      if (problem === undefined) throw new ProblemError('route-not-found');
      const language = languageOf(request);
      if (wantsPage(request)) {
        return sendPage(reply, language, renderProblemPage(problem, language));
      }
      return sendJson(reply, language, viewOf(problem, language));
    },
  );
}

function viewOf(
  { code, status, retryable, title }: NonNullable<ReturnType<typeof explainProblem>>,
  language: Language,
): z.output<typeof problemView> {
  return { type: problemType(code), code, status, retryable, title: title[language] };
}

function languageOf(request: FastifyRequest): Language {
  const { lang } = request.query as { readonly lang?: Language };
  return lang ?? chooseLanguage(request.headers['accept-language']);
}

function wantsPage(request: FastifyRequest): boolean {
  const type = chooseMediaType(request.headers.accept, OFFERS);
  if (type === undefined) throw new ProblemError('not-acceptable');
  return type === 'text/html';
}

function sendJson(reply: FastifyReply, language: Language, value: object): FastifyReply {
  return reply
    .header('vary', 'Accept, Accept-Language')
    .header('content-language', language)
    .header('cache-control', 'no-cache')
    .send(value);
}
