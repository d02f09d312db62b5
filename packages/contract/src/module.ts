import type { Contract } from './definitions.ts';
import type { ProjectionDefinition } from './projection.ts';
import type { RouteDefinition } from './route.ts';

/** Texts for people: by locale (`en`, `zh`, `ru`), then by key (`refusal.already-deposited`). */
export type ModuleTexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** An application: every version of its contract, its read models, its addresses, its texts. */
export interface ModuleDefinition {
  readonly name: string;
  /** Ascending; all have the module's name. */
  readonly versions: readonly Contract[];
  readonly projections: readonly ProjectionDefinition[];
  readonly routes: readonly RouteDefinition[];
  readonly texts: ModuleTexts;
}

/** Declares a module. Throws a TypeError when its versions are not 1, 2, 3, … of one name. */
export function defineModule(draft: {
  readonly name: string;
  readonly versions: readonly Contract[];
  readonly projections?: readonly ProjectionDefinition[];
  readonly routes?: readonly RouteDefinition[];
  readonly texts?: ModuleTexts;
}): ModuleDefinition {
  checkVersions(draft.name, draft.versions);
  return Object.freeze({
    name: draft.name,
    versions: Object.freeze([...draft.versions]),
    projections: Object.freeze([...(draft.projections ?? [])]),
    routes: Object.freeze([...(draft.routes ?? [])]),
    texts: draft.texts ?? {},
  });
}

function checkVersions(name: string, versions: readonly Contract[]): void {
  if (versions.length === 0) throw new TypeError(`module ${name}: no version`);
  for (const [index, contract] of versions.entries()) {
    if (contract.name !== name) {
      throw new TypeError(`module ${name}: contract ${contract.name} has another name`);
    }
    const previous = versions[index - 1];
    if (previous !== undefined && contract.version !== previous.version + 1) {
      throw new TypeError(`module ${name}: version ${contract.version} after ${previous.version}`);
    }
    if (previous !== undefined && contract.migrate?.from !== previous.version) {
      throw new TypeError(`module ${name}: version ${contract.version} lacks its migration`);
    }
  }
}
