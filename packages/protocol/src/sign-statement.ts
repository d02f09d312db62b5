import { concatBytes, encodeCbor } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import type { HashName } from '@hefu/crypto/hash';
import { keyId, publicKeyOf } from '@hefu/crypto/keys';
import { randomBytes } from '@hefu/crypto/random';
import { sign } from '@hefu/crypto/sign';
import { SIGNATURE_BYTES } from '@hefu/crypto/algorithm';
import { isMemberId } from './names.ts';
import { encodeHeader } from './statement-header.ts';
import { encodePayload, NONCE_BYTES } from './statement-payload.ts';
import type { StatementArgs } from './statement-payload.ts';
import { sigStructureOf, STATEMENT_BYTES_MAX } from './statement.ts';

/** What a member wants to say, and who they are. */
export interface StatementDraft {
  /** The chain's hash: it makes the statement's id and the key's. */
  readonly hash: HashName;
  readonly chain: string;
  readonly member: string;
  readonly algorithm: SignatureAlgorithm;
  /** Id of the signing key, 32 bytes. */
  readonly keyId: Uint8Array;
  readonly contract: string;
  readonly method: string;
  readonly args: StatementArgs;
  /** {@link NONCE_BYTES} bytes; random unless given. */
  readonly nonce?: Uint8Array;
  /** Milliseconds UTC, at most {@link EXPIRY_AHEAD_MAX_MS} ahead of the block that takes it in. */
  readonly expires: number;
}

/** A statement that lacks its signature: for keys that sign elsewhere. */
export interface UnsignedStatement {
  /** The Sig_structure, to be signed with the draft's key. */
  readonly toBeSigned: Uint8Array;
  /** Statement id; known before the signature, which it does not cover. */
  readonly id: Uint8Array;
  /** The finished statement. Throws TypeError unless the signature has 64 bytes. */
  readonly finish: (signature: Uint8Array) => Uint8Array;
}

/**
 * Builds all of a statement but its signature. Throws TypeError when a part is out of its bounds and
 * RangeError when the whole exceeds {@link STATEMENT_BYTES_MAX}.
 */
export function prepareStatement(draft: StatementDraft): UnsignedStatement {
  const { algorithm, chain, member, contract, method } = draft;
  if (!isMemberId(member)) throw new TypeError('statement with a wrong member');
  const nonce = draft.nonce ?? randomBytes(NONCE_BYTES);
  const payload = encodePayload({
    chain,
    contract,
    method,
    args: draft.args,
    nonce,
    expires: draft.expires,
  });
  const header = encodeHeader(algorithm, draft.keyId, chain, member, contract, method);
  const headerItem = encodeCbor(header);
  const payloadItem = encodeCbor(payload);
  const toBeSigned = sigStructureOf(headerItem, payloadItem);
  const sizeBytes = headerItem.length + payloadItem.length + SIGNATURE_BYTES + 5;
  if (sizeBytes > STATEMENT_BYTES_MAX) {
    throw new RangeError(`a statement of ${sizeBytes} bytes, more than ${STATEMENT_BYTES_MAX}`);
  }
  return {
    toBeSigned,
    id: hash(draft.hash, toBeSigned),
    finish(signature: Uint8Array): Uint8Array {
      if (signature.length !== SIGNATURE_BYTES) throw new TypeError('a signature has 64 bytes');
      return concatBytes(
        SIGN1_START,
        headerItem,
        EMPTY_MAP,
        payloadItem,
        SIGNATURE_HEAD,
        signature,
      );
    },
  };
}

/** Tag 18, an array of four (RFC 9052 §4.2). */
const SIGN1_START: Uint8Array = Uint8Array.of(0xd2, 0x84);
const EMPTY_MAP: Uint8Array = Uint8Array.of(0xa0);
const SIGNATURE_HEAD: Uint8Array = Uint8Array.of(0x58, SIGNATURE_BYTES);

/** A draft, with the key that signs it; its id is derived unless given. */
export interface StatementToSign extends Omit<StatementDraft, 'keyId'> {
  readonly keyId?: Uint8Array;
  /** 32 bytes. */
  readonly privateKey: Uint8Array;
}

/** Builds and signs a statement. Throws as {@link prepareStatement} does. */
export function signStatement(draft: StatementToSign): {
  readonly bytes: Uint8Array;
  readonly id: Uint8Array;
} {
  const { algorithm, privateKey } = draft;
  const id = draft.keyId ?? keyId(draft.hash, algorithm, publicKeyOf(algorithm, privateKey));
  const unsigned = prepareStatement({ ...draft, keyId: id });
  const signature = sign(algorithm, privateKey, unsigned.toBeSigned);
  return { bytes: unsigned.finish(signature), id: unsigned.id };
}
