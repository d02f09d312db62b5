// Goal: the example of docs/concepts/contracts.md is whole, runs, and is the one shown. Method: its test as
// the page shows it, and the page compared with the files.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTestHost } from './testing/index.ts';
import { loansV1 } from './testing/example-contract.ts';

describe('the example', () => {
  // The page's test begins here.
  it('lends an instrument, once, and notices when it is overdue', () => {
    const host = createTestHost({ contract: loansV1 });
    const keeper = host.caller('acme/ann', ['keeper']);
    const borrower = host.caller('beta/bo');
    const day = 86_400_000;

    host.must(keeper, 'register', {
      name: 'scope',
      title: 'Microscope',
      readers: ['acme', 'beta'],
    });
    const loan = { name: 'scope', borrower: 'beta/bo', until: host.time + 2 * day };
    expect(host.call(borrower, 'lend', loan).code).toBe('not-permitted');
    expect(host.must(keeper, 'lend', loan)).toEqual({ days: 2 });
    expect(host.call(keeper, 'lend', loan)).toMatchObject({
      code: 'loans/lent-already',
      data: { until: loan.until },
    });

    host.advance(2 * day);
    expect(host.events.at(-1)?.name).toBe('overdue');
    host.must(borrower, 'giveBack', { name: 'scope' });
    expect(host.value('instruments', 'scope')).toMatchObject({ loan: null });
  });
  // The page's test ends here.

  it('refuses all else by name', () => {
    const host = createTestHost({ contract: loansV1 });
    const ann = host.caller('acme/ann', ['keeper']);
    const dan = host.caller('court/dan', ['keeper']);
    const code = (by: typeof ann, method: string, args: object): string =>
      host.call(by, method, args).code;
    const register = { name: 'scope', title: 'Microscope', readers: 'consortium' };
    const until = host.time + 1000;
    const lend = { name: 'scope', borrower: 'beta/bo', until };
    expect(code(ann, 'lend', lend)).toBe('loans/no-such-instrument');
    expect(code(ann, 'giveBack', { name: 'scope' })).toBe('loans/no-such-instrument');
    expect(code(ann, 'register', register)).toBe('ok');
    expect(code(dan, 'register', register)).toBe('loans/already-registered');
    expect(code(ann, 'giveBack', { name: 'scope' })).toBe('loans/not-lent');
    expect(code(dan, 'lend', lend)).toBe('loans/not-yours');
    expect(code(ann, 'lend', { ...lend, until: host.time })).toBe('loans/too-long');
    expect(code(ann, 'lend', { ...lend, until: until + 91 * 86_400_000 })).toBe('loans/too-long');
    expect(code(ann, 'lend', lend)).toBe('ok');
    expect(code(dan, 'giveBack', { name: 'scope' })).toBe('loans/not-yours');
    expect(code(ann, 'giveBack', { name: 'scope' })).toBe('ok');
    // What was taken back never becomes due.
    expect(host.advance(2000)).toEqual([]);
  });
});

describe('docs/concepts/contracts.md', () => {
  const page = readFileSync(
    new URL('../../../docs/concepts/contracts.md', import.meta.url),
    'utf8',
  );
  const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, block]) => block ?? '');

  it('shows the example as it runs', () => {
    const file = readFileSync(new URL('testing/example-contract.ts', import.meta.url), 'utf8');
    const asWritten = file
      .replace("from '../index.ts'", "from '@hefu/contract'")
      .replace("from '../schema/index.ts'", "from '@hefu/contract/schema'");
    expect(blocks[0]).toBe(asWritten);
  });

  it('shows its test as it runs', () => {
    const file = readFileSync(new URL(import.meta.url), 'utf8');
    const between = /begins here\.\n(.*?) {2}\/\/ The page's test ends/s.exec(file)?.[1] ?? 'none';
    const outdented = between.replaceAll(/^ {2}/gm, '');
    expect(blocks[1]).toContain(outdented);
  });
});
