import type { ModuleDefinition } from '@hefu/contract';
import { isProblemCode, PROBLEMS } from './catalogue.ts';
import type { Language, ProblemDefinition } from './definition.ts';
import { LANGUAGES } from './definition.ts';

/** A code and what is to be said of it. */
export interface ExplainedProblem extends ProblemDefinition {
  readonly code: string;
}

/**
 * Every code a node can answer with: the catalogue, then for each module its contract's refusals (`contract/code`) and
 * the problems of its addresses. Where a module has no text in a language, its own sentence stands.
 */
export function explainedProblems(
  modules: readonly ModuleDefinition[],
): readonly ExplainedProblem[] {
  const ours = Object.entries(PROBLEMS).map(([code, definition]) => ({ code, ...definition }));
  const theirs = modules.flatMap((module) => [...refusalsOf(module), ...routeProblemsOf(module)]);
  const byCode = new Map<string, ExplainedProblem>();
  for (const each of [...ours, ...theirs]) if (!byCode.has(each.code)) byCode.set(each.code, each);
  return [...byCode.values()];
}

/** What is to be said of a code; undefined for one that no answer of this node can have. */
export function explainProblem(
  code: string,
  modules: readonly ModuleDefinition[],
): ExplainedProblem | undefined {
  if (isProblemCode(code)) return { code, ...PROBLEMS[code] };
  return explainedProblems(modules).find((each) => each.code === code);
}

function refusalsOf(module: ModuleDefinition): readonly ExplainedProblem[] {
  const { status, retryable } = PROBLEMS.refused;
  const sentences = new Map(module.versions.flatMap((version) => Object.entries(version.refusals)));
  return [...sentences].map(([refusal, sentence]) => ({
    code: `${module.name}/${refusal}`,
    status,
    retryable,
    title: inEach(module, `refusal.${refusal}`, sentence),
  }));
}

function routeProblemsOf(module: ModuleDefinition): readonly ExplainedProblem[] {
  return module.routes.flatMap(({ problems = {} }) =>
    Object.entries(problems).map(([code, { status, title }]) => ({
      code,
      status,
      retryable: false,
      title: inEach(module, `problem.${code}`, title),
    })),
  );
}

function inEach(
  module: ModuleDefinition,
  key: string,
  otherwise: string,
): Readonly<Record<Language, string>> {
  return Object.fromEntries(
    LANGUAGES.map((language) => [language, module.texts[language]?.[key] ?? otherwise]),
  ) as Record<Language, string>;
}
