import { encodeCbor, fromBase64, fromHex } from '@hefu/bytes';
import { z } from 'zod';
import { digestText } from '../http/routes/statement-id.ts';
import { provenStateSchema } from './proven-state.ts';

/** Random bytes that a side brings so that the other's answer is of now. */
export const NONCE_BYTES = 32;
/** Longest organisation id. */
const ORGANISATION = /^[a-z0-9-]{1,32}$/;
const organisation = z.string().regex(ORGANISATION);
/** Raw keys and signatures are at most 65 bytes; trailers a thousand. */
const shortBase64 = z.base64().max(200);
const nonce = z.base64().length(44);

/** `POST /v1/exchange/challenges`. */
export const challengeRequestSchema = z.strictObject({
  grant: digestText.describe('The grant: the id of its statement.'),
  grantee: organisation.describe('The organisation that asks.'),
  nonce: nonce.describe('32 fresh random bytes.'),
});
export type ChallengeRequest = z.output<typeof challengeRequestSchema>;

/** The three records by which a signature is judged, proven. */
const signerSchema = z.strictObject({
  keyId: digestText,
  member: z.string().max(100),
  key: provenStateSchema,
  memberRecord: provenStateSchema,
  organisation: provenStateSchema,
});
export type ProvenSigner = z.output<typeof signerSchema>;

export const challengeSchema = z.strictObject({
  chain: z.string().max(50),
  genesis: digestText,
  granter: organisation,
  challenge: shortBase64,
  signer: signerSchema,
  signature: shortBase64,
});
export type Challenge = z.output<typeof challengeSchema>;

/** `POST /v1/exchange/pulls`. */
export const pullRequestSchema = z.strictObject({
  grant: digestText,
  grantee: organisation,
  nonce,
  challenge: shortBase64,
  keyId: digestText.describe('The key of a member of the grantee that signs.'),
  recipient: z.strictObject({
    algorithm: z.enum(['x25519', 'sm2']),
    keyId: digestText,
    publicKey: shortBase64,
  }),
  signature: shortBase64,
});
export type PullRequest = z.output<typeof pullRequestSchema>;

export const offerSchema = z.strictObject({
  object: digestText,
  /** The grant's record. */
  grant: provenStateSchema,
  /** The object's trailer with its key wrapped to the recipient. */
  trailer: z.base64().max(2000),
  sealId: digestText,
  sealedBytes: z.int().min(0),
  /** Opens the ciphertext for some minutes. */
  ticket: z.string().max(300),
});
export type Offer = z.output<typeof offerSchema>;

/** What an exchange is about: part of everything that is signed in it. */
export interface ExchangeScope {
  readonly chain: string;
  /** Hex of the genesis document's digest. */
  readonly genesis: string;
  readonly granter: string;
  readonly grantee: string;
  readonly grant: string;
  readonly nonce: string;
  readonly challenge: string;
}

/** What the granter signs: that the challenge is its own, for this asker. */
export function challengeMessage(scope: ExchangeScope): Uint8Array {
  return encodeCbor(['hefu-exchange-challenge/1', ...scopeFields(scope)]);
}

/** What the grantee signs: that it asks, and to which key the object's is to be wrapped. */
export function pullMessage(scope: ExchangeScope, recipient: PullRequest['recipient']): Uint8Array {
  const { algorithm, keyId, publicKey } = recipient;
  return encodeCbor([
    'hefu-exchange-pull/1',
    ...scopeFields(scope),
    algorithm,
    hexBytes(keyId),
    base64Bytes(publicKey),
  ]);
}

function scopeFields(scope: ExchangeScope): (string | Uint8Array)[] {
  const { chain, genesis, granter, grantee, grant, nonce: fresh, challenge } = scope;
  return [
    chain,
    hexBytes(genesis),
    granter,
    grantee,
    hexBytes(grant),
    base64Bytes(fresh),
    base64Bytes(challenge),
  ];
}

/** Bytes of hex that a schema has checked. */
export function hexBytes(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array(0);
}

/** Bytes of base64; none when it is not the canonical form. */
export function base64Bytes(text: string): Uint8Array {
  return fromBase64(text) ?? new Uint8Array(0);
}
