import type { ProjectionDefinition } from '@hefu/contract';
import { messageOf, ReadModelError } from '../errors.ts';

/** A projection with the name it has among all. */
export interface NamedProjection {
  /** `module/projection`. */
  readonly name: string;
  readonly module: string;
  readonly definition: ProjectionDefinition;
}

/** The part of a module's definition that is needed here. */
interface ModuleLike {
  readonly name: string;
  readonly projections: readonly ProjectionDefinition[];
}

/** Imports the modules and collects their projections. Throws `modules-invalid`. */
export async function loadProjections(specifiers: readonly string[]): Promise<NamedProjection[]> {
  const projections = new Map<string, NamedProjection>();
  for (const specifier of specifiers) {
    for (const { name: module, projections: definitions } of await modulesOf(specifier)) {
      for (const definition of definitions) {
        const name = `${module}/${definition.name}`;
        if (projections.has(name)) {
          throw new ReadModelError('modules-invalid', `two projections are called ${name}`);
        }
        projections.set(name, { name, module, definition });
      }
    }
  }
  return [...projections.values()];
}

async function modulesOf(specifier: string): Promise<readonly ModuleLike[]> {
  let namespace: Readonly<Record<string, unknown>>;
  try {
    namespace = (await import(specifier)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new ReadModelError(
      'modules-invalid',
      `the module ${specifier} cannot be loaded: ${messageOf(cause)}`,
      { cause },
    );
  }
  const modules = new Set(Object.values(namespace).filter(isModule));
  if (modules.size === 0) {
    throw new ReadModelError('modules-invalid', `${specifier} exports no module`);
  }
  return [...modules];
}

function isModule(value: unknown): value is ModuleLike {
  const draft = value as Partial<ModuleLike> | null | undefined;
  return (
    typeof draft === 'object' &&
    draft !== null &&
    typeof draft.name === 'string' &&
    Array.isArray(draft.projections) &&
    'versions' in draft
  );
}
