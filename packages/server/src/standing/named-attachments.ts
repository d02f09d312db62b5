import { HASH_BYTES } from '@hefu/crypto/algorithm';
import type { Statement } from '@hefu/protocol';

/** Nesting of arguments that is looked into; a statement's own limit is lower. */
const DEPTH_MAX = 64;

/**
 * Everything in a statement's arguments that may be the digest of an attachment. Which of them is one, whoever holds the
 * attachments knows: so no version of any contract has to be asked.
 */
export function digestsNamed({ args }: Statement): Uint8Array[] {
  const found: Uint8Array[] = [];
  collect(args, found, 0);
  return found;
}

function collect(value: unknown, found: Uint8Array[], depth: number): void {
  if (value instanceof Uint8Array) {
    if (value.length === HASH_BYTES) found.push(value);
    return;
  }
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return;
  for (const each of Object.values(value)) collect(each, found, depth + 1);
}
