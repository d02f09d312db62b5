import { COSE_HEADER } from '@hefu/crypto/cose';
import type { CoseSign1 } from '@hefu/crypto/cose';

/** COSE Hash Envelope (RFC 9995): the payload is the digest of something that stays with its owner. */

/** Header labels: hash of the payload, media type and place of what was hashed. */
export const HASH_ENVELOPE = {
  payloadHashAlg: 258,
  preimageContentType: 259,
  location: 260,
} as const;
const LABELS = [258, 259, 260] as const;

/** Bytes of the digests (RFC 9054 §2). SHA-1 and hashes cut short are left out: they prove too little. */
const DIGEST_BYTES: ReadonlyMap<unknown, number> = new Map([
  [-16, 32],
  [-17, 32],
  [-18, 32],
  [-43, 48],
  [-44, 64],
  [-45, 64],
]);

/** Whether a statement has any of the labels, in whichever header. */
export function usesHashEnvelope({ protectedHeader, unprotected }: CoseSign1): boolean {
  return LABELS.some((label) => protectedHeader.has(label) || unprotected.has(label));
}

/**
 * Whether a statement that has the labels keeps their rules: all of them signed, a hash that is
 * known, a payload of its size, and no content type beside them (what is hashed has one, 259).
 */
export function isHashEnvelope({ protectedHeader, unprotected, payload }: CoseSign1): boolean {
  if (LABELS.some((label) => unprotected.has(label))) return false;
  const size = DIGEST_BYTES.get(protectedHeader.get(HASH_ENVELOPE.payloadHashAlg));
  if (size === undefined || payload?.length !== size) return false;
  return !protectedHeader.has(COSE_HEADER.contentType) && !unprotected.has(COSE_HEADER.contentType);
}
