import { readU16be, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type { AttachmentDeclaration } from '@hefu/contract';
import { buildTree } from '@hefu/merkle';
import type { ChainSpec } from './chain-spec.ts';
import type { Preflight, PreflightRefusal } from './preflight.ts';

/** Bytes of one attachment. */
export const ATTACHMENT_BYTES_MAX: number = 64 * 1024 * 1024;
/** Bytes of all attachments that wait for their statement. */
export const STAGED_BYTES_MAX: number = 256 * 1024 * 1024;
/** How long an attachment waits for its statement. */
export const STAGED_AGE_MAX_MS = 600_000;

/** Checks items of one declaration; made once for each schema. */
export type ItemCheck = (item: Uint8Array) => PreflightRefusal | undefined;

/** What travels beside a statement and becomes durable in its block. */
export interface Attachment {
  readonly digest: Uint8Array;
  readonly bytes: Uint8Array;
}

/** What preflight asks about attachments. */
export interface AttachmentCheck {
  /** Whether this node holds what the arguments name, in the form declared. */
  check(
    declaration: AttachmentDeclaration,
    args: { readonly [name: string]: CborValue } | null,
  ): Preflight;
}

export interface AttachmentsOptions {
  readonly spec: ChainSpec;
  /** An attachment that is on the ledger already, by digest. */
  readonly stored: (digest: Uint8Array) => Uint8Array | undefined;
  readonly itemCheck: (declaration: NonNullable<AttachmentDeclaration['items']>) => ItemCheck;
}

interface Staged {
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  readonly sinceMs: number;
  /** Root and count of its items, once they were checked. */
  items?: { readonly root: Uint8Array; readonly count: number };
}

const MISSING = { ok: false, code: 'attachment-missing' } as const;
const MISMATCH = { ok: false, code: 'attachment-mismatch' } as const;

/** Attachments that were sent ahead of their statements. They become durable in the block of the statement that names them. */
export class Attachments implements AttachmentCheck {
  readonly #options: AttachmentsOptions;
  readonly #staged = new Map<string, Staged>();
  #stagedBytes = 0;

  constructor(options: AttachmentsOptions) {
    this.#options = options;
  }

  /** Takes an attachment in. Refuses with `attachment-too-large` or `attachments-full` (retryable). */
  stage(
    bytes: Uint8Array,
    nowMs: number,
  ):
    | { readonly ok: true; readonly digest: Uint8Array }
    | ({ readonly ok: false } & PreflightRefusal) {
    if (bytes.length > ATTACHMENT_BYTES_MAX) return { ok: false, code: 'attachment-too-large' };
    this.#dropOld(nowMs);
    const digest = this.#options.spec.hash(bytes);
    const name = toHex(digest);
    if (this.#staged.has(name)) return { ok: true, digest };
    if (this.#stagedBytes + bytes.length > STAGED_BYTES_MAX) {
      return { ok: false, code: 'attachments-full' };
    }
    this.#staged.set(name, { bytes, digest, sinceMs: nowMs });
    this.#stagedBytes += bytes.length;
    return { ok: true, digest };
  }

  check(
    declaration: AttachmentDeclaration,
    args: { readonly [name: string]: CborValue } | null,
  ): Preflight {
    const reference = referenceIn(args?.[declaration.field]);
    if (reference === undefined) return MISSING;
    const staged = this.#find(reference.digest);
    if (staged === undefined) return MISSING;
    if (staged.bytes.length !== reference.size) return MISMATCH;
    const { items } = declaration;
    const found: Preflight = this.#isStaged(staged.digest)
      ? { ok: true, attachment: { digest: staged.digest, bytes: staged.bytes } }
      : { ok: true };
    if (items === undefined) return found;
    const checked = staged.items ?? this.#checkItems(staged.bytes, items);
    if ('code' in checked) return { ok: false, ...checked };
    staged.items = checked;
    const root = args?.[items.root];
    const count = args?.[items.count];
    const agrees =
      root instanceof Uint8Array && toHex(root) === toHex(checked.root) && count === checked.count;
    return agrees ? found : MISMATCH;
  }

  /** Forgets what a committed block has made durable. */
  committed(digest: Uint8Array): void {
    this.#drop(toHex(digest));
  }

  #find(digest: Uint8Array): Staged | undefined {
    const staged = this.#staged.get(toHex(digest));
    if (staged !== undefined) return staged;
    const bytes = this.#options.stored(digest);
    return bytes === undefined ? undefined : { bytes, digest, sinceMs: 0 };
  }

  /** Whether it still has to be made durable. */
  #isStaged(digest: Uint8Array): boolean {
    return this.#staged.has(toHex(digest));
  }

  #checkItems(
    bytes: Uint8Array,
    declaration: NonNullable<AttachmentDeclaration['items']>,
  ): { readonly root: Uint8Array; readonly count: number } | PreflightRefusal {
    const check = this.#options.itemCheck(declaration);
    const { hasher } = this.#options.spec;
    const leaves: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = readU16be(bytes, at);
      if (length === undefined || at + 2 + length > bytes.length) {
        return { code: 'attachment-malformed', data: { item: leaves.length } };
      }
      const item = bytes.subarray(at + 2, at + 2 + length);
      const fault = check(item);
      if (fault !== undefined) {
        return { code: fault.code, data: { ...fault.data, item: leaves.length } };
      }
      leaves.push(hasher.leaf(item));
      at += 2 + length;
    }
    if (leaves.length === 0) return { code: 'attachment-malformed', data: { item: 0 } };
    return { root: buildTree(hasher, leaves).root, count: leaves.length };
  }

  #dropOld(nowMs: number): void {
    for (const [name, { sinceMs }] of this.#staged) {
      if (nowMs - sinceMs > STAGED_AGE_MAX_MS) this.#drop(name);
    }
  }

  #drop(name: string): void {
    const staged = this.#staged.get(name);
    if (staged === undefined) return;
    this.#stagedBytes -= staged.bytes.length;
    this.#staged.delete(name);
  }
}

function referenceIn(
  value: CborValue | undefined,
): { readonly digest: Uint8Array; readonly size: number } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('digest' in value) || !('size' in value)) return undefined;
  const { digest, size } = value;
  if (!(digest instanceof Uint8Array) || typeof size !== 'number') return undefined;
  return { digest, size };
}
