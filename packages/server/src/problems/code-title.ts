import type { ModuleDefinition } from '@hefu/contract';
import { isProblemCode, PROBLEMS } from './catalogue.ts';
import type { Language } from './definition.ts';

/**
 * The sentence for an entry's code: from the catalogue, or for a contract's refusal (`contract/code`) from the module's
 * texts, else from the contract itself. Undefined for `ok`.
 */
export function codeTitle(
  code: string,
  modules: readonly ModuleDefinition[],
  language: Language,
): string | undefined {
  if (code === 'ok') return undefined;
  if (isProblemCode(code)) return PROBLEMS[code].title[language];
  const [contract = '', refusal = ''] = code.split('/');
  const module = modules.find((each) => each.name === contract);
  return (
    module?.texts[language]?.[`refusal.${refusal}`] ??
    module?.versions.findLast((version) => Object.hasOwn(version.refusals, refusal))?.refusals[
      refusal
    ]
  );
}
