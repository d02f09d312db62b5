// Goal: every code that this package can give is explained on a page of docs/formats, and no page
// explains a code of a format that no longer exists. Method: the string unions of the sources against
// the first columns of the pages' tables.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PROTOCOL_VECTORS } from './testing/vector-types.ts';

const SOURCES = fileURLToPath(new URL('./', import.meta.url));
const PAGES = fileURLToPath(new URL('../../../docs/formats/', import.meta.url));

/** Codes: literals with a hyphen, as members of a union or as the value of `code`. */
function codesOf(source: string): string[] {
  const unions = source.matchAll(/\| '([a-z]+(?:-[a-z]+)+)'/g);
  const values = source.matchAll(/\bcode: '([a-z]+(?:-[a-z]+)+)'/g);
  return [...unions, ...values].map((match) => match[1] ?? '');
}

/** Not verdicts on a format: of a record, of a line of text, names of lines and steps. */
const ELSEWHERE = new Set(['record-malformed', 'note-malformed', 'vkey-malformed', 'cose-root']);

it('explains every code on a page', () => {
  const sources = readdirSync(SOURCES).filter((name) => /(?<!\.test)\.ts$/.test(name));
  const codes = new Set(sources.flatMap((name) => codesOf(readFileSync(SOURCES + name, 'utf8'))));
  const pages = PROTOCOL_VECTORS.map((name) => readFileSync(`${PAGES}${name}.md`, 'utf8')).join('');
  expect(codes.size).toBeGreaterThan(40);
  for (const code of codes) {
    if (ELSEWHERE.has(code)) continue;
    expect(pages.includes(`\`${code}\``), code).toBe(true);
  }
});

it('explains no code that is not there', () => {
  const sources = readdirSync(SOURCES).map((name) =>
    name.endsWith('.ts') ? readFileSync(SOURCES + name, 'utf8') : '',
  );
  const text = sources.join('\n');
  for (const name of PROTOCOL_VECTORS) {
    const page = readFileSync(`${PAGES}${name}.md`, 'utf8');
    for (const [, code = ''] of page.matchAll(/^\| `([a-z]+(?:-[a-z]+)+)` \|/gm)) {
      expect(text.includes(`'${code}'`), `${name}.md: ${code}`).toBe(true);
    }
  }
});
