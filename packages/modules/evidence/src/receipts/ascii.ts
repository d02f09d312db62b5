import { utf8Encode } from '@hefu/bytes';

/** Text written straight into bytes: no string is made for each of a hundred thousand lines. */

const HEX_DIGITS = utf8Encode('0123456789abcdef');
const BASE64_DIGITS = utf8Encode(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
);
const PADDING = 0x3d;
const ZERO = 0x30;

/** Lower-case hex of `bytes` at `start`; gives the end. */
export function writeHex(into: Uint8Array, start: number, bytes: Uint8Array): number {
  let at = start;
  for (const byte of bytes) {
    into[at++] = HEX_DIGITS[byte >> 4] as number;
    into[at++] = HEX_DIGITS[byte & 15] as number;
  }
  return at;
}

/** Padded base64 (RFC 4648 §4) of `bytes` at `start`; gives the end. */
export function writeBase64(into: Uint8Array, start: number, bytes: Uint8Array): number {
  let at = start;
  const whole = bytes.length - (bytes.length % 3);
  for (let i = 0; i < whole; i += 3) {
    const bits =
      ((bytes[i] as number) << 16) | ((bytes[i + 1] as number) << 8) | (bytes[i + 2] as number);
    into[at++] = BASE64_DIGITS[bits >> 18] as number;
    into[at++] = BASE64_DIGITS[(bits >> 12) & 63] as number;
    into[at++] = BASE64_DIGITS[(bits >> 6) & 63] as number;
    into[at++] = BASE64_DIGITS[bits & 63] as number;
  }
  if (whole === bytes.length) return at;
  const isOne = bytes.length - whole === 1;
  const bits = ((bytes[whole] as number) << 16) | ((isOne ? 0 : (bytes[whole + 1] as number)) << 8);
  into[at++] = BASE64_DIGITS[bits >> 18] as number;
  into[at++] = BASE64_DIGITS[(bits >> 12) & 63] as number;
  into[at++] = isOne ? PADDING : (BASE64_DIGITS[(bits >> 6) & 63] as number);
  into[at++] = PADDING;
  return at;
}

/** A whole number below 2^31 in decimal at `start`; gives the end. */
export function writeDecimal(into: Uint8Array, start: number, value: number): number {
  let digits = 1;
  for (let rest = value; rest > 9; rest = Math.floor(rest / 10)) digits++;
  let rest = value;
  for (let i = digits - 1; i >= 0; i--) {
    into[start + i] = ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return start + digits;
}
