import type { Language } from '../../problems/definition.ts';
import { LANGUAGES } from '../../problems/definition.ts';
import type { ApiDocument, ApiDocumentOperation, ApiDocumentResponse } from './document.ts';
import { escapeHtml, htmlPage } from './html.ts';
import { LANGUAGE_NAMES, PAGE_TEXTS } from './page-texts.ts';
import type { PageTexts } from './page-texts.ts';

/** The OpenAPI document as a page for people. */
export function renderApiPage(document: ApiDocument, language: Language): string {
  const texts = PAGE_TEXTS[language];
  const operations = operationsOf(document);
  const sections = document.tags.map(({ name, description }) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<section id="${escapeHtml(name)}"><h2>${escapeHtml(name)}</h2>
<p class="quiet">${escapeHtml(description)}</p>
${own.map((each) => operationHtml(each, texts)).join('\n')}</section>`;
  });
  const schemas = Object.entries(
    (document.components['schemas'] ?? {}) as Readonly<Record<string, unknown>>,
  ).map(
    ([name, schema]) =>
      `<details id="schema-${escapeHtml(name)}"><summary><code>${escapeHtml(name)}</code></summary>${jsonHtml(schema)}</details>`,
  );
  const body = `${languageLinks()}
<h1>${texts.apiTitle}</h1>
<p>${texts.apiLead} <a href="/openapi.json">${texts.document}</a> · <a href="/problems">${texts.problems}</a></p>
<p>${escapeHtml(document.info.description)}</p>
<nav>${document.tags.map(({ name }) => `<a href="#${escapeHtml(name)}">${escapeHtml(name)}</a>`).join('')}</nav>
${sections.join('\n')}
<section><h2>${texts.schemas}</h2>${schemas.join('\n')}</section>`;
  return htmlPage(language, texts.apiTitle, body);
}

/** Links to the same page in each language. */
export function languageLinks(): string {
  const links = LANGUAGES.map(
    (each) =>
      `<a href="?lang=${each}" lang="${each}" hreflang="${each}">${LANGUAGE_NAMES[each]}</a>`,
  );
  return `<nav>${links.join('')}</nav>`;
}

interface ListedOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: ApiDocumentOperation;
}

function operationsOf({ paths }: ApiDocument): readonly ListedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

function operationHtml({ method, path, operation }: ListedOperation, texts: PageTexts): string {
  const { operationId, summary, description, parameters = [], requestBody } = operation;
  return `<details id="${escapeHtml(operationId)}">
<summary><span class="method">${method}</span> <code>${escapeHtml(path)}</code> ${escapeHtml(summary)}</summary>
${description === undefined ? '' : `<p>${escapeHtml(description)}</p>`}
<p class="quiet">${texts.access[accessOf(operation)]}</p>
${parameters.length === 0 ? '' : parametersHtml(parameters, texts)}
${requestBody === undefined ? '' : `<h4>${texts.body}</h4>${contentHtml(requestBody.content, texts)}`}
<h4>${texts.answers}</h4>
<table><thead><tr><th>${texts.status}</th><th>${texts.meaning}</th></tr></thead><tbody>
${Object.entries(operation.responses)
  .map(([status, response]) => responseHtml(status, response, texts))
  .join('\n')}
</tbody></table></details>`;
}

function accessOf({ security }: ApiDocumentOperation): keyof PageTexts['access'] {
  if (security.length === 0) return 'public';
  return security.some((each) => Object.keys(each).length === 0) ? 'reader' : 'closed';
}

function parametersHtml(
  parameters: NonNullable<ApiDocumentOperation['parameters']>,
  texts: PageTexts,
): string {
  const rows = parameters.map(
    (each) =>
      `<tr><td><code>${escapeHtml(each.name)}</code>${
        each.required === true ? ` <span class="quiet">${texts.required}</span>` : ''
      }</td><td>${each.in}</td><td><code>${escapeHtml(JSON.stringify(each.schema))}</code></td><td>${escapeHtml(each.description ?? '')}</td></tr>`,
  );
  return `<h4>${texts.parameters}</h4><table><thead><tr><th>${texts.name}</th><th>${texts.place}</th><th>${texts.form}</th><th>${texts.meaning}</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function responseHtml(status: string, response: ApiDocumentResponse, texts: PageTexts): string {
  const codes = response['x-hefu-codes'];
  const links = codes?.map(
    (code) => `<a href="/problems/${escapeHtml(code)}"><code>${escapeHtml(code)}</code></a>`,
  );
  const about =
    links === undefined
      ? `${escapeHtml(response.description)}${contentHtml(response.content ?? {}, texts)}`
      : `${texts.codes}: ${links.join(', ')}`;
  return `<tr><td>${status}</td><td>${about}</td></tr>`;
}

function contentHtml(content: Readonly<Record<string, unknown>>, texts: PageTexts): string {
  return Object.entries(content)
    .map(([type, value]) => {
      const { schema, example } = value as {
        readonly schema?: unknown;
        readonly example?: unknown;
      };
      return `<details><summary><code>${escapeHtml(type)}</code></summary>${
        schema === undefined ? '' : jsonHtml(schema)
      }${example === undefined ? '' : `<p>${texts.example}</p>${jsonHtml(example)}`}</details>`;
    })
    .join('');
}

function jsonHtml(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
  return `<pre>${escapeHtml(text)}</pre>`;
}
