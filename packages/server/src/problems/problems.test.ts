// The catalogue of problems: complete in three languages, bounded in its words, and the same as docs/reference/problems.md.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isProblemCode, PROBLEM_CODE_PATTERN, problemDefinition, PROBLEMS } from './catalogue.ts';
import type { ProblemDefinition } from './definition.ts';
import { LANGUAGES } from './definition.ts';
import { chooseLanguage } from './language.ts';
import { renderProblem } from './render.ts';
import { traceIdOf } from './trace-id.ts';

const ALL: readonly [string, ProblemDefinition][] = Object.entries(PROBLEMS);

describe('catalogue', () => {
  it.each(ALL)(
    '%s has a status of its kind and a sentence in each language',
    (code, definition) => {
      expect(code).toMatch(PROBLEM_CODE_PATTERN);
      expect(definition.status).toBeGreaterThanOrEqual(400);
      expect(definition.status).toBeLessThan(600);
      for (const language of LANGUAGES) expect(definition.title[language]).toMatch(/\S.*[.。]$/u);
      expect(new Set(LANGUAGES.map((language) => definition.title[language])).size).toBe(3);
      expect(definition.title.zh).toMatch(/\p{Script=Han}/u);
      expect(definition.title.ru).toMatch(/\p{Script=Cyrillic}/u);
    },
  );

  it('calls retryable what may pass, and nothing that is the client’s fault', () => {
    const mayPass = new Set([408, 429, 503, 504, 507]);
    for (const [code, { status, retryable }] of ALL) {
      expect(retryable, code).toBe(mayPass.has(status) || code === 'idempotency-in-flight');
    }
  });

  it('takes contracts’ refusals as such, and unknown codes as faults of ours', () => {
    expect(problemDefinition('evidence/already-deposited')).toBe(PROBLEMS.refused);
    expect(problemDefinition('made-up')).toBe(PROBLEMS['internal-error']);
    expect(isProblemCode('constructor')).toBe(false);
  });
});

describe('docs/reference/problems.md', () => {
  it('lists exactly the codes of the catalogue, as they are', () => {
    const page = new URL('../../../../docs/reference/problems.md', import.meta.url);
    const rows = readFileSync(page, 'utf8')
      .split('\n')
      .filter((line) => /^\| `[a-z-]+` \| \d{3} \|/.test(line));
    const wanted = ALL.map(
      ([code, { status, retryable, title }]) =>
        `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${title.en} |`,
    );
    expect(rows).toEqual(wanted);
  });
});

describe('rendering', () => {
  it('gives a whole problem document', () => {
    const rendered = renderProblem(
      'queue-full',
      { detail: 'more', errors: [], extensions: { data: 1 } },
      { language: 'zh', traceId: 'a'.repeat(32) },
    );
    expect(rendered.status).toBe(503);
    expect(rendered.headers).toEqual({
      'content-type': 'application/problem+json',
      'content-language': 'zh',
      'cache-control': 'no-store',
      'retry-after': '1',
    });
    expect(rendered.document).toEqual({
      type: '/problems/queue-full',
      title: PROBLEMS['queue-full'].title.zh,
      status: 503,
      detail: 'more',
      code: 'queue-full',
      retryable: true,
      errors: [],
      data: 1,
      instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
      traceId: 'a'.repeat(32),
    });
  });

  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh-Hans-CN', 'zh'],
    ['ru-RU,ru;q=0.9,en;q=0.8', 'ru'],
    ['en;q=0.1, zh;q=0.2', 'zh'],
    ['de, fr', 'en'],
    ['zh;q=0', 'en'],
    ['zh;q=7, ru;q=0.3', 'ru'],
    ['*', 'en'],
    [';;;,,,', 'en'],
    ['zh,'.repeat(10_000), 'zh'],
  ])('speaks for Accept-Language %s', (header, language) => {
    expect(chooseLanguage(header?.slice(0, 60_000))).toBe(language);
  });

  it('makes a trace id where none of the right form came', () => {
    const good = '0af7651916cd43dd8448eb211c80319c';
    expect(traceIdOf(`00-${good}-b7ad6b7169203331-01`)).toBe(good);
    const bad = [undefined, '', good, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, ['a', 'b']];
    for (const header of bad) expect(traceIdOf(header)).toMatch(/^[0-9a-f]{32}$/);
    expect(traceIdOf(undefined)).not.toBe(traceIdOf(undefined));
  });
});
