import { randomUUID } from 'node:crypto';
import { problemDefinition } from './catalogue.ts';
import type { Language } from './definition.ts';
import type { FieldError, ProblemData } from './problem-error.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Seconds named in Retry-After when a retryable problem says nothing better. */
const RETRY_AFTER_SECONDS_DEFAULT = 1;

/** A problem document (RFC 9457). */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly code: string;
  readonly retryable: boolean;
  readonly errors?: readonly FieldError[];
  readonly traceId?: string;
}

export interface RenderedProblem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly document: ProblemDocument;
}

export interface RenderOptions {
  readonly language: Language;
  readonly traceId: string;
}

/** The stable URI of a problem; it is served, and explains the code. */
export function problemType(code: string): string {
  return `/problems/${code}`;
}

/** A problem inside a list of results: without `instance` and `traceId`, which belong to the whole answer. */
export function problemItem(code: string, data: ProblemData, language: Language): ProblemDocument {
  const definition = data.definition ?? problemDefinition(code);
  return {
    type: problemType(code),
    title: definition.title[language],
    status: definition.status,
    ...(data.detail === undefined ? {} : { detail: data.detail }),
    code,
    retryable: definition.retryable,
    ...(data.errors === undefined ? {} : { errors: data.errors }),
    ...data.extensions,
  };
}

/** The whole answer for a problem. */
export function renderProblem(
  code: string,
  data: ProblemData,
  options: RenderOptions,
): RenderedProblem {
  const definition = data.definition ?? problemDefinition(code);
  const retryAfter =
    data.retryAfterSeconds ?? (definition.retryable ? RETRY_AFTER_SECONDS_DEFAULT : undefined);
  return {
    status: definition.status,
    headers: {
      'content-type': PROBLEM_MEDIA_TYPE,
      'content-language': options.language,
      'cache-control': 'no-store',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...data.headers,
    },
    document: {
      ...problemItem(code, data, options.language),
      instance: `urn:uuid:${randomUUID()}`,
      traceId: options.traceId,
    },
  };
}
