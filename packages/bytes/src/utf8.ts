const encoder = new TextEncoder();
// `ignoreBOM` keeps a leading U+FEFF: without it two byte strings would give one text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * UTF-8 bytes of `text`. Throws TypeError on a lone surrogate: replacing it, as the platform would,
 * lets two different texts have the same bytes and so the same digest. Texts that come from outside
 * are to be checked with `text.isWellFormed()` first.
 */
export function utf8Encode(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new TypeError('text with a lone surrogate has no UTF-8 form');
  return encoder.encode(text);
}

/** Text of UTF-8 `bytes`, or undefined when they are not well-formed UTF-8 (RFC 3629). */
export function utf8Decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
