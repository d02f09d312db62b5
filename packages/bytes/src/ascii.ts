import { NativeBuffer } from './native-buffer.ts';

/** Text up to this size is joined code by code, which is cheaper than a call out (measured). */
const SHORT_TEXT_BYTES_MAX = 8;

/** Text of the ASCII bytes [from, to); whether they are ASCII is the caller's to have checked. */
export function asciiText(bytes: Uint8Array, from: number, to: number): string {
  return NativeBuffer === undefined || to - from <= SHORT_TEXT_BYTES_MAX
    ? asciiTextPortable(bytes, from, to)
    : NativeBuffer.prototype.latin1Slice.call(bytes, from, to);
}

export function asciiTextPortable(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}
