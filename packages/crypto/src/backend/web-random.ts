/** Most bytes that one call of getRandomValues gives (WebCrypto §10.1.1). */
const DRAW_BYTES_MAX = 65_536;

export function webRandomBytes(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += DRAW_BYTES_MAX) {
    globalThis.crypto.getRandomValues(bytes.subarray(at, at + DRAW_BYTES_MAX));
  }
  return bytes;
}
