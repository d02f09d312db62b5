import { argon2 } from 'node:crypto';
import { equalConstantTime } from '@hefu/crypto/constant-time';
import { fromBase64, toBase64, utf8Encode } from '@hefu/bytes';

/** Memory of one hash in KiB: 19 MiB (OWASP Password Storage Cheat Sheet, argon2id, first choice for t=2). */
const MEMORY_KIB = 19_456;
/** Passes over it. */
const PASSES = 2;
/** Lanes. */
const PARALLELISM = 1;
/** Bytes of salt (RFC 9106 §3.1). */
export const SALT_BYTES = 16;
/** Bytes of the result (RFC 9106 §4). */
const TAG_BYTES = 32;

interface Parameters {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

const CURRENT: Parameters = { memory: MEMORY_KIB, passes: PASSES, parallelism: PARALLELISM };

/** The PHC string format: `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<tag>`, base64 without padding. */
const PHC_PATTERN =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** Hashes a password with today's parameters (RFC 9106), on a thread of the runtime's pool. */
export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  return format(salt, await derive(password, salt, CURRENT));
}

/** A hash that no password is known for: checking against it takes as long as against any. */
export function decoyHash(randomBytes: (size: number) => Uint8Array): string {
  return format(randomBytes(SALT_BYTES), randomBytes(TAG_BYTES));
}

/** Whether a password has this hash. Throws TypeError for a text that is none. */
export async function matchesPassword(password: string, stored: string): Promise<boolean> {
  const parsed = parse(stored);
  const tag = await derive(password, parsed.salt, parsed);
  return equalConstantTime(tag, parsed.tag);
}

/** Whether a hash was made with other parameters than today's. */
export function isOutdated(stored: string): boolean {
  const { memory, passes, parallelism } = parse(stored);
  return memory !== MEMORY_KIB || passes !== PASSES || parallelism !== PARALLELISM;
}

function format(salt: Uint8Array, tag: Uint8Array): string {
  const { memory, passes, parallelism } = CURRENT;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

function parse(
  stored: string,
): Parameters & { readonly salt: Uint8Array; readonly tag: Uint8Array } {
  const [, memory, passes, parallelism, salt, tag] = PHC_PATTERN.exec(stored) ?? [];
  const saltBytes = fromBase64(`${salt ?? ''}==`);
  const tagBytes = fromBase64(`${tag ?? ''}=`);
  if (saltBytes === undefined || tagBytes === undefined) {
    throw new TypeError('what is stored of a password is no argon2id hash');
  }
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: saltBytes,
    tag: tagBytes,
  };
}

async function derive(
  password: string,
  salt: Uint8Array,
  { memory, passes, parallelism }: Parameters,
): Promise<Uint8Array> {
  // Typed in the same way on another keyboard, it is the same password (RFC 8265 §4.2, NIST SP 800-63B §5.1.1.2).
  const message = utf8Encode(password.normalize('NFKC'));
  return new Promise((resolve, reject) => {
    const parameters = { message, nonce: salt, memory, passes, parallelism, tagLength: TAG_BYTES };
    argon2('argon2id', parameters, (error, tag) => {
      if (error === null) resolve(tag);
      else reject(error);
    });
  });
}

function unpadded(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/=+$/, '');
}
