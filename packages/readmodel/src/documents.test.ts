// Goal: the reference page has every code and every limit, with the values that count. Method: the page's tables are read
// and compared with the code's own lists, both ways.
import { documentedRows } from '@hefu/bytes/testing';
import { expect, it } from 'vitest';
import { READ_MODEL_ERROR_CODES } from './errors.ts';
import * as limits from './limits.ts';

const PAGE = 'reference/read-models.md';

it('the page has every code once', () => {
  const documented = documentedRows(PAGE, /^`(?!hefu)[a-z-]+`$/).map(([name]) => name);
  expect(documented.toSorted()).toEqual([...READ_MODEL_ERROR_CODES].toSorted());
});

it('the page has the limits as they are', () => {
  const documented = new Map(documentedRows(PAGE, /^`[A-Z_]+`$/));
  expect([...documented.keys()].toSorted()).toEqual([
    'FEED_ANSWER_MAX_MS',
    'FEED_BLOCKS_MAX',
    'HANDLER_MAX_MS',
    'QUERIES_WAITING_MAX',
    'QUERY_MAX_MS',
    'QUERY_ROWS_MAX',
    'TRANSACTION_AGE_MAX_MS',
    'WAITING_BLOCKS_MAX',
  ]);
  for (const [name, value] of Object.entries(limits)) {
    if (documented.has(name)) {
      expect(value.toLocaleString('en-US'), name).toBe(documented.get(name));
    }
  }
});
