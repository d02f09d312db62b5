// Goal: the documents lead somewhere, and every package says what it is.
// Method: follow each relative link of each Markdown file; look at each package's README and index.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './checkout.ts';
import { LADDER } from './ladder.ts';

const SKIPPED = new Set(['node_modules', 'dist', 'data', 'coverage', 'test-results', '.git']);

/** The Markdown files of the checkout, as paths from its root. */
function markdownFiles(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** The targets of a document's links that lie in the checkout, without their fragments. */
function relativeLinks(text: string): string[] {
  const withoutCode = text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '');
  return [...withoutCode.matchAll(/\]\(([^()\s]+)\)/g)]
    .map((match) => (match[1] ?? '').replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target));
}

it.each(markdownFiles())('%s links to what exists', (file) => {
  for (const target of relativeLinks(readFileSync(join(ROOT, file), 'utf8'))) {
    expect(existsSync(join(ROOT, dirname(file), target)), `${file} -> ${target}`).toBe(true);
  }
});

it('every page of docs/ is reached from docs/README.md', () => {
  const start = join('docs', 'README.md');
  const reached = new Set([start]);
  for (const file of reached) {
    if (!file.endsWith('.md')) continue;
    for (const target of relativeLinks(readFileSync(join(ROOT, file), 'utf8'))) {
      reached.add(join(dirname(file), target));
    }
  }
  expect(markdownFiles('docs').filter((file) => !reached.has(file))).toEqual([]);
});

it('finds the links of a document', () => {
  const text =
    'See [a](a.md#part), [b](https://example.org/b), `[c](c.md)`.\n```\n[d](d.md)\n```\n';
  expect(relativeLinks(text)).toEqual(['a.md']);
});

describe.each(LADDER)('$name', ({ path: folder, name }) => {
  it('has a README that names it', () => {
    const path = join(ROOT, folder, 'README.md');
    expect(existsSync(path), path).toBe(true);
    expect(readFileSync(path, 'utf8')).toContain(name);
  });

  it('names each of its exports', () => {
    const index = join(ROOT, folder, 'src', 'index.ts');
    const text = existsSync(index) ? readFileSync(index, 'utf8') : '';
    expect(text).not.toMatch(/export\s*\*/);
  });
});
