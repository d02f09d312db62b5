import { NativeBuffer } from './native-buffer.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const ALPHABET_URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  if (NativeBuffer !== undefined) return NativeBuffer.prototype.base64Slice.call(bytes);
  return encodePortable(bytes, ALPHABET, true);
}

/**
 * Bytes of padded base64 (RFC 4648 §4), or undefined for any other text: missing padding, spaces,
 * the URL alphabet, or non-zero spare bits in the last digit.
 */
export function fromBase64(text: string): Uint8Array | undefined {
  return decodePortable(text, ALPHABET, true);
}

/** Base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  if (NativeBuffer !== undefined) return NativeBuffer.prototype.base64urlSlice.call(bytes);
  return encodePortable(bytes, ALPHABET_URL, false);
}

/** Bytes of unpadded base64url (RFC 4648 §5), or undefined for any other text. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  return decodePortable(text, ALPHABET_URL, false);
}

export function toBase64Portable(bytes: Uint8Array): string {
  return encodePortable(bytes, ALPHABET, true);
}

export function toBase64UrlPortable(bytes: Uint8Array): string {
  return encodePortable(bytes, ALPHABET_URL, false);
}

function encodePortable(bytes: Uint8Array, alphabet: string, padded: boolean): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const first = bytes[i] ?? 0;
    const second = bytes[i + 1] ?? 0;
    const third = bytes[i + 2] ?? 0;
    text += alphabet.charAt(first >> 2);
    text += alphabet.charAt(((first & 0x03) << 4) | (second >> 4));
    if (i + 1 < bytes.length) text += alphabet.charAt(((second & 0x0f) << 2) | (third >> 6));
    else if (padded) text += '=';
    if (i + 2 < bytes.length) text += alphabet.charAt(third & 0x3f);
    else if (padded) text += '=';
  }
  return text;
}

const DIGITS: Uint8Array = digitTable(ALPHABET);
const DIGITS_URL: Uint8Array = digitTable(ALPHABET_URL);
const NOT_A_DIGIT = 0xff;

function digitTable(alphabet: string): Uint8Array {
  const table = new Uint8Array(128).fill(0xff);
  for (let i = 0; i < alphabet.length; i++) table[alphabet.charCodeAt(i)] = i;
  return table;
}

function decodePortable(text: string, alphabet: string, padded: boolean): Uint8Array | undefined {
  const table = alphabet === ALPHABET ? DIGITS : DIGITS_URL;
  let digits = text.length;
  if (padded) {
    if (digits % 4 !== 0) return undefined;
    if (text.endsWith('==')) digits -= 2;
    else if (text.endsWith('=')) digits -= 1;
  }
  const spare = digits % 4;
  if (spare === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((digits * 3) / 4));
  let held = 0;
  let heldBits = 0;
  let at = 0;
  for (let i = 0; i < digits; i++) {
    const code = text.charCodeAt(i);
    const value = code < 128 ? (table[code] ?? NOT_A_DIGIT) : NOT_A_DIGIT;
    if (value === NOT_A_DIGIT) return undefined;
    held = (held << 6) | value;
    heldBits += 6;
    if (heldBits >= 8) {
      heldBits -= 8;
      bytes[at++] = held >> heldBits;
      held &= (1 << heldBits) - 1;
    }
  }
  // Spare bits must be zero, else several texts would stand for the same bytes.
  return held === 0 ? bytes : undefined;
}
