import { concatBytes, encodeCbor, u16be } from '@hefu/bytes';
import type { AttachmentDeclaration } from '@hefu/contract';
import { hash } from '@hefu/crypto/hash';
import { buildTree } from '@hefu/merkle';
import { describe, expect, it } from 'vitest';
import {
  ATTACHMENT_BYTES_MAX,
  Attachments,
  KNOWN_ATTACHMENTS_MAX,
  PUBLIC_STAGED_BYTES_MAX,
  PUBLIC_STAGED_MAX,
  STAGED_AGE_MAX_MS,
  STAGED_BYTES_MAX,
  STAGED_MAX,
} from './attachments.ts';
import type { AttachmentSender } from './attachments.ts';
import { miniChain, miniModules } from './testing/index.ts';

// Goal: attachments wait for their statement within bounds, are told from what a statement says of them, and are checked once. Method:
// staging and naming by hand, with a count of how often items are checked and stored bytes are read.

const { spec } = miniChain();
const declared = miniModules[1]?.versions[0]?.methods['attach']?.attachment?.items;
if (declared === undefined) throw new Error('no method of the mini contracts takes items');
const items = declared;
const declaration: AttachmentDeclaration = { field: 'file', items };
const plain: AttachmentDeclaration = { field: 'file' };
const OK = { ok: true };

interface Setting {
  readonly attachments: Attachments;
  readonly stored: Map<string, Uint8Array>;
  readonly counts: { checks: number; reads: number };
}

function setting(): Setting {
  const stored = new Map<string, Uint8Array>();
  const counts = { checks: 0, reads: 0 };
  const attachments = new Attachments({
    spec,
    stored: (digest) => {
      counts.reads++;
      return stored.get(String(digest));
    },
    itemCheck: (asked) => (item) => {
      counts.checks++;
      return asked === items || item.length < 3 ? undefined : { code: 'item-invalid' };
    },
  });
  return { attachments, stored, counts };
}

function bundleOf(count: number): {
  readonly bytes: Uint8Array;
  readonly args: { readonly file: { readonly digest: Uint8Array; readonly size: number } };
} {
  const parts = Array.from({ length: count }, (_, i) => encodeCbor(['item', i]));
  const bytes = concatBytes(...parts.flatMap((part) => [u16be(part.length), part]));
  const { root } = buildTree(
    spec.hasher,
    parts.map((part) => spec.hasher.leaf(part)),
  );
  const file = { digest: hash('sha256', bytes), size: bytes.length };
  return { bytes, args: { file, root, count } as { file: typeof file } };
}

describe('staged attachments', () => {
  it('wait their time, from when they were last sent', () => {
    const { attachments } = setting();
    const { bytes, args } = bundleOf(1);
    attachments.stage(bytes, 0, 'operator');
    attachments.stage(bytes, STAGED_AGE_MAX_MS, 'operator');
    attachments.dropOld(2 * STAGED_AGE_MAX_MS);
    expect(attachments.check(plain, args)).toMatchObject({ ok: true, attachment: { bytes } });
    attachments.dropOld(2 * STAGED_AGE_MAX_MS + 1);
    expect(attachments.check(plain, args)).toEqual({ ok: false, code: 'attachment-missing' });
  });

  it('are let go in the order of their age, whichever came first', () => {
    const { attachments } = setting();
    const [early, late] = [bundleOf(1), bundleOf(2)];
    attachments.stage(early.bytes, 0, 'operator');
    attachments.stage(late.bytes, 1, 'operator');
    attachments.stage(early.bytes, STAGED_AGE_MAX_MS, 'operator');
    attachments.dropOld(STAGED_AGE_MAX_MS + 2);
    expect(attachments.check(plain, early.args)).toMatchObject({ ok: true });
    expect(attachments.check(plain, late.args)).toMatchObject({ ok: false });
  });

  it('are let go when a block has stored them, and found there', () => {
    const { attachments, stored } = setting();
    const { bytes, args } = bundleOf(2);
    attachments.stage(bytes, 0, 'operator');
    expect(attachments.check(declaration, args)).toMatchObject({ ok: true, attachment: { bytes } });
    stored.set(String(args.file.digest), bytes);
    attachments.committed(args.file.digest);
    expect(attachments.check(declaration, args)).toEqual({ ok: true });
  });

  it('are bounded each, in number and in bytes', () => {
    const { attachments } = setting();
    const large = new Uint8Array(ATTACHMENT_BYTES_MAX + 1);
    expect(attachments.stage(large, 0, 'operator')).toEqual({
      ok: false,
      code: 'attachment-too-large',
    });
    const count = STAGED_BYTES_MAX / ATTACHMENT_BYTES_MAX;
    for (let i = 0; i < count; i++) {
      large[0] = i;
      expect(
        attachments.stage(large.subarray(0, ATTACHMENT_BYTES_MAX), 0, 'operator'),
      ).toMatchObject({
        ok: true,
      });
    }
    expect(attachments.stage(Uint8Array.of(1), 0, 'operator')).toEqual({
      ok: false,
      code: 'attachments-full',
    });
    // What waited too long makes room by itself.
    expect(attachments.stage(Uint8Array.of(1), STAGED_AGE_MAX_MS + 1, 'operator')).toMatchObject({
      ok: true,
    });
    const many = setting().attachments;
    for (let i = 0; i < STAGED_MAX; i++) many.stage(u16be(i), 0, 'operator');
    expect(many.stage(Uint8Array.of(1, 2, 3), 0, 'operator')).toEqual({
      ok: false,
      code: 'attachments-full',
    });
  });
});

describe('the share of anybody', () => {
  const shareFull = { ok: false, code: 'attachments-share-full' };

  it('leaves the operator room, in bytes', () => {
    const { attachments } = setting();
    const part = new Uint8Array(ATTACHMENT_BYTES_MAX);
    const parts = PUBLIC_STAGED_BYTES_MAX / ATTACHMENT_BYTES_MAX;
    const stage = (
      first: number,
      sender: AttachmentSender,
      nowMs = 0,
    ): ReturnType<Attachments['stage']> => {
      part[0] = first;
      return attachments.stage(part, nowMs, sender);
    };
    for (let i = 0; i < parts; i++) expect(stage(i, 'public'), `part ${i}`).toMatchObject(OK);
    expect(attachments.stage(Uint8Array.of(1), 0, 'public')).toEqual(shareFull);
    for (let i = parts; i < 2 * parts; i++) {
      expect(stage(i, 'operator'), `part ${i}`).toMatchObject(OK);
    }
    expect(attachments.stage(Uint8Array.of(1), 0, 'operator')).toEqual({
      ok: false,
      code: 'attachments-full',
    });
    // What is there already needs no more room, and what waited too long gives its own back.
    expect(stage(0, 'public', 1)).toMatchObject(OK);
    expect(stage(2 * parts, 'public', STAGED_AGE_MAX_MS + 1)).toMatchObject(OK);
    expect(stage(2 * parts + 1, 'public', STAGED_AGE_MAX_MS + 1)).toEqual(shareFull);
  });

  it('leaves the operator room, in number', () => {
    const { attachments } = setting();
    for (let i = 0; i < PUBLIC_STAGED_MAX; i++) attachments.stage(u16be(i), 0, 'public');
    expect(attachments.stage(Uint8Array.of(1), 0, 'public')).toEqual(shareFull);
    expect(attachments.stage(Uint8Array.of(1), 0, 'operator')).toMatchObject(OK);
    attachments.committed(hash('sha256', u16be(7)));
    expect(attachments.stage(Uint8Array.of(2), 0, 'public')).toMatchObject(OK);
    expect(attachments.stage(Uint8Array.of(3), 0, 'public')).toEqual(shareFull);
  });

  it('is that of who sent an attachment last', () => {
    const { attachments } = setting();
    for (let i = 0; i < PUBLIC_STAGED_MAX; i++) attachments.stage(u16be(i), 0, 'public');
    // The operator takes one over: that makes room for anybody, who then may not take it back.
    expect(attachments.stage(u16be(0), 1, 'operator')).toMatchObject(OK);
    expect(attachments.stage(Uint8Array.of(1), 1, 'public')).toMatchObject(OK);
    expect(attachments.stage(u16be(0), 2, 'public')).toEqual(shareFull);
    const args = { file: { digest: hash('sha256', u16be(0)), size: 2 } };
    expect(attachments.check(plain, args)).toMatchObject(OK);
    // Nobody but the operator makes it wait longer.
    attachments.dropOld(STAGED_AGE_MAX_MS + 2);
    expect(attachments.check(plain, args)).toEqual({ ok: false, code: 'attachment-missing' });
  });
});

describe('what a statement says of an attachment', () => {
  it('is checked once for each schema, also where it says so again and again', () => {
    const { attachments, stored, counts } = setting();
    const { bytes, args } = bundleOf(5);
    stored.set(String(args.file.digest), bytes);
    for (let i = 0; i < 4; i++) expect(attachments.check(declaration, args)).toEqual({ ok: true });
    expect(counts).toEqual({ checks: 5, reads: 2 });
    // Another method takes items of another schema: that these were right for the first one tells it nothing.
    const other: AttachmentDeclaration = { field: 'file', items: { ...items } };
    const refused = { ok: false, code: 'item-invalid', data: { item: 0 } };
    for (let i = 0; i < 4; i++) expect(attachments.check(other, args)).toEqual(refused);
    expect(counts.checks).toBe(6);
  });

  it.each([
    ['no reference', { file: null }, 'attachment-missing'],
    ['a digest that is none', { file: { digest: 'x', size: 1 } }, 'attachment-missing'],
    ['another size', { file: { ...bundleOf(3).args.file, size: 1 } }, 'attachment-mismatch'],
    ['another root', { ...bundleOf(3).args, root: new Uint8Array(32) }, 'attachment-mismatch'],
    ['no root', { file: bundleOf(3).args.file }, 'attachment-mismatch'],
    ['another count', { ...bundleOf(3).args, count: 2 }, 'attachment-mismatch'],
  ])('is refused with %s', (_, args, code) => {
    const { attachments } = setting();
    attachments.stage(bundleOf(3).bytes, 0, 'operator');
    expect(attachments.check(declaration, args)).toEqual({ ok: false, code });
    expect(attachments.check(declaration, bundleOf(3).args)).toMatchObject({ ok: true });
  });

  it.each([
    ['nothing', new Uint8Array(0), 0],
    ['half a length', Uint8Array.of(0), 0],
    ['an item cut short', Uint8Array.of(0, 1, 9, 0, 2, 9), 1],
    ['bytes behind the last item', Uint8Array.of(0, 1, 9, 0), 1],
  ])('is refused where the bundle holds %s', (_, bytes, item) => {
    const { attachments } = setting();
    attachments.stage(bytes, 0, 'operator');
    const args = { file: { digest: hash('sha256', bytes), size: bytes.length } };
    const refusal = { ok: false, code: 'attachment-malformed', data: { item } };
    expect(attachments.check(declaration, args)).toEqual(refusal);
  });

  it('is remembered of so many attachments only', () => {
    const { attachments, stored, counts } = setting();
    const bundles = Array.from({ length: KNOWN_ATTACHMENTS_MAX + 1 }, (_, i) => bundleOf(i + 1));
    for (const { bytes, args } of bundles) stored.set(String(args.file.digest), bytes);
    for (const { args } of bundles) attachments.check(plain, args);
    expect(counts.reads).toBe(bundles.length);
    const [oldest] = bundles;
    const newest = bundles.at(-1);
    if (oldest === undefined || newest === undefined) throw new Error('no bundles');
    attachments.check(plain, newest.args);
    expect(counts.reads).toBe(bundles.length);
    attachments.check(plain, oldest.args);
    expect(counts.reads).toBe(bundles.length + 1);
  });
});
