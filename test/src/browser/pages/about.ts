import { toHex, utf8Encode } from '@hefu/bytes';

/** What kind of page this is, and one thing done by a package of ours. */
export function run(input: { readonly text: string }): unknown {
  return {
    secureContext: globalThis.isSecureContext,
    webCrypto: globalThis.crypto.subtle !== undefined,
    node: 'process' in globalThis,
    hex: toHex(utf8Encode(input.text)),
  };
}
