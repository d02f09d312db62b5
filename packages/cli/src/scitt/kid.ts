import { fromHex, toHex, utf8Encode } from '@hefu/bytes';
import { usageFault } from '../fault.ts';

/** How the bytes of a key's name are typed that are no text. */
const HEX_PREFIX = 'hex:';
const PRINTABLE = /^[\u0021-\u007e]+$/;

/** The bytes of an issuer's key id: text, or `hex:` and digits. Throws CliFault `usage`. */
export function kidBytes(text: string): Uint8Array {
  if (!text.startsWith(HEX_PREFIX)) return utf8Encode(text);
  const bytes = fromHex(text.slice(HEX_PREFIX.length));
  if (bytes === undefined) throw usageFault('usage', `${text} is not in hex`);
  return bytes;
}

/** An issuer's key id as it can be typed again. */
export function kidText(kid: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(kid);
  return PRINTABLE.test(text) && !text.startsWith(HEX_PREFIX) ? text : HEX_PREFIX + toHex(kid);
}
