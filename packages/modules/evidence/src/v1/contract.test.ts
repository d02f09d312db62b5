// Goal: a deposit is kept, told and answered as declared, and each refusal has its code.
// Method: the kit's test host, which runs each call twice and compares; both suites.
import { manifestOf, NOBODY } from '@hefu/contract';
import { createTestHost } from '@hefu/contract/testing';
import { describe, expect, it } from 'vitest';
import { buildBatch } from '../batch/build-batch.ts';
import type { Item } from '../item/item.ts';
import { evidenceV1 } from './contract.ts';

const sha256 = new Uint8Array(32).fill(1);
const sm3 = new Uint8Array(32).fill(2);
const file: Item = { kind: 'file', sha256, sm3, name: 'a.pdf', case: 'C-1', size: 10 };

describe.each(['international', 'gm'] as const)('evidence on a chain of suite %s', (suite) => {
  it('keeps a single deposit under the id of its statement', () => {
    const host = createTestHost({ contract: evidenceV1, suite });
    const ann = host.caller('acme/ann');
    const output = host.must(ann, 'deposit', { item: file, readers: 'public' });
    const [[deposit, record] = []] = host.values('deposits');
    expect(output).toEqual({ deposit });
    expect(record).toEqual({
      type: 'single',
      depositor: 'acme/ann',
      organisation: 'acme',
      time: host.time,
      height: host.height,
      case: 'C-1',
      readers: 'public',
      item: file,
    });
    expect(host.events).toEqual([
      {
        contract: 'evidence',
        name: 'deposited',
        data: {
          deposit,
          depositor: 'acme/ann',
          organisation: 'acme',
          item: file,
          readers: 'public',
        },
      },
    ]);
  });

  it('keeps a batch by its root, count and attachment', () => {
    const host = createTestHost({ contract: evidenceV1, suite });
    const batch = buildBatch([file, file], suite === 'gm' ? 'sm3' : 'sha256');
    const args = {
      root: batch.root,
      count: 2,
      attachment: { digest: batch.digest, size: batch.bundle.length },
      title: 'Two files',
      readers: ['acme', 'court'],
    };
    const output = host.must(host.caller('acme/ann'), 'depositBatch', args);
    const [[deposit, record] = []] = host.values('deposits');
    expect(output).toEqual({ deposit });
    const who = { depositor: 'acme/ann', organisation: 'acme' };
    const { time, height } = host;
    expect(record).toEqual({ type: 'batch', ...who, time, height, ...args });
    expect(host.events).toEqual([
      { contract: 'evidence', name: 'batch-deposited', data: { deposit, ...who, ...args } },
    ]);
  });
});

describe('refusals', () => {
  const batchArgs = {
    root: sha256,
    count: 1,
    attachment: { digest: sha256, size: 40 },
    readers: 'consortium',
  };
  const cases: readonly (readonly [string, string, object, string])[] = [
    [
      'an item without digest',
      'deposit',
      { item: { kind: 'digest', name: 'x' }, readers: 'public' },
      'evidence/item-without-digest',
    ],
    [
      'readers without the depositor',
      'deposit',
      { item: file, readers: ['court'] },
      'evidence/readers-without-depositor',
    ],
    [
      'no readers at all',
      'deposit',
      { item: file, readers: [] },
      'evidence/readers-without-depositor',
    ],
    [
      'a batch that its depositor may not read',
      'depositBatch',
      { ...batchArgs, readers: ['court'] },
      'evidence/readers-without-depositor',
    ],
  ];
  it.each(cases)('of %s', (_, method, args, code) => {
    const host = createTestHost({ contract: evidenceV1 });
    expect(host.call(host.caller('acme/ann'), method, args)).toMatchObject({ code });
    expect(host.values('deposits')).toEqual([]);
    expect(host.events).toEqual([]);
  });

  const wrongArgs: readonly (readonly [string, string, object, string])[] = [
    ['no item', 'deposit', { readers: 'public' }, '/item'],
    ['no readers', 'deposit', { item: file }, '/readers'],
    [
      'a file without SM3',
      'deposit',
      { item: { kind: 'file', sha256 }, readers: 'public' },
      '/item/sm3',
    ],
    ['another word for readers', 'deposit', { item: file, readers: 'all' }, '/readers'],
    ['an organisation that is none', 'deposit', { item: file, readers: ['A B'] }, '/readers/0'],
    ['an empty batch', 'depositBatch', { ...batchArgs, count: 0 }, '/count'],
    ['a batch that is too large', 'depositBatch', { ...batchArgs, count: 100_001 }, '/count'],
    ['a root that is none', 'depositBatch', { ...batchArgs, root: 'ab' }, '/root'],
    ['no attachment', 'depositBatch', { ...batchArgs, attachment: undefined }, '/attachment'],
    [
      'an attachment of nothing',
      'depositBatch',
      { ...batchArgs, attachment: { digest: sha256, size: 0 } },
      '/attachment/size',
    ],
    ['a field of its own', 'depositBatch', { ...batchArgs, items: [] }, '/items'],
  ];
  it.each(wrongArgs)('of arguments with %s', (_, method, args, pointer) => {
    const host = createTestHost({ contract: evidenceV1 });
    const defined = Object.fromEntries(
      Object.entries(args).filter(([, value]) => value !== undefined),
    );
    const outcome = host.call(host.caller('acme/ann'), method, defined);
    expect(outcome.code).toBe('args-invalid');
    const errors = (outcome.data?.['errors'] ?? []) as readonly { readonly pointer: string }[];
    expect(errors.map((error) => error.pointer)).toContain(pointer);
  });

  it('of what nobody signed', () => {
    const host = createTestHost({ contract: evidenceV1 });
    const outcome = host.call(NOBODY, 'deposit', { item: file, readers: 'public' });
    expect(outcome.code).toBe('not-permitted');
  });
});

describe('the manifest', () => {
  it('says who reads what, and what travels beside', () => {
    const manifest = manifestOf(evidenceV1);
    expect(manifest.methods['depositBatch']?.attachment).toMatchObject({
      field: 'attachment',
      items: { root: 'root', count: 'count' },
    });
    expect(manifest.methods['deposit']?.readers).toEqual({ kind: 'field', field: 'readers' });
    expect(manifest.collections['deposits']?.readers).toEqual({ kind: 'field', field: 'readers' });
  });
});
