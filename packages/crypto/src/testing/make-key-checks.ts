import { concatBytes, toHex } from '@hefu/bytes';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { SIGNATURE_ALGORITHMS } from '../algorithm.ts';
import { bigintOf, bytes32Of, EdPoint, P256Point, Sm2Point } from '../curves.ts';
import type { EdwardsPoint } from '../curves.ts';
import type { PublicKeyErrorCode } from '../key-check.ts';
import { bytesOf } from './cbor-json.ts';
import { vectorKey } from './vector-keys.ts';
import type { SignatureVectors } from './vector-types.ts';

type Check = SignatureVectors['publicKeyChecks'][number];

/** A point of order 8 on edwards25519. */
export const TORSION_8: EdwardsPoint = EdPoint.fromBytes(
  bytesOf('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
);

function check(
  name: string,
  algorithm: SignatureAlgorithm,
  publicKey: Uint8Array,
  code: PublicKeyErrorCode | null,
): Check {
  return { name: `${algorithm}: ${name}`, algorithm, publicKey: toHex(publicKey), code };
}

/** Public keys and what `checkPublicKey` says of them. */
export function makePublicKeyChecks(): Check[] {
  return [
    ...SIGNATURE_ALGORITHMS.flatMap((algorithm) => {
      const { publicKey } = vectorKey(algorithm, 0);
      return [
        check('good', algorithm, publicKey, null),
        check('empty', algorithm, new Uint8Array(0), 'key-malformed'),
        check('a byte short', algorithm, publicKey.slice(0, -1), 'key-malformed'),
        check('a byte long', algorithm, concatBytes(publicKey, new Uint8Array(1)), 'key-malformed'),
      ];
    }),
    ...ed25519Checks(),
    ...ecChecks('es256', P256Point),
    ...ecChecks('sm2', Sm2Point),
  ];
}

function ed25519Checks(): Check[] {
  const point = EdPoint.fromBytes(vectorKey('ed25519', 0).publicKey);
  const make = (name: string, key: Uint8Array, code: PublicKeyErrorCode): Check =>
    check(name, 'ed25519', key, code);
  const smallOrder = Array.from({ length: 8 }, (_, i) =>
    make(
      `${i} times a point of order 8`,
      TORSION_8.multiplyUnsafe(BigInt(i)).toBytes(),
      'key-small-order',
    ),
  );
  const mixed = Array.from({ length: 7 }, (_, i) => {
    const key = point.add(TORSION_8.multiplyUnsafe(BigInt(i + 1))).toBytes();
    return make(`good key plus ${i + 1} times a point of order 8`, key, 'key-not-torsion-free');
  });
  return [
    ...smallOrder,
    ...mixed,
    make('y = p', bytesOf(`ed${'ff'.repeat(30)}7f`), 'key-not-canonical'),
    make('y = p + 1', bytesOf(`ee${'ff'.repeat(30)}7f`), 'key-not-canonical'),
    make('y = 2^255 - 1', bytesOf(`${'ff'.repeat(31)}7f`), 'key-not-canonical'),
    make('y = 1 with a sign', bytesOf(`01${'00'.repeat(30)}80`), 'key-not-canonical'),
    make('y = -1 with a sign', bytesOf(`ec${'ff'.repeat(31)}`), 'key-not-canonical'),
    make('y = 2, no point', bytesOf(`02${'00'.repeat(31)}`), 'key-not-on-curve'),
    make('y = 3', bytesOf(`03${'00'.repeat(31)}`), 'key-not-torsion-free'),
  ];
}

function ecChecks(algorithm: 'es256' | 'sm2', Point: typeof P256Point): Check[] {
  const { publicKey } = vectorKey(algorithm, 0);
  const prime = Point.Fp.ORDER;
  const make = (name: string, key: Uint8Array, code: PublicKeyErrorCode): Check =>
    check(name, algorithm, key, code);
  const changed = (at: number, byte: number): Uint8Array => {
    const key = publicKey.slice();
    key[at] = byte;
    return key;
  };
  const point = Point.fromBytes(publicKey);
  const x = publicKey.slice(1, 33);
  const y = publicKey.slice(33);
  const head = new Uint8Array([4]);
  const unreduced = smallXUnreduced(Point, prime);
  return [
    make('compressed', point.toBytes(true), 'key-malformed'),
    make('hybrid form', changed(0, 6), 'key-malformed'),
    make('infinity', new Uint8Array(1), 'key-malformed'),
    make('y changed', changed(64, (publicKey[64] ?? 0) ^ 1), 'key-not-on-curve'),
    make('x and y exchanged', concatBytes(head, y, x), 'key-not-on-curve'),
    make('all zero after 04', concatBytes(head, new Uint8Array(64)), 'key-not-on-curve'),
    make('x = p', concatBytes(head, bytes32Of(prime), y), 'key-not-canonical'),
    make('y = p', concatBytes(head, x, bytes32Of(prime)), 'key-not-canonical'),
    make('x and y all ones', concatBytes(head, new Uint8Array(64).fill(0xff)), 'key-not-canonical'),
    make('x of a point plus p', unreduced, 'key-not-canonical'),
  ];
}

/** A point of the curve with x below 2^256 − p, written with x + p. */
function smallXUnreduced(Point: typeof P256Point, prime: bigint): Uint8Array {
  for (let x = 0n; ; x++) {
    const compressed = concatBytes(new Uint8Array([2]), bytes32Of(x));
    try {
      const bytes = Point.fromBytes(compressed).toBytes(false);
      return concatBytes(
        bytes.slice(0, 1),
        bytes32Of(bigintOf(bytes.slice(1, 33)) + prime),
        bytes.slice(33),
      );
    } catch {
      // No point has this x: try the next.
    }
  }
}
