import { encodeCbor, equalBytes, fromBase64, fromHex, toBase64, utf8Encode } from '@hefu/bytes';
import type { HashName } from '@hefu/crypto/algorithm';
import { z } from 'zod';
import {
  KEY_ALGORITHMS,
  KEY_HASHES,
  KEY_PURPOSES,
  rawPublicKeyBytes,
  thumbprint,
} from './key-algorithm.ts';
import type { KeyAlgorithm, KeyPurpose } from './key-algorithm.ts';
import { cipherOf } from './seal.ts';
import type { SealedKey } from './seal.ts';

/** What a key file says in the open. */
export interface KeyInfo {
  /** The key's COSE Key Thumbprint under `hash`, lower-case hex. */
  readonly id: string;
  readonly hash: HashName;
  readonly algorithm: KeyAlgorithm;
  readonly purpose: KeyPurpose;
  /** `organisation/name` of the member whose key it is, when it is a member's. */
  readonly member?: string;
  readonly publicKey: Uint8Array;
  /** When it came into the keystore, milliseconds UTC. */
  readonly created?: number;
  /** Where the private key lies when it is not in the file: on a PKCS #11 token. */
  readonly token?: TokenReference;
  /** Or at a signing service, under the name that the service has for it. */
  readonly service?: ServiceReference;
}

/** A key on a token. */
export interface TokenReference {
  /** Label of the token. */
  readonly label: string;
  /** `CKA_ID` of the key, lower-case hex. */
  readonly id: string;
}

/** A key at a signing service. */
export interface ServiceReference {
  readonly key: string;
}

/** A parsed key file. Of a key on a token the sealed part is empty: its tag alone holds the file together. */
export interface KeyFile {
  readonly info: KeyInfo;
  readonly sealed: SealedKey;
}

/** No key file is longer: the longest holds 65 bytes of point and 48 of ciphertext in base64. */
export const KEY_FILE_BYTES_MAX = 4096;
/** Longest member id: organisation 32, slash, name 64. */
const MEMBER_ID_LENGTH_MAX = 97;

/** Characters of a token's label: CK_TOKEN_INFO has 32. */
export const TOKEN_LABEL_LENGTH_MAX = 32;
/** Characters of the name of a key at a service. */
export const SERVICE_KEY_LENGTH_MAX = 200;
/** Characters of base64 of a 16-byte tag, and of 32 sealed bytes with their tag. */
const TAG_LENGTH = 24;
const SEALED_LENGTH = 64;

const FORMAT = 'hefu-key/1';

const keyFileSchema = z.strictObject({
  format: z.literal(FORMAT),
  id: z.string().regex(/^[0-9a-f]{64}$/),
  hash: z.enum(KEY_HASHES),
  algorithm: z.enum(KEY_ALGORITHMS),
  purpose: z.enum(KEY_PURPOSES),
  member: z.string().min(1).max(MEMBER_ID_LENGTH_MAX).optional(),
  publicKey: z.base64(),
  created: z.int().nonnegative().optional(),
  token: z
    .strictObject({
      label: z.string().min(1).max(TOKEN_LABEL_LENGTH_MAX),
      id: z.string().regex(/^([0-9a-f]{2}){1,64}$/),
    })
    .optional(),
  service: z.strictObject({ key: z.string().min(1).max(SERVICE_KEY_LENGTH_MAX) }).optional(),
  sealed: z.strictObject({
    cipher: z.enum(['aes-256-gcm', 'sm4-gcm']),
    masterKey: z.string().regex(/^[0-9a-f]{16}$/),
    nonce: z.base64().length(16),
    ciphertext: z.base64().max(SEALED_LENGTH),
  }),
});

/** The file's text, ending with a newline. */
export function encodeKeyFile(file: KeyFile): Uint8Array {
  const { info, sealed } = file;
  const document = {
    format: FORMAT,
    ...info,
    publicKey: toBase64(info.publicKey),
    sealed: {
      cipher: sealed.cipher,
      masterKey: sealed.masterKey,
      nonce: toBase64(sealed.nonce),
      ciphertext: toBase64(sealed.ciphertext),
    },
  };
  return utf8Encode(`${JSON.stringify(document, undefined, 2)}\n`);
}

/**
 * Reads a key file. Undefined when it is not a `hefu-key/1` document, when its id is not the
 * thumbprint of its public key, or when its cipher does not go with its hash.
 */
export function parseKeyFile(text: string): KeyFile | undefined {
  const parsed = keyFileSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { sealed, id, hash, algorithm, purpose, member, created, token, service } = parsed.data;
  if (token !== undefined && service !== undefined) return undefined;
  const isElsewhere = token !== undefined || service !== undefined;
  const sealedLength = isElsewhere ? TAG_LENGTH : SEALED_LENGTH;
  if (sealed.ciphertext.length !== sealedLength) return undefined;
  const publicKey = fromBase64(parsed.data.publicKey);
  const nonce = fromBase64(sealed.nonce);
  const ciphertext = fromBase64(sealed.ciphertext);
  const idBytes = fromHex(id);
  if (publicKey === undefined || nonce === undefined) return undefined;
  if (ciphertext === undefined || idBytes === undefined) return undefined;
  if (sealed.cipher !== cipherOf(hash)) return undefined;
  if (publicKey.length !== rawPublicKeyBytes(algorithm)) return undefined;
  if (!equalBytes(thumbprint(hash, algorithm, publicKey), idBytes)) return undefined;
  return {
    info: {
      id,
      hash,
      algorithm,
      purpose,
      ...(member === undefined ? {} : { member }),
      publicKey,
      ...(created === undefined ? {} : { created }),
      ...(token === undefined ? {} : { token }),
      ...(service === undefined ? {} : { service }),
    },
    sealed: { cipher: sealed.cipher, masterKey: sealed.masterKey, nonce, ciphertext },
  };
}

/** The open part of the file as it is authenticated with the sealed key: positional CBOR. */
export function keyHeader(info: KeyInfo): Uint8Array {
  return encodeCbor([
    FORMAT,
    info.id,
    info.hash,
    info.algorithm,
    info.purpose,
    info.member ?? null,
    info.publicKey,
    info.created ?? null,
    ...(info.token === undefined ? [] : [[info.token.label, info.token.id]]),
    ...(info.service === undefined ? [] : [[info.service.key]]),
  ]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
