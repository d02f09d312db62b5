// Goal: no bit of a receipt can change without being noticed, and nothing that is not a receipt makes
// the verifier throw. Method: flip any one bit of any text in a receipt; feed arbitrary JSON.
import type { Suite } from '@hefu/crypto/algorithm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCbor, utf8Encode } from '@hefu/bytes';
import { buildTree } from '@hefu/merkle';
import { digestContent } from './content.ts';
import { SampleLedger } from './testing/sample-ledger.ts';
import { parseTrust } from './trust.ts';
import { verifyReceipt } from './verify-receipt.ts';

const SUITES: readonly Suite[] = ['international', 'gm'];

/** The receipt of an item, with output and events: every part that a receipt can have. */
function fullReceipt(suite: Suite): { readonly receipt: unknown; readonly ledger: SampleLedger } {
  const ledger = new SampleLedger({ suite, validators: ['acme', 'bank'] });
  const leaves = Array.from({ length: 3 }, (_, i) =>
    encodeCbor({ ...digestContent(utf8Encode(`${i}`)) }),
  );
  const tree = buildTree(
    ledger.hasher,
    leaves.map((leaf) => ledger.hasher.leaf(leaf)),
  );
  ledger.putMember('acme/bob');
  ledger.addBlock([
    {
      member: 'acme/alice',
      args: { root: tree.root, count: 3 },
      output: { records: 3 },
      events: [['evidence/deposited', { records: 3 }]],
    },
    { member: 'acme/alice', args: null },
  ]);
  const item = { item: leaves[1] as Uint8Array, index: 1, path: tree.path(1) };
  return { receipt: ledger.receipt(0, { item }), ledger };
}

/** Every text in a JSON value, by its path. */
function textsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => textsOf(part, [...path, name]));
}

/** The value with one bit of one character changed. */
function flipBit(value: unknown, path: readonly string[], at: number, bit: number): unknown {
  const [name, ...rest] = path;
  if (name === undefined) {
    const text = value as string;
    const code = text.charCodeAt(at) ^ (1 << bit);
    return `${text.slice(0, at)}${String.fromCharCode(code)}${text.slice(at + 1)}`;
  }
  const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  const fields = copy as Record<string, unknown>;
  fields[name] = flipBit(fields[name], rest, at, bit);
  return copy;
}

function textAt(value: unknown, path: readonly string[]): string {
  return path.reduce<unknown>((v, name) => (v as Record<string, unknown>)[name], value) as string;
}

describe.each(SUITES)('a receipt of the %s suite', (suite) => {
  const { receipt, ledger } = fullReceipt(suite);
  const verdict = parseTrust(ledger.trust());
  if (!verdict.ok) throw new Error(verdict.code);
  const { trust } = verdict;
  const paths = textsOf(receipt);
  const place = fc.constantFrom(...paths).chain((path) =>
    fc.record({
      path: fc.constant(path),
      at: fc.nat(textAt(receipt, path).length - 1),
      bit: fc.nat(6),
    }),
  );

  it('holds', () => {
    expect(verifyReceipt({ receipt, trust })).toMatchObject({ ok: true, outcome: 'ok' });
    expect(paths.length).toBeGreaterThan(20);
  });

  it('notices any one bit', () => {
    fc.assert(
      fc.property(place, ({ path, at, bit }) => {
        const damaged = flipBit(receipt, path, at, bit);
        expect(verifyReceipt({ receipt: damaged, trust }).ok).toBe(false);
      }),
      { numRuns: suite === 'gm' ? 400 : 1500 },
    );
  });

  it('is not any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (json) => {
        expect(verifyReceipt({ receipt: json, trust })).toMatchObject({
          ok: false,
          code: 'receipt-malformed',
        });
      }),
    );
  });

  it('is not itself with any part replaced', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(receipt as object)),
        fc.jsonValue({ maxDepth: 2 }),
        (name, part) => {
          const verdictOf = verifyReceipt({
            receipt: { ...(receipt as object), [name]: part },
            trust,
          });
          expect(verdictOf.ok).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});
