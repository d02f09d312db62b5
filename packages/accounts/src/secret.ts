import { hash } from '@hefu/crypto/hash';
import { toBase64Url, utf8Encode } from '@hefu/bytes';
import { equalConstantTime } from '@hefu/crypto/constant-time';
import type { AccountsPorts } from './ports.ts';

/** Bytes of every token: 256 bits, beyond guessing, so that a plain digest of it can be stored. */
const TOKEN_BYTES = 32;
/** Bytes of an id that is no secret: 75 bits. */
const ID_CHARS = 15;
/** No letters that are mistaken for others; 32 of them, so that each takes five bits. */
const ID_ALPHABET = 'abcdefghjkmnpqrstuvwxyz023456789';

/** A random token, base64url, 43 characters. */
export function makeToken(ports: AccountsPorts): string {
  return toBase64Url(ports.randomBytes(TOKEN_BYTES));
}

/** A random id with what it is an id of in front: `user_…`. */
export function makeId(ports: AccountsPorts, kind: 'user' | 'session'): string {
  return `${kind}_${randomLetters(ports)}`;
}

/** Fifteen random letters and digits. */
export function randomLetters(ports: AccountsPorts): string {
  return Array.from(ports.randomBytes(ID_CHARS), (byte) => ID_ALPHABET[byte & 31]).join('');
}

/** SHA-256 of a token: what is stored of it. */
export function tokenDigest(token: string): Uint8Array {
  return hash('sha256', utf8Encode(token));
}

/** Whether a token has this digest, in a time that says nothing about either. */
export function hasDigest(token: string, digest: Uint8Array): boolean {
  return equalConstantTime(tokenDigest(token), digest);
}
