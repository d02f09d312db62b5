// Goal: the manifest says all that a contract declares, as data that any language reads, and its digest is
// the same for the same declarations. Method: one contract with a bit of everything.
import { encodeCbor, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { collection } from './collection.ts';
import { defineContract } from './definitions.ts';
import { event } from './event.ts';
import { manifestDigest, manifestOf } from './manifest.ts';
import { policy } from './policy.ts';
import { readers } from './readers.ts';
import { bytes, readersSchema, text } from './schema/helpers.ts';

const file = z.strictObject({ digest: bytes({ length: 32 }), size: z.int().min(1) });

function contract(summary: string) {
  return defineContract({
    name: 'shop',
    version: 2,
    collections: {
      goods: collection({
        value: z.strictObject({ case: text.identifier(), readers: readersSchema() }),
        readers: readers.field('readers'),
        indexes: { byCase: { field: 'case' } },
        listed: true,
      }),
    },
    events: { sold: event({ data: z.strictObject({ n: z.int() }), readers: readers.public() }) },
    refusals: { 'sold-out': 'There is none left.' },
    effects: { expire: { args: z.strictObject({ n: z.int().min(0).max(3) }), run() {} } },
    methods: {
      sell: {
        summary,
        args: z.strictObject({ file, root: bytes({ length: 32 }), count: z.int() }),
        output: z.strictObject({ id: text.hex32() }),
        policy: policy.any(
          policy.role('seller'),
          policy.nOf(2, policy.organisation('acme', 'beta')),
        ),
        attachment: { field: 'file', items: { root: 'root', count: 'count', schema: file } },
        run: () => ({ id: '' }),
      },
      look: {
        args: z.strictObject({}),
        policy: policy.anyone(),
        readers: readers.public(),
        run() {},
      },
    },
    migrate: { from: 1, step: () => null },
  });
}

const FILE = {
  type: 'object',
  fields: {
    digest: { type: 'bytes', min: 32, max: 32 },
    size: { type: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER },
  },
  optional: [],
};

describe('manifestOf', () => {
  const manifest = manifestOf(contract('Sells.'));

  it('says all of it', () => {
    expect(manifest).toMatchObject({
      format: 'hefu-contract/1',
      name: 'shop',
      version: 2,
      migratesFrom: 1,
      refusals: { 'sold-out': 'There is none left.' },
      collections: {
        goods: {
          readers: { kind: 'field', field: 'readers' },
          indexes: { byCase: { field: 'case' } },
          listed: true,
        },
      },
      events: { sold: { readers: { kind: 'public' } } },
      effects: {
        expire: { args: { type: 'object', fields: { n: { type: 'integer', min: 0, max: 3 } } } },
      },
      methods: {
        sell: {
          summary: 'Sells.',
          readers: { kind: 'consortium' },
          policy: { kind: 'any' },
          output: { type: 'object' },
          attachment: { field: 'file', items: { root: 'root', count: 'count', schema: FILE } },
        },
        look: { summary: '', readers: { kind: 'public' }, output: null, attachment: null },
      },
    });
  });

  it('is plain data, in JSON and in CBOR', () => {
    expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
    expect(encodeCbor(manifest as unknown as CborValue).length).toBeGreaterThan(500);
  });

  it('has one digest for the same declarations, and another for others', () => {
    const digest = toHex(manifestDigest('sha256', manifest));
    expect(toHex(manifestDigest('sha256', manifestOf(contract('Sells.'))))).toBe(digest);
    expect(toHex(manifestDigest('sha256', manifestOf(contract('Sold.'))))).not.toBe(digest);
    expect(toHex(manifestDigest('sm3', manifest))).not.toBe(digest);
  });
});
