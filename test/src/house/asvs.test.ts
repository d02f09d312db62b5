// Goal: the walk through OWASP ASVS leaves no requirement out and names no test that there is not. Method: the page against the numbering of the
// standard (5.0.0, levels 1 and 2) and against the sources of the tests it names.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './checkout.ts';

const PAGE = 'docs/security/asvs.md';
/** Requirements of levels 1 and 2 of each section: they are its first ones. */
const SECTIONS: readonly (readonly [string, number])[] = `
  1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2
  4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3
  6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2
  10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1
  12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3
  15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
`
  .trim()
  .split(/\s+/)
  .map((each) => {
    const [section = '', count = ''] = each.split(':');
    return [section, Number(count)];
  });
/** What the standard counts. */
const REQUIREMENTS = 253;
const VERDICTS = ['met', 'partly', 'not met', 'does not apply'];

const text = readFileSync(join(ROOT, PAGE), 'utf8');
const cells = text
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()));
const rows = cells
  .map(([, ids = '', verdict = '', how = '', tests = '']) => ({ ids, verdict, how, tests }))
  .filter(({ ids }) => /^\d+\.\d+\.\d+/.test(ids));

/** `1.2.6–8` as what it stands for. */
function expand(ids: string): string[] {
  const [, section = '', from = '', to = from] = /^(\d+\.\d+)\.(\d+)(?:–(\d+))?$/.exec(ids) ?? [];
  const count = Number(to) - Number(from) + 1;
  return Array.from({ length: count }, (_, index) => `${section}.${Number(from) + index}`);
}

const files = new Map(
  cells.flatMap(([, name = '', path = '']): [string, string][] => {
    const [, file] = /^`([\w./-]+\.test\.ts)`$/.exec(name) ?? [];
    const [, where] = /^`([\w./-]+)`$/.exec(path) ?? [];
    return file === undefined || where === undefined ? [] : [[file, where]];
  }),
);
const named = [
  ...new Map(
    [...text.matchAll(/`([\w./-]+\.test\.ts) › ([^`]+)`/g)].map(([whole, file = '', name = '']) => [
      whole,
      { file, name },
    ]),
  ).values(),
];

describe('docs/security/asvs.md', () => {
  it('has every requirement of the levels once, with a verdict and how', () => {
    const wanted = SECTIONS.flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
    );
    expect(wanted).toHaveLength(REQUIREMENTS);
    expect(rows.flatMap(({ ids }) => expand(ids))).toEqual(wanted);
    for (const { ids, verdict, how } of rows) {
      expect(VERDICTS, ids).toContain(verdict);
      expect(how.length, ids).toBeGreaterThan(3);
    }
  });

  it('counts its verdicts right', () => {
    for (const verdict of VERDICTS) {
      const count = rows
        .filter((row) => row.verdict === verdict)
        .flatMap(({ ids }) => expand(ids)).length;
      expect(text, verdict).toContain(`| ${verdict} | ${count} |`);
    }
    expect(text).toContain(`its ${REQUIREMENTS} requirements`);
  });

  it('names each file of tests once, and there it is', () => {
    expect(files.size).toBeGreaterThan(30);
    for (const [name, path] of files) {
      expect(path.endsWith(name), name).toBe(true);
      expect(existsSync(join(ROOT, path)), path).toBe(true);
    }
    expect(new Set(named.map(({ file }) => file))).toEqual(new Set(files.keys()));
  });

  it.each(named)('$file has the test "$name"', ({ file, name }) => {
    const source = readFileSync(join(ROOT, files.get(file) ?? ''), 'utf8');
    const found = ["'", '`', '"'].some((quote) => source.includes(`${quote}${name}${quote}`));
    expect(found, `${file} › ${name}`).toBe(true);
  });
});
