import { decodeCbor, encodeCbor } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import { coseAlg } from '@hefu/crypto/algorithm';
import { coseKey, keyId } from '@hefu/crypto/keys';
import type { Validator } from '@hefu/protocol';

/** Labels of a COSE_Key (RFC 9052 §7.1). */
const KEY_ID = 2;
const ALGORITHM = 3;

/** The `kid` that stands in a validator's receipts: its COSE Key Thumbprint (RFC 9679). */
export function receiptKeyId({ algorithm, publicKey }: Validator): Uint8Array {
  return keyId('sha256', algorithm, publicKey);
}

/** A validator's key as COSE_Key, with `kid` and `alg`. */
export function receiptKey(validator: Validator): ReadonlyMap<CborKey, CborValue> {
  const { algorithm, publicKey } = validator;
  const bare = decodeCbor(coseKey(algorithm, publicKey), { maps: 'map' });
  if (!bare.ok || !(bare.value instanceof Map)) throw new Error('a COSE_Key that is no map');
  const members = bare.value as ReadonlyMap<CborKey, CborValue>;
  return new Map<CborKey, CborValue>([
    ...members,
    [KEY_ID, receiptKeyId(validator)],
    [ALGORITHM, coseAlg(algorithm)],
  ]);
}

/** A COSE Key Set (RFC 9052 §7). */
export function receiptKeySet(validators: readonly Validator[]): Uint8Array {
  return encodeCbor(validators.map(receiptKey));
}
