import { CborTagged, concatBytes, encodeCbor, toHex } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import type { CoseErrorCode } from '../cose.ts';
import { bytesOf } from './cbor-json.ts';
import type { CoseSign1Vectors } from './vector-types.ts';

type Invalid = CoseSign1Vectors['invalid'][number];

const PROTECTED = encodeCbor(
  new Map<CborKey, CborValue>([
    [1, -8],
    [4, new Uint8Array(4)],
  ]),
);
const PAYLOAD = new Uint8Array([1, 2, 3]);
const SIGNATURE = new Uint8Array(64);
const NO_HEADER = new Map<CborKey, CborValue>();

/** A COSE_Sign1 with a field replaced, under a tag or (null) none. */
function sign1(fields: readonly CborValue[], tag: number | null = 18): Uint8Array {
  return encodeCbor(tag === null ? fields : new CborTagged(tag, fields));
}

/** Forms that are not a statement's, and which of them a foreign statement may have. */
export function makeInvalidSign1(): Invalid[] {
  const good = [PROTECTED, NO_HEADER, PAYLOAD, SIGNATURE];
  const unprotected = new Map<CborKey, CborValue>([[4, new Uint8Array(1)]]);
  const others = new Map<CborKey, CborValue>([[33, new Uint8Array(1)]]);
  const unsorted = bytesOf('a20441000127');
  const header = (bytes: Uint8Array): Uint8Array => sign1([bytes, NO_HEADER, PAYLOAD, SIGNATURE]);
  const rows: [string, Uint8Array, CoseErrorCode, CoseErrorCode | null][] = [
    ['no tag', sign1(good, null), 'cose-wrong-tag', null],
    ['tag of COSE_Sign', sign1(good, 98), 'cose-wrong-tag', 'cose-wrong-tag'],
    [
      'two tags',
      encodeCbor(new CborTagged(18, new CborTagged(18, good))),
      'cose-malformed',
      'cose-malformed',
    ],
    [
      'unprotected header',
      sign1([PROTECTED, others, PAYLOAD, SIGNATURE]),
      'cose-unprotected-header',
      null,
    ],
    [
      'label in both headers',
      sign1([PROTECTED, unprotected, PAYLOAD, SIGNATURE]),
      'cose-unprotected-header',
      'cose-duplicate-label',
    ],
    [
      'detached payload',
      sign1([PROTECTED, NO_HEADER, null, SIGNATURE]),
      'cose-detached-payload',
      null,
    ],
    ['three fields', sign1(good.slice(0, 3)), 'cose-malformed', 'cose-malformed'],
    ['five fields', sign1([...good, 0]), 'cose-malformed', 'cose-malformed'],
    [
      'a map in place of the array',
      encodeCbor(new CborTagged(18, NO_HEADER)),
      'cose-malformed',
      'cose-malformed',
    ],
    [
      'protected header as a map',
      sign1([NO_HEADER, NO_HEADER, PAYLOAD, SIGNATURE]),
      'cose-malformed',
      'cose-malformed',
    ],
    [
      'unprotected header as bytes',
      sign1([PROTECTED, PROTECTED, PAYLOAD, SIGNATURE]),
      'cose-malformed',
      'cose-malformed',
    ],
    [
      'payload as text',
      sign1([PROTECTED, NO_HEADER, 'text', SIGNATURE]),
      'cose-malformed',
      'cose-malformed',
    ],
    [
      'signature missing',
      sign1([PROTECTED, NO_HEADER, PAYLOAD, null]),
      'cose-malformed',
      'cose-malformed',
    ],
    [
      'empty map written out as protected header',
      header(bytesOf('a0')),
      'cose-bad-protected-header',
      null,
    ],
    [
      'array as protected header',
      header(bytesOf('80')),
      'cose-bad-protected-header',
      'cose-bad-protected-header',
    ],
    ['protected header out of order', header(unsorted), 'cbor-not-canonical', null],
    [
      'protected header with a label twice',
      header(bytesOf('a201270126')),
      'cbor-duplicate-key',
      'cbor-duplicate-key',
    ],
    ['protected header with a float', header(bytesOf('a118e8f93c00')), 'cbor-float', 'cbor-float'],
    [
      'protected header cut short',
      header(PROTECTED.slice(0, -1)),
      'cbor-malformed',
      'cbor-malformed',
    ],
    [
      'bytes after the protected header',
      header(concatBytes(PROTECTED, PAYLOAD)),
      'cbor-trailing-bytes',
      'cbor-trailing-bytes',
    ],
    ['array of indefinite length', indefinite(good), 'cbor-not-canonical', null],
    [
      'bytes after it',
      concatBytes(sign1(good), PAYLOAD),
      'cbor-trailing-bytes',
      'cbor-trailing-bytes',
    ],
    ['cut short', sign1(good).slice(0, -1), 'cbor-malformed', 'cbor-malformed'],
    ['nothing', new Uint8Array(0), 'cbor-malformed', 'cbor-malformed'],
    ['text', encodeCbor('COSE'), 'cose-wrong-tag', 'cose-malformed'],
  ];
  return rows.map(([name, encoded, strict, lenient]) => ({
    name,
    encoded: toHex(encoded),
    strict,
    lenient,
  }));
}

function indefinite(fields: readonly CborValue[]): Uint8Array {
  return concatBytes(bytesOf('d29f'), ...fields.map(encodeCbor), bytesOf('ff'));
}
