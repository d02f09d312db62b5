// Goal: a hundred thousand open cursors cost a node nothing: all that a cursor is travels with who holds it. Method: as many are sealed and
// opened by another seal with the same key (a restart); the memory that the seal itself holds on to is measured.
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createCursorSeal } from './cursor.ts';
import { createTestNode, OPERATOR } from '../testing/test-node.ts';

const CURSORS = 100_000;
/** What may be left of noise in the measurement. */
const HELD_BYTES_MAX = 4 * 1024 * 1024;

it('a hundred thousand of them are held by nobody but their holders, and outlive a restart', () => {
  const key = randomBytes(32);
  const seal = createCursorSeal(key);
  const again = createCursorSeal(key);
  const cursors = Array.from({ length: CURSORS }, (_, i) =>
    seal.seal(`evidence ${i % 7}`, `${i}-0`),
  );
  expect(new Set(cursors).size).toBe(CURSORS);
  const wrong = cursors.filter((each, i) => again.open(`evidence ${i % 7}`, each) !== `${i}-0`);
  expect(wrong).toEqual([]);
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < CURSORS; i++) seal.open(`evidence ${i % 7}`, cursors[i] ?? '');
  globalThis.gc?.();
  // Nothing is kept of what was opened: the seal has the key and no more.
  if (globalThis.gc !== undefined) {
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(HELD_BYTES_MAX);
  }
  expect(Object.keys(seal)).toEqual(['seal', 'open']);
});

it('of a node are taken whenever they come back, in any number and order', async () => {
  await using node = await createTestNode();
  for (let i = 0; i < 30; i++) {
    const url = '/v1/accounts/users';
    const payload = { name: `user-${String(i).padStart(2, '0')}`, roles: ['read-only'] };
    await node.app.inject({ method: 'POST', url, headers: OPERATOR, payload });
  }
  interface Page {
    readonly items: readonly { readonly name: string }[];
    readonly nextCursor: string | null;
  }
  const ask = async (cursor: string | undefined): Promise<Page> => {
    const query = cursor === undefined ? '' : `&cursor=${cursor}`;
    const answer = await node.app.inject({
      url: `/v1/accounts/users?limit=1${query}`,
      headers: OPERATOR,
    });
    expect(answer.statusCode).toBe(200);
    return answer.json<Page>();
  };
  const cursors: [string, string][] = [];
  let { items, nextCursor } = await ask(undefined);
  while (nextCursor !== null) {
    const at = nextCursor;
    ({ items, nextCursor } = await ask(at));
    cursors.push([at, items[0]?.name ?? '']);
  }
  expect(cursors).toHaveLength(29);
  for (const [cursor, name] of cursors.toReversed()) {
    expect((await ask(cursor)).items[0]?.name).toBe(name);
  }
});
