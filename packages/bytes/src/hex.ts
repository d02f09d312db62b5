import { NativeBuffer } from './native-buffer.ts';

const HEX_OF_BYTE: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0'),
);

/** Lower-case hexadecimal text of `bytes`, two digits a byte. */
export function toHex(bytes: Uint8Array): string {
  if (NativeBuffer !== undefined) return NativeBuffer.prototype.hexSlice.call(bytes);
  return toHexPortable(bytes);
}

/**
 * Bytes of lower-case hexadecimal text, or undefined when the text is anything else: upper case,
 * odd length, a prefix or a space. One text for one value, so hex may serve as a key.
 */
export function fromHex(text: string): Uint8Array | undefined {
  return fromHexPortable(text);
}

export function toHexPortable(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX_OF_BYTE[byte];
  return text;
}

export function fromHexPortable(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = digit(text.charCodeAt(2 * i));
    const low = digit(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[i] = high * 16 + low;
  }
  return bytes;
}

function digit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  if (code >= 0x61 && code <= 0x66) return code - 0x57;
  return -1;
}
