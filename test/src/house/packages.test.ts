// Goal: what a package declares, what the compiler is told and what the ladder allows are one.
// Method: read every package.json, tsconfig.json and the lock file of the checkout and compare.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type PackageJson, readJson, ROOT } from './checkout.ts';
import { LADDER } from './ladder.ts';

interface TsConfig {
  readonly references?: readonly { readonly path: string }[];
}

/** The names of the packages that a folder's tsconfig refers to. */
function referencesOf(folder: string): string[] {
  const config = readJson<TsConfig>(folder, 'tsconfig.json');
  return (config.references ?? []).map(
    (reference) => readJson<PackageJson>(folder, reference.path, 'package.json').name,
  );
}

/** The packages of this repository among a folder's dependencies; its tests may need more of them. */
function ownDependenciesOf(folder: string): string[] {
  const { dependencies, devDependencies } = readJson<PackageJson>(folder, 'package.json');
  const names = Object.keys({ ...dependencies, ...devDependencies });
  return names.filter((name) => name.startsWith('@hefu/'));
}

const workspaces = readJson<PackageJson>('package.json').workspaces ?? [];

it('the ladder has every package of the workspace', () => {
  const folders = workspaces.filter((folder) => /^(packages|apps)\//.test(folder));
  expect(folders.toSorted()).toEqual(LADDER.map((each) => each.path).toSorted());
});

it('the root tsconfig builds every workspace', () => {
  const { references = [] } = readJson<TsConfig>('tsconfig.json');
  expect(references.map((each) => each.path).toSorted()).toEqual(workspaces.toSorted());
});

describe.each(workspaces)('%s', (folder) => {
  it('depends on exactly the packages that its tsconfig refers to', () => {
    expect(ownDependenciesOf(folder).toSorted()).toEqual(referencesOf(folder).toSorted());
  });

  it('pins every dependency to one exact version', () => {
    const { dependencies, devDependencies } = readJson<PackageJson>(folder, 'package.json');
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    }
  });
});

describe.each(LADDER)('$name', ({ folder, path, name, may }) => {
  it('has the name of its folder', () => {
    const prefix = folder.startsWith('modules/') ? 'module-' : '';
    expect(name).toBe(`@hefu/${prefix}${basename(folder)}`);
    expect(readJson<PackageJson>(path, 'package.json').name).toBe(name);
  });

  it('refers only to packages that the ladder allows', () => {
    for (const reference of referencesOf(path)) {
      expect(may, `${name} -> ${reference}`).toContain(reference);
    }
  });
});

describe('the lock file', () => {
  interface Lock {
    readonly packages: Readonly<
      Record<string, PackageJson & { resolved?: string; link?: boolean; integrity?: string }>
    >;
  }
  const lock = readJson<Lock>('package-lock.json');

  it('names no address that a package was downloaded from', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(
      /"https?:\/\/[^"]*\.tgz/,
    );
  });

  it('holds the hash of everything that is downloaded', () => {
    for (const [path, entry] of Object.entries(lock.packages)) {
      if (!path.includes('node_modules/') || entry.link === true) continue;
      expect(entry.integrity, path).toMatch(/^sha512-/);
    }
  });

  it.each(['', ...workspaces])('agrees with the package.json of "%s"', (folder) => {
    const manifest = readJson<PackageJson>(folder, 'package.json');
    const locked = lock.packages[folder];
    expect(locked?.dependencies ?? {}).toEqual(manifest.dependencies ?? {});
    expect(locked?.devDependencies ?? {}).toEqual(manifest.devDependencies ?? {});
    expect(locked?.optionalDependencies ?? {}).toEqual(manifest.optionalDependencies ?? {});
  });
});
