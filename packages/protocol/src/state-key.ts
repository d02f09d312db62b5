import { encodeCbor, encodeCborShortLived } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import type { HashName } from '@hefu/crypto/hash';

/**
 * Where a record stands in the state tree: H(CBOR([contract, collection, key])), 32 bytes. The
 * array's heads delimit the three names, so that no two records share a place.
 */
export function stateKeyHash(
  hashName: HashName,
  contract: string,
  collection: string,
  key: string,
): Uint8Array {
  return hash(hashName, encodeCborShortLived([contract, collection, key]));
}

/** The bytes under which a record's value is kept and proven: its deterministic CBOR. */
export function stateValueBytes(value: CborValue): Uint8Array {
  return encodeCbor(value);
}
