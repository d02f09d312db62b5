import { utf8Encode } from '@hefu/bytes';

/**
 * Fields of an item in the order of deterministic CBOR (RFC 8949 §4.2.1: by the bytes of the
 * encoded key, so shorter names first), each with its encoded key.
 */
export const FIELD_NAMES = [
  'sm3',
  'case',
  'kind',
  'name',
  'size',
  'title',
  'sha256',
  'claimed',
  'mediaType',
] as const;

export type FieldName = (typeof FIELD_NAMES)[number];

/** CBOR text of up to 23 bytes: one head byte, then UTF-8. */
const SHORT_TEXT_HEAD = 0x60;

function encodeKey(name: FieldName): Uint8Array {
  return Uint8Array.of(SHORT_TEXT_HEAD + name.length, ...utf8Encode(name));
}

/** The encoded key of each field. */
export const FIELD_KEYS: { readonly [N in FieldName]: Uint8Array } = {
  sm3: encodeKey('sm3'),
  case: encodeKey('case'),
  kind: encodeKey('kind'),
  name: encodeKey('name'),
  size: encodeKey('size'),
  title: encodeKey('title'),
  sha256: encodeKey('sha256'),
  claimed: encodeKey('claimed'),
  mediaType: encodeKey('mediaType'),
};

/**
 * Longest encoding of an item: every field at its bound, three UTF-8 bytes for each UTF-16 code
 * unit, rounded up. Far below the 65,535 bytes that a bundle can say.
 */
export const ITEM_BYTES_MAX = 2048;
