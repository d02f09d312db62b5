// Goal: the guide knows every code that the client can give, and no others. Method: compare its tables with the code.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { CLIENT_PROBLEMS } from './problem.ts';
import { PROOF_FAULTS } from './proof-error.ts';

const GUIDE = fileURLToPath(new URL('../../../docs/guides/sdk.md', import.meta.url));

/** First cells of the table rows of a section that are one piece of code. */
function codesOf(heading: string): string[] {
  const [, section = ''] = readFileSync(GUIDE, 'utf8').split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code = '']) => code).toSorted();
}

it.each([
  ['When a node is caught', PROOF_FAULTS],
  ['Problems', CLIENT_PROBLEMS],
])('%s', (heading, codes) => {
  expect(codesOf(heading)).toEqual(Object.keys(codes).toSorted());
});
