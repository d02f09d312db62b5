import { languageLinks } from '../http/openapi/api-page.ts';
import { escapeHtml, htmlPage } from '../http/openapi/html.ts';
import { PAGE_TEXTS } from '../http/openapi/page-texts.ts';
import type { Language } from './definition.ts';
import { LANGUAGES } from './definition.ts';
import type { ExplainedProblem } from './explain.ts';

/** The page of one code: what it says in each language, its status, whether to try again. */
export function renderProblemPage(problem: ExplainedProblem, language: Language): string {
  const { code, status, retryable, title } = problem;
  const texts = PAGE_TEXTS[language];
  const others = LANGUAGES.filter((each) => each !== language && title[each] !== title[language]);
  const body = `${languageLinks()}
<h1><code>${escapeHtml(code)}</code></h1>
<p>${escapeHtml(title[language])}</p>
<table><tbody>
<tr><th>${texts.status}</th><td>${status}</td></tr>
<tr><th>${texts.again}</th><td>${retryable ? texts.yes : texts.no}</td></tr>
</tbody></table>
${others.map((each) => `<p class="quiet" lang="${each}">${escapeHtml(title[each])}</p>`).join('\n')}
<p><a href="/problems">${texts.problems}</a> · <a href="/api">${texts.apiTitle}</a></p>`;
  return htmlPage(language, code, body);
}

/** The list of all codes. */
export function renderProblemList(
  problems: readonly ExplainedProblem[],
  language: Language,
): string {
  const texts = PAGE_TEXTS[language];
  const rows = problems.map(
    ({ code, status, title }) =>
      `<tr><td><a href="/problems/${escapeHtml(code)}"><code>${escapeHtml(code)}</code></a></td><td>${status}</td><td>${escapeHtml(title[language])}</td></tr>`,
  );
  const body = `${languageLinks()}
<h1>${texts.problems}</h1>
<p>${texts.problemLead}</p>
<table><tbody>${rows.join('\n')}</tbody></table>`;
  return htmlPage(language, texts.problems, body);
}
