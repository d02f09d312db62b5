import { CborTagged, decodeCbor, encodeCbor } from '@hefu/bytes';
import type { CborErrorCode, CborKey, CborValue } from '@hefu/bytes';

/** The CBOR tag of COSE_Sign1 (RFC 9052 §2). */
export const COSE_SIGN1_TAG = 18;
/** Header labels (RFC 9052 §3.1, RFC 9597 §2). */
export const COSE_HEADER = {
  alg: 1,
  crit: 2,
  contentType: 3,
  kid: 4,
  cwtClaims: 15,
} as const;
/** Labels inside the CWT claims header (RFC 8392 §4). */
export const CWT_CLAIM = { iss: 1, sub: 2 } as const;

/** A header map: labels are integers or text. */
export type CoseHeader = ReadonlyMap<CborKey, CborValue>;

/** A COSE_Sign1 taken apart. `protected` is the header as it was signed, byte for byte. */
export interface CoseSign1 {
  readonly protected: Uint8Array;
  readonly protectedHeader: CoseHeader;
  readonly unprotected: CoseHeader;
  /** null when the payload travels apart (RFC 9052 §2, "nil"). */
  readonly payload: Uint8Array | null;
  readonly signature: Uint8Array;
}

/** Why bytes are not a COSE_Sign1; CBOR's own codes come through as they are. */
export type CoseErrorCode =
  | CborErrorCode
  /** Not under tag 18. */
  | 'cose-wrong-tag'
  /** Not an array of four with the right types. */
  | 'cose-malformed'
  /** The protected header is not a map, or an empty one not written as no bytes. */
  | 'cose-bad-protected-header'
  /** Strict only: something in the unprotected header. */
  | 'cose-unprotected-header'
  /** Strict only: no payload. */
  | 'cose-detached-payload'
  /** One label in both headers (RFC 9052 §3). */
  | 'cose-duplicate-label';

/** A COSE_Sign1, or why there is none. */
export type CoseDecoded =
  | { readonly ok: true; readonly sign1: CoseSign1 }
  | { readonly ok: false; readonly code: CoseErrorCode };

const EMPTY_HEADER: CoseHeader = new Map();
const NO_BYTES: Uint8Array = new Uint8Array(0);

/** A header map as bytes for the `protected` field: no bytes when it is empty (RFC 9052 §3). */
export function encodeProtectedHeader(header: CoseHeader): Uint8Array {
  return header.size === 0 ? NO_BYTES : encodeCbor(header);
}

/** A tagged COSE_Sign1, deterministically encoded (RFC 9052 §4.2). `payload` null detaches it. */
export function encodeSign1(parts: {
  readonly protected: Uint8Array;
  readonly unprotected?: CoseHeader;
  readonly payload: Uint8Array | null;
  readonly signature: Uint8Array;
}): Uint8Array {
  const unprotected = parts.unprotected ?? EMPTY_HEADER;
  const array = [parts.protected, unprotected, parts.payload, parts.signature];
  return encodeCbor(new CborTagged(COSE_SIGN1_TAG, array));
}

/**
 * Takes a COSE_Sign1 apart. `strict` is the one form that a statement may have: tag 18, deterministic
 * encoding, empty unprotected header, payload inside. Otherwise what others' tools write is accepted
 * too: no tag, any well-formed encoding, an unprotected header, a detached payload; no floats or
 * simple values in headers either way. Never throws. The parts may be views of `bytes`.
 */
export function decodeSign1(bytes: Uint8Array, options: { readonly strict: boolean }): CoseDecoded {
  const { strict } = options;
  const decoded = decodeCbor(bytes, { maps: 'map', tags: true, views: true, lenient: !strict });
  if (!decoded.ok) return { ok: false, code: decoded.code };
  let item = decoded.value;
  if (item instanceof CborTagged) {
    if (item.tag !== COSE_SIGN1_TAG) return { ok: false, code: 'cose-wrong-tag' };
    item = item.value;
  } else if (strict) {
    return { ok: false, code: 'cose-wrong-tag' };
  }
  if (!Array.isArray(item) || item.length !== 4) return { ok: false, code: 'cose-malformed' };
  const [protectedBytes, unprotected, payload, signature] = item as readonly CborValue[];
  if (
    !(protectedBytes instanceof Uint8Array) ||
    !(unprotected instanceof Map) ||
    !(payload instanceof Uint8Array || payload === null) ||
    !(signature instanceof Uint8Array)
  ) {
    return { ok: false, code: 'cose-malformed' };
  }
  const header = decodeProtected(protectedBytes, strict);
  if (!header.ok) return header;
  if (strict && unprotected.size > 0) return { ok: false, code: 'cose-unprotected-header' };
  if (strict && payload === null) return { ok: false, code: 'cose-detached-payload' };
  for (const label of unprotected.keys()) {
    if (header.header.has(label)) return { ok: false, code: 'cose-duplicate-label' };
  }
  return {
    ok: true,
    sign1: {
      protected: protectedBytes,
      protectedHeader: header.header,
      unprotected,
      payload,
      signature,
    },
  };
}

function decodeProtected(
  bytes: Uint8Array,
  strict: boolean,
):
  | { readonly ok: true; readonly header: CoseHeader }
  | { readonly ok: false; readonly code: CoseErrorCode } {
  if (bytes.length === 0) return { ok: true, header: EMPTY_HEADER };
  const decoded = decodeCbor(bytes, { maps: 'map', tags: true, views: true, lenient: !strict });
  if (!decoded.ok) return { ok: false, code: decoded.code };
  const header = decoded.value;
  if (!(header instanceof Map) || (strict && header.size === 0)) {
    return { ok: false, code: 'cose-bad-protected-header' };
  }
  return { ok: true, header };
}

/** An empty map written out; in Sig_structure it stands as no bytes (RFC 9052 §4.4). */
const EMPTY_MAP = 0xa0;

/**
 * The bytes that a COSE_Sign1's signature covers (RFC 9052 §4.4):
 * `["Signature1", protected, external_aad, payload]`.
 */
export function sigStructure(
  protectedBytes: Uint8Array,
  externalAad: Uint8Array,
  payload: Uint8Array,
): Uint8Array {
  const empty = protectedBytes.length === 1 && protectedBytes[0] === EMPTY_MAP;
  return encodeCbor(['Signature1', empty ? NO_BYTES : protectedBytes, externalAad, payload]);
}
