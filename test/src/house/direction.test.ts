// Goal: the linter lets a package import exactly what the ladder allows.
// Method: lint, under the real configuration, one made-up file for each pair of packages and
// compare the set of refused imports with the ladder table.
import { expect, it } from 'vitest';
import { LADDER, type Rung } from './ladder.ts';
import { lintFiles } from './oxlint.ts';

/** How one package would name another: crypto has no root, and clients take a module's `./api`. */
function specifierOf(importer: Rung, imported: Rung): string {
  if (imported.name === '@hefu/crypto') return '@hefu/crypto/hash';
  if (importer.name === '@hefu/sdk' && imported.folder.startsWith('modules/')) {
    return `${imported.name}/api`;
  }
  return imported.name;
}

function probes(fileName: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const importer of LADDER) {
    const lines = LADDER.filter((imported) => imported !== importer).map((imported, index) => {
      const name = `x${index}`;
      return `import { ${name} } from '${specifierOf(importer, imported)}';\nexport const use${name} = [${name}];`;
    });
    files.set(`${importer.path}/src/${fileName}`, `${lines.join('\n')}\n`);
  }
  return files;
}

it.each(['probe.ts', 'probe.test.ts', 'testing/probe.ts'])(
  'refuses in %s exactly the imports that go against the ladder',
  (fileName) => {
    const refused = new Set<string>();
    for (const finding of lintFiles(probes(fileName))) {
      if (finding.rule !== 'eslint(no-restricted-imports)') continue;
      const specifier = /'([^']+)'/.exec(finding.message)?.[1] ?? finding.message;
      refused.add(`${finding.file} -> ${specifier}`);
    }
    const expected = new Set<string>();
    for (const importer of LADDER) {
      for (const imported of LADDER) {
        if (imported === importer || importer.may.includes(imported.name)) continue;
        const file = `${importer.path}/src/${fileName}`;
        expected.add(`${file} -> ${specifierOf(importer, imported)}`);
      }
    }
    expect([...refused].toSorted()).toEqual([...expected].toSorted());
    expect(expected.size).toBeGreaterThan(LADDER.length);
  },
);
