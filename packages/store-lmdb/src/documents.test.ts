// Goal: the reference page has every code and every limit, with the values that count. Method: the page's tables are read
// and compared with the code's own lists, both ways.
import { documentedRows } from '@hefu/bytes/testing';
import { expect, it } from 'vitest';
import { STORE_ERROR_CODES } from './errors.ts';
import * as limits from './limits.ts';

const PAGE = 'reference/store.md';

it('the page has every code once', () => {
  const documented = documentedRows(PAGE, /^`(?!hefu)[a-z-]+`$/).map(([name]) => name);
  expect(documented.toSorted()).toEqual([...STORE_ERROR_CODES].toSorted());
});

it('the page has the limits as they are', () => {
  const documented = new Map(documentedRows(PAGE, /^`[A-Z_]+`$/));
  expect([...documented.keys()].toSorted()).toEqual([
    'INLINE_BYTES_MAX',
    'KEY_BYTES_MAX',
    'MAP_SIZE_BYTES_DEFAULT',
    'READERS_MAX',
    'SEGMENT_BYTES_MAX',
    'SEGMENT_HANDLES_MAX',
    'VALUE_BYTES_MAX',
  ]);
  for (const [name, value] of Object.entries(limits)) {
    if (documented.has(name)) {
      expect(value.toLocaleString('en-US'), name).toBe(documented.get(name));
    }
  }
});
