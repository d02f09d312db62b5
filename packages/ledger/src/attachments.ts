import { equalBytes, readU16be, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type { AttachmentDeclaration } from '@hefu/contract';
import { buildTree } from '@hefu/merkle';
import type { ChainSpec } from './chain-spec.ts';
import type { Preflight, PreflightRefusal } from './preflight.ts';

/** Bytes of one attachment. */
export const ATTACHMENT_BYTES_MAX: number = 64 * 1024 * 1024;
/** Bytes of all attachments that wait for their statement. */
export const STAGED_BYTES_MAX: number = 256 * 1024 * 1024;
/** Attachments that may wait for their statement. */
export const STAGED_MAX = 10_000;
/**
 * Bytes that may wait of what anybody sent: half. The rest is kept for the operator, so that nobody who strews bytes keeps the node's own
 * organisation from depositing.
 */
export const PUBLIC_STAGED_BYTES_MAX: number = STAGED_BYTES_MAX / 2;
/** Attachments that may wait of those that anybody sent. */
export const PUBLIC_STAGED_MAX: number = STAGED_MAX / 2;
/** How long an attachment waits for its statement. */
export const STAGED_AGE_MAX_MS = 600_000;

/** Attachments whose size and items are remembered, so that naming one again costs no reading and no checking. */
export const KNOWN_ATTACHMENTS_MAX = 256;

/** Checks items of one declaration; made once for each schema. */
export type ItemCheck = (item: Uint8Array) => PreflightRefusal | undefined;

/** What travels beside a statement and becomes durable in its block. */
export interface Attachment {
  readonly digest: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Who sent an attachment: the node's operator, or anybody. */
export type AttachmentSender = 'operator' | 'public';

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
  readonly itemCheck: (declaration: ItemsDeclaration) => ItemCheck;
}

type ItemsDeclaration = NonNullable<AttachmentDeclaration['items']>;

interface Staged {
  readonly bytes: Uint8Array;
  readonly digest: Uint8Array;
  readonly sinceMs: number;
  /** Who sent it last: in whose share it counts. */
  readonly sender: AttachmentSender;
}

/** What waits of one sender's, or of all. */
interface Waiting {
  readonly count: number;
  readonly bytes: number;
}

/** Root and count of an attachment's items, or what is wrong with them. */
type Items = { readonly root: Uint8Array; readonly count: number } | PreflightRefusal;

/** What is remembered of an attachment that a statement named. */
interface Known {
  readonly sizeBytes: number;
  /** Its items as found under one declaration; another one has another schema. */
  items?: { readonly declaration: ItemsDeclaration; readonly found: Items };
}

const NOTHING: Waiting = { count: 0, bytes: 0 };
const MISSING = { ok: false, code: 'attachment-missing' } as const;
const MISMATCH = { ok: false, code: 'attachment-mismatch' } as const;

/** Attachments that were sent ahead of their statements. They become durable in the block of the statement that names them. */
export class Attachments implements AttachmentCheck {
  readonly #options: AttachmentsOptions;
  readonly #staged = new Map<string, Staged>();
  readonly #known = new Map<string, Known>();
  readonly #waiting: Record<AttachmentSender, Waiting> = {
    operator: NOTHING,
    public: NOTHING,
  };

  constructor(options: AttachmentsOptions) {
    this.#options = options;
  }

  /**
   * Takes an attachment in. Refuses with `attachment-too-large`, or (retryable) with `attachments-full` when there is room for nobody and
   * `attachments-share-full` when what is left is kept for the operator.
   */
  stage(
    bytes: Uint8Array,
    nowMs: number,
    sender: AttachmentSender,
  ):
    | { readonly ok: true; readonly digest: Uint8Array }
    | ({ readonly ok: false } & PreflightRefusal) {
    if (bytes.length > ATTACHMENT_BYTES_MAX) return { ok: false, code: 'attachment-too-large' };
    this.dropOld(nowMs);
    const digest = this.#options.spec.hash(bytes);
    const name = toHex(digest);
    const before = this.#staged.get(name);
    const code = this.#noRoomFor(bytes.length, sender, before);
    if (code !== undefined) return { ok: false, code };
    // Sent anew: it waits its full time again, last of all, in the share of who sent it now.
    this.#drop(name);
    this.#staged.set(name, { bytes: before?.bytes ?? bytes, digest, sinceMs: nowMs, sender });
    this.#count(sender, 1, bytes.length);
    return { ok: true, digest };
  }

  check(
    declaration: AttachmentDeclaration,
    args: { readonly [name: string]: CborValue } | null,
  ): Preflight {
    const reference = referenceIn(args?.[declaration.field]);
    if (reference === undefined) return MISSING;
    const name = toHex(reference.digest);
    const staged = this.#staged.get(name);
    const bytes = (): Uint8Array | undefined =>
      staged?.bytes ?? this.#options.stored(reference.digest);
    const known = this.#know(name, bytes);
    if (known === undefined) return MISSING;
    if (known.sizeBytes !== reference.size) return MISMATCH;
    const { items } = declaration;
    if (items !== undefined) {
      const found = this.#itemsOf(known, items, bytes);
      if (found === undefined) return MISSING;
      if ('code' in found) return { ok: false, ...found };
      const root = args?.[items.root];
      const agrees = root instanceof Uint8Array && equalBytes(root, found.root);
      if (!agrees || args?.[items.count] !== found.count) return MISMATCH;
    }
    if (staged === undefined) return { ok: true };
    return { ok: true, attachment: { digest: staged.digest, bytes: staged.bytes } };
  }

  /** Forgets what a committed block has made durable. */
  committed(digest: Uint8Array): void {
    this.#drop(toHex(digest));
  }

  /** Lets go of what waited too long. */
  dropOld(nowMs: number): void {
    for (const [name, { sinceMs }] of this.#staged) {
      if (nowMs - sinceMs <= STAGED_AGE_MAX_MS) return;
      this.#drop(name);
      // It may be nowhere now.
      this.#known.delete(name);
    }
  }

  /** Undefined when this node does not hold it. */
  #know(name: string, bytes: () => Uint8Array | undefined): Known | undefined {
    const before = this.#known.get(name);
    if (before !== undefined) return before;
    const sizeBytes = bytes()?.length;
    if (sizeBytes === undefined) return undefined;
    const known: Known = { sizeBytes };
    this.#known.set(name, known);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= KNOWN_ATTACHMENTS_MAX) break;
      this.#known.delete(oldest);
    }
    return known;
  }

  #itemsOf(
    known: Known,
    declaration: ItemsDeclaration,
    bytes: () => Uint8Array | undefined,
  ): Items | undefined {
    if (known.items?.declaration === declaration) return known.items.found;
    const held = bytes();
    if (held === undefined) return undefined;
    const found = this.#checkItems(held, declaration);
    known.items = { declaration, found };
    return found;
  }

  #checkItems(bytes: Uint8Array, declaration: ItemsDeclaration): Items {
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

  /** Why one more does not fit; `before` would make room for it. */
  #noRoomFor(
    sizeBytes: number,
    sender: AttachmentSender,
    before: Staged | undefined,
  ): 'attachments-full' | 'attachments-share-full' | undefined {
    const { operator, public: anybody } = this.#waiting;
    const count = operator.count + anybody.count + (before === undefined ? 1 : 0);
    const bytes = operator.bytes + anybody.bytes + (before === undefined ? sizeBytes : 0);
    if (count > STAGED_MAX || bytes > STAGED_BYTES_MAX) return 'attachments-full';
    if (sender === 'operator' || before?.sender === 'public') return undefined;
    const fits =
      anybody.count + 1 <= PUBLIC_STAGED_MAX &&
      anybody.bytes + sizeBytes <= PUBLIC_STAGED_BYTES_MAX;
    return fits ? undefined : 'attachments-share-full';
  }

  #count(sender: AttachmentSender, count: number, bytes: number): void {
    const { [sender]: before } = this.#waiting;
    this.#waiting[sender] = { count: before.count + count, bytes: before.bytes + bytes };
  }

  #drop(name: string): void {
    const staged = this.#staged.get(name);
    if (staged === undefined) return;
    this.#count(staged.sender, -1, -staged.bytes.length);
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
