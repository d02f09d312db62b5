import { concatBytes } from '@hefu/bytes';

/** An ECDSA or SM2 signature r ‖ s as DER: SEQUENCE of two INTEGERs (RFC 3279 §2.2.3). */
export function derOfSignature(signature: Uint8Array): Uint8Array {
  const r = derInteger(signature.subarray(0, 32));
  const s = derInteger(signature.subarray(32, 64));
  return concatBytes(new Uint8Array([0x30, r.length + s.length]), r, s);
}

/** r ‖ s of a DER signature; undefined when it is not minimal DER or an integer exceeds 32 bytes. */
export function signatureOfDer(der: Uint8Array): Uint8Array | undefined {
  const sequence = readDer(der, 0x30);
  if (sequence === undefined || sequence.rest.length !== 0) return undefined;
  const r = readDer(sequence.body, 0x02);
  const s = r === undefined ? undefined : readDer(r.rest, 0x02);
  if (r === undefined || s === undefined || s.rest.length !== 0) return undefined;
  const signature = new Uint8Array(64);
  return putInteger(signature, 0, r.body) && putInteger(signature, 32, s.body)
    ? signature
    : undefined;
}

function derInteger(bytes: Uint8Array): Uint8Array {
  let skip = 0;
  while (skip < bytes.length - 1 && bytes[skip] === 0) skip++;
  const digits = bytes.subarray(skip);
  const pad = (digits[0] ?? 0) >= 0x80 ? 1 : 0;
  const out = new Uint8Array(2 + pad + digits.length);
  out[0] = 0x02;
  out[1] = pad + digits.length;
  out.set(digits, 2 + pad);
  return out;
}

function putInteger(out: Uint8Array, offset: number, body: Uint8Array): boolean {
  const first = body[0];
  if (first === undefined || first >= 0x80) return false;
  let digits = body;
  if (first === 0 && body.length > 1) {
    if ((body[1] ?? 0) < 0x80) return false;
    digits = body.subarray(1);
  }
  if (digits.length > 32) return false;
  out.set(digits, offset + 32 - digits.length);
  return true;
}

/** The body of a DER element with this tag, and what follows it. */
export interface DerElement {
  readonly body: Uint8Array;
  readonly rest: Uint8Array;
}

/**
 * Reads one DER element of the given tag from the front of `bytes`; undefined when another tag is
 * there, the length is not minimal, or it reaches beyond the end. Lengths above 65,535 are refused.
 */
export function readDer(bytes: Uint8Array, tag: number): DerElement | undefined {
  if (bytes[0] !== tag) return undefined;
  const first = bytes[1];
  if (first === undefined) return undefined;
  let size = first;
  let start = 2;
  if (first === 0x81) {
    size = bytes[2] ?? 0;
    start = 3;
    if (size < 0x80) return undefined;
  } else if (first === 0x82) {
    size = (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0);
    start = 4;
    if (size < 0x100) return undefined;
  } else if (first > 0x7f) {
    return undefined;
  }
  const end = start + size;
  if (end > bytes.length) return undefined;
  return { body: bytes.subarray(start, end), rest: bytes.subarray(end) };
}

/** One DER element. Throws RangeError for a body above 65,535 bytes. */
export function writeDer(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...parts);
  const size = body.length;
  if (size > 0xffff) throw new RangeError('DER body too long');
  if (size < 0x80) return concatBytes(new Uint8Array([tag, size]), body);
  if (size < 0x100) return concatBytes(new Uint8Array([tag, 0x81, size]), body);
  return concatBytes(new Uint8Array([tag, 0x82, size >> 8, size & 0xff]), body);
}
