import { encodeCbor, fromBase64, toBase64, utf8Encode } from '@hefu/bytes';
import { AEAD_KEY_BYTES, AEAD_NONCE_BYTES, open, seal } from '@hefu/crypto/aead';
import type { AeadCipher } from '@hefu/crypto/aead';
import { isSignatureAlgorithm, PRIVATE_KEY_BYTES } from '@hefu/crypto/algorithm';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { publicKeyOf } from '@hefu/crypto/keys';
import type { KeyPair } from '@hefu/crypto/keys';
import { randomBytes } from '@hefu/crypto/random';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { clientProblem } from '../problem.ts';

/** What the format field of an encrypted key says. */
export const SEALED_KEY_FORMAT = 'hefu-sealed-key/1';

/** Cost of trying a passphrase: scrypt (RFC 7914) with 128 MiB, as OWASP's password storage advice has it. */
const SCRYPT = { n: 2 ** 17, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
/** Most memory that opening a file may cost, whatever it asks for: 128·n·r bytes. */
const SCRYPT_MEMORY_BYTES_MAX = 256 * 1024 * 1024;
/** Most passes that opening a file may cost. */
const SCRYPT_PASSES_MAX = 4;

/** A private key under a passphrase, as JSON. */
export interface SealedKey {
  readonly format: typeof SEALED_KEY_FORMAT;
  readonly algorithm: SignatureAlgorithm;
  /** base64 of the raw key. */
  readonly publicKey: string;
  readonly kdf: {
    readonly name: 'scrypt';
    /** base64. */
    readonly salt: string;
    readonly n: number;
    readonly r: number;
    readonly p: number;
  };
  readonly cipher: AeadCipher;
  /** base64. */
  readonly nonce: string;
  /** base64; what stands beside it is authenticated with it. */
  readonly sealed: string;
}

/** Encrypts a private key under a passphrase. Takes half a second on purpose. */
export async function sealKey(key: KeyPair, passphrase: string): Promise<SealedKey> {
  const kdf = { name: 'scrypt', salt: toBase64(randomBytes(SALT_BYTES)), ...SCRYPT } as const;
  const nonce = randomBytes(AEAD_NONCE_BYTES);
  const head = {
    format: SEALED_KEY_FORMAT,
    algorithm: key.algorithm,
    publicKey: toBase64(key.publicKey),
    kdf,
    cipher: key.algorithm === 'sm2' ? 'sm4-gcm' : 'aes-256-gcm',
    nonce: toBase64(nonce),
  } as const;
  const secret = await derive(passphrase, head);
  const sealed = seal(head.cipher, secret, nonce, key.privateKey, associated(head));
  return { ...head, sealed: toBase64(sealed) };
}

/**
 * Decrypts what {@link sealKey} gave, as parsed from JSON. Throws ProblemError `key-not-opened`: another passphrase,
 * another file, or one that somebody has changed.
 */
export async function openSealedKey(file: unknown, passphrase: string): Promise<KeyPair> {
  const read = readSealed(file);
  if (read === undefined) throw clientProblem('key-not-opened', 'this is no encrypted key');
  const { document: head } = read;
  const secret = await derive(passphrase, head);
  const privateKey = open(head.cipher, secret, read.nonce, read.sealed, associated(head));
  if (privateKey?.length !== PRIVATE_KEY_BYTES) {
    throw clientProblem('key-not-opened', 'another passphrase, or the file was changed');
  }
  const { algorithm } = head;
  return { algorithm, publicKey: publicKeyOf(algorithm, privateKey), privateKey };
}

type Head = Omit<SealedKey, 'sealed'>;

/** Everything readable is bound to the ciphertext. */
function associated({ format, algorithm, publicKey, kdf, cipher }: Head): Uint8Array {
  const { name, salt, n, r, p } = kdf;
  return encodeCbor([format, algorithm, publicKey, name, salt, n, r, p, cipher]);
}

async function derive(passphrase: string, { kdf, cipher }: Head): Promise<Uint8Array> {
  // One form for one passphrase, whichever keyboard it was typed on.
  const password = utf8Encode(passphrase.normalize('NFKC').toWellFormed());
  const salt = fromBase64(kdf.salt) ?? new Uint8Array();
  const { n: N, r, p } = kdf;
  // The library refuses a little before its own reckoning of 128·r·(N + p).
  const maxmem = SCRYPT_MEMORY_BYTES_MAX * 2;
  return scryptAsync(password, salt, { N, r, p, dkLen: AEAD_KEY_BYTES[cipher], maxmem });
}

function readSealed(
  file: unknown,
):
  | { readonly document: SealedKey; readonly nonce: Uint8Array; readonly sealed: Uint8Array }
  | undefined {
  if (typeof file !== 'object' || file === null) return undefined;
  const document = file as Partial<SealedKey>;
  const { format, algorithm, publicKey, kdf, cipher } = document;
  if (format !== SEALED_KEY_FORMAT || !isSignatureAlgorithm(algorithm)) return undefined;
  if (cipher !== (algorithm === 'sm2' ? 'sm4-gcm' : 'aes-256-gcm')) return undefined;
  if (typeof publicKey !== 'string' || !isBearable(kdf)) return undefined;
  const nonce = bytesOf(document.nonce);
  const sealed = bytesOf(document.sealed);
  if (nonce?.length !== AEAD_NONCE_BYTES || sealed === undefined) return undefined;
  return { document: file as SealedKey, nonce, sealed };
}

/** Whether the file asks for no more work than we are ready to do for a stranger. */
function isBearable(kdf: Partial<SealedKey['kdf']> | undefined): boolean {
  const { name, salt, n = 0, r = 0, p = 0 } = kdf ?? {};
  if (name !== 'scrypt' || bytesOf(salt) === undefined) return false;
  if (![n, r, p].every((each) => Number.isSafeInteger(each) && each > 0)) return false;
  if (n < 2 || !Number.isInteger(Math.log2(n))) return false;
  return 128 * n * r <= SCRYPT_MEMORY_BYTES_MAX && p <= SCRYPT_PASSES_MAX;
}

function bytesOf(text: unknown): Uint8Array | undefined {
  return typeof text === 'string' ? fromBase64(text) : undefined;
}
