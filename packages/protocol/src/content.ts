import { equalBytes } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { HASH_BYTES } from '@hefu/crypto/algorithm';
import type { HashName } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';

/**
 * How content relates to a statement. Whatever describes content, an item of a batch, the `item` of
 * a call's arguments or the arguments themselves, does so with the byte fields `sha256` and `sm3`.
 */

/** Names of the digests, which are also the names of the fields. */
export const CONTENT_DIGESTS: readonly HashName[] = ['sha256', 'sm3'];

/** Digests of content; 32 bytes each. */
export interface ContentDigests {
  readonly sha256?: Uint8Array;
  readonly sm3?: Uint8Array;
}

/** Both digests of content. */
export function digestContent(bytes: Uint8Array): Required<ContentDigests> {
  return { sha256: hash('sha256', bytes), sm3: hash('sm3', bytes) };
}

/** The digests that a description holds; undefined when it holds none. */
export function contentDigestsOf(description: CborValue | undefined): ContentDigests | undefined {
  const fields = fieldsOf(description);
  if (fields === undefined) return undefined;
  const sha256 = digestField(fields['sha256']);
  const sm3 = digestField(fields['sm3']);
  if (sha256 === undefined && sm3 === undefined) return undefined;
  return {
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(sm3 === undefined ? {} : { sm3 }),
  };
}

/** The part of a call's arguments that describes content: `item` when it is there, else all. */
export function describedItem(args: CborValue): CborValue | undefined {
  const fields = fieldsOf(args);
  if (fields === undefined) return undefined;
  return fieldsOf(fields['item']) === undefined ? args : fields['item'];
}

export type ContentVerdict =
  | { readonly ok: true; readonly compared: readonly HashName[] }
  /** A digest differs. */
  | { readonly ok: false; readonly code: 'content-mismatch' }
  /** There is no digest that both have. */
  | { readonly ok: false; readonly code: 'content-not-named' };

/** Whether content is what a description names: every digest that both have must be the same. */
export function matchContent(
  named: ContentDigests | undefined,
  content: ContentDigests,
): ContentVerdict {
  const compared: HashName[] = [];
  for (const name of CONTENT_DIGESTS) {
    const expected = named?.[name];
    const found = content[name];
    if (expected === undefined || found === undefined) continue;
    if (!equalBytes(expected, found)) return { ok: false, code: 'content-mismatch' };
    compared.push(name);
  }
  return compared.length === 0 ? { ok: false, code: 'content-not-named' } : { ok: true, compared };
}

/** Fields of a decoded map; undefined for any other value. */
export function fieldsOf(
  value: CborValue | undefined,
): { readonly [name: string]: CborValue } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (value instanceof Uint8Array || value instanceof Map) return undefined;
  return value as { readonly [name: string]: CborValue };
}

function digestField(value: CborValue | undefined): Uint8Array | undefined {
  return value instanceof Uint8Array && value.length === HASH_BYTES ? value : undefined;
}
