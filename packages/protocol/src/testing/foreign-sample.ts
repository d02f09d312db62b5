import { encodeCbor, utf8Encode } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import { coseAlg } from '@hefu/crypto/algorithm';
import { encodeSign1, sigStructure } from '@hefu/crypto/cose';
import type { KeyPair } from '@hefu/crypto/keys';
import { sign } from '@hefu/crypto/sign';

/** A Signed Statement as another system would make it, for tests and vectors. */
export function foreignStatement(options: {
  readonly key: KeyPair;
  readonly issuer: string;
  readonly subject?: string;
  readonly kid?: Uint8Array;
  readonly payload?: Uint8Array;
  /** Put over the header's own labels; undefined takes one away. */
  readonly header?: readonly (readonly [CborKey, CborValue | undefined])[];
  readonly claims?: readonly (readonly [CborKey, CborValue])[];
  readonly unprotected?: ReadonlyMap<CborKey, CborValue>;
  /** Leaves the payload out of what is sent; it is signed all the same. */
  readonly detached?: boolean;
}): Uint8Array {
  const { key, issuer, subject = 'urn:example:lot:1', kid } = options;
  const payload = options.payload ?? utf8Encode('{"checked":true}');
  const header = new Map<CborKey, CborValue>([
    [1, coseAlg(key.algorithm)],
    [3, 'application/json'],
    [15, new Map<CborKey, CborValue>([[1, issuer], [2, subject], ...(options.claims ?? [])])],
  ]);
  if (kid !== undefined) header.set(4, kid);
  for (const [label, value] of options.header ?? []) {
    if (value === undefined) header.delete(label);
    else header.set(label, value);
  }
  const protectedBytes = encodeCbor(header);
  const message = sigStructure(protectedBytes, new Uint8Array(0), payload);
  return encodeSign1({
    protected: protectedBytes,
    unprotected: options.unprotected ?? new Map(),
    payload: options.detached === true ? null : payload,
    signature: sign(key.algorithm, key.privateKey, message),
  });
}
