import { fromBase64 } from '@hefu/bytes';

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
/** Characters of a file of certificates that is read: some twenty of the largest taken. */
export const CERTIFICATES_TEXT_MAX: number = 256 * 1024;

/**
 * The certificates of a PEM file (RFC 7468 §5), in their order; what stands between them is for people. Undefined when there is none, or a
 * block is broken.
 */
export function certificatesOfPem(text: string): Uint8Array[] | undefined {
  if (text.length > CERTIFICATES_TEXT_MAX) return undefined;
  const certificates: Uint8Array[] = [];
  let at = text.indexOf(BEGIN);
  while (at >= 0) {
    const end = text.indexOf(END, at);
    if (end < 0) return undefined;
    const der = fromBase64(text.slice(at + BEGIN.length, end).replaceAll(/[\r\n\t ]/g, ''));
    if (der === undefined || der.length === 0) return undefined;
    certificates.push(der);
    at = text.indexOf(BEGIN, end);
  }
  return certificates.length === 0 ? undefined : certificates;
}
