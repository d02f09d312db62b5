import { CborTagged, decodeCbor } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import { SIGNATURE_BYTES } from '@hefu/crypto/algorithm';
import { faultOfPayload } from './statement-payload.ts';

/** Why bytes are not a statement. */
export type StatementCode =
  /** More bytes than a statement may have. */
  | 'statement-too-large'
  /** No COSE_Sign1 at all: not CBOR, cut short, another structure. */
  | 'statement-malformed'
  /** A COSE_Sign1 in another form: untagged, indefinite or over-long lengths, keys out of order. */
  | 'statement-not-canonical'
  /** The unprotected header is not empty. */
  | 'statement-unprotected-header'
  /** The algorithm is none that any chain knows. */
  | 'statement-algorithm'
  /** Another fault of the protected header, or issuer and subject do not agree with the payload. */
  | 'statement-header'
  /** The payload is not the six parts, or one of them is out of its bounds. */
  | 'statement-payload';

export interface StatementFault {
  readonly ok: false;
  readonly code: StatementCode;
  /** For people who build statements: which part. Never part of anything signed. */
  readonly detail?: string;
}

const TAG_SIGN1 = 18;
/** Header labels and the values of `alg` that a statement may carry (RFC 9053, SM2 private use). */
const KNOWN_ALGORITHMS: readonly number[] = [-8, -7, -65537];
const HEADER_ALGORITHM = 1;

/**
 * Says why the fast reader refused: a second, slow reading for the error message alone. It never
 * accepts, so that a difference between the two readers can't let a second form in.
 */
export function diagnoseStatement(bytes: Uint8Array): StatementFault {
  const decoded = decodeCbor(bytes, { maps: 'map', tags: true });
  if (!decoded.ok) {
    const form = decoded.code === 'cbor-not-canonical' || decoded.code === 'cbor-duplicate-key';
    const code = form ? 'statement-not-canonical' : 'statement-malformed';
    return { ok: false, code, detail: `${decoded.code} at byte ${decoded.offset}` };
  }
  const value = decoded.value;
  if (sign1Parts(value) !== undefined) {
    return { ok: false, code: 'statement-not-canonical', detail: 'tag 18 is missing' };
  }
  if (!(value instanceof CborTagged) || value.tag !== TAG_SIGN1) return malformed('tag 18');
  const parts = sign1Parts(value.value);
  if (parts === undefined) return malformed('array of protected, unprotected, payload, signature');
  const { header, unprotected, payload, signature } = parts;
  if (unprotected.size > 0) return { ok: false, code: 'statement-unprotected-header' };
  if (signature.length !== SIGNATURE_BYTES) return malformed('signature of 64 bytes');
  return diagnoseHeader(header) ?? diagnosePayload(payload);
}

interface Sign1Parts {
  readonly header: Uint8Array;
  readonly unprotected: ReadonlyMap<CborKey, CborValue>;
  readonly payload: CborValue;
  readonly signature: Uint8Array;
}

function sign1Parts(value: CborValue): Sign1Parts | undefined {
  if (!Array.isArray(value) || value.length !== 4) return undefined;
  const [header, unprotected, payload, signature] = value as readonly CborValue[];
  if (!(header instanceof Uint8Array) || !(signature instanceof Uint8Array)) return undefined;
  if (!(unprotected instanceof Map) || payload === undefined) return undefined;
  return { header, unprotected, payload, signature };
}

function malformed(expected: string): StatementFault {
  return { ok: false, code: 'statement-malformed', detail: `expected ${expected}` };
}

function diagnoseHeader(header: Uint8Array): StatementFault | undefined {
  const decoded = decodeCbor(header, { maps: 'map' });
  if (!decoded.ok) {
    const form = decoded.code === 'cbor-not-canonical' || decoded.code === 'cbor-duplicate-key';
    const code = form ? 'statement-not-canonical' : 'statement-header';
    return { ok: false, code, detail: `protected header: ${decoded.code}` };
  }
  if (!(decoded.value instanceof Map)) return { ok: false, code: 'statement-header' };
  const members = decoded.value as ReadonlyMap<unknown, CborValue>;
  const algorithm = members.get(HEADER_ALGORITHM);
  if (typeof algorithm !== 'number' || !KNOWN_ALGORITHMS.includes(algorithm)) {
    return { ok: false, code: 'statement-algorithm' };
  }
  const labels = [...members.keys()].join(' ');
  return labels === '1 3 4 15'
    ? undefined
    : { ok: false, code: 'statement-header', detail: `labels ${labels}, expected 1 3 4 15` };
}

function diagnosePayload(payload: CborValue): StatementFault {
  if (!(payload instanceof Uint8Array)) {
    return { ok: false, code: 'statement-payload', detail: 'the payload is detached' };
  }
  const decoded = decodeCbor(payload, { maps: 'object' });
  if (!decoded.ok) {
    const detail = `payload: ${decoded.code} at byte ${decoded.offset}`;
    const form = decoded.code === 'cbor-not-canonical' || decoded.code === 'cbor-duplicate-key';
    return { ok: false, code: form ? 'statement-not-canonical' : 'statement-payload', detail };
  }
  if (!Array.isArray(decoded.value)) {
    return { ok: false, code: 'statement-payload', detail: 'expected an array of six' };
  }
  const fault = faultOfPayload(decoded.value as readonly CborValue[]);
  if (fault !== undefined) return { ok: false, code: 'statement-payload', detail: fault };
  // All that is left: claims of another form, or that do not agree with the payload.
  return { ok: false, code: 'statement-header', detail: 'issuer or subject' };
}
