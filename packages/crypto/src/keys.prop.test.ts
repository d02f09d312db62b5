// Goal: key ids tell keys apart, and no bytes make an import or a check throw. Method: random and mutated
// keys; the id of a key depends on nothing but algorithm and key.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCbor, encodeCbor, toHex } from '@hefu/bytes';
import { publicKeyBytes, SIGNATURE_ALGORITHMS } from './algorithm.ts';
import {
  checkPublicKey,
  coseKey,
  generateKeyPair,
  keyId,
  pkcs8Of,
  privateKeyFromPkcs8,
  publicKeyFromSpki,
  spkiOf,
} from './keys.ts';
import { derOfPem, pemOf } from './key-encoding.ts';
import { sign, verify } from './sign.ts';

const algorithm = fc.constantFrom(...SIGNATURE_ALGORITHMS);

describe('key ids', () => {
  it('are one for one with keys', () => {
    fc.assert(
      fc.property(
        algorithm,
        algorithm,
        fc.infiniteStream(fc.nat(255)),
        fc.nat(),
        (first, second, bytes, at) => {
          const take = (size: number): Uint8Array =>
            Uint8Array.from({ length: size }, () => bytes.next().value);
          const key = take(publicKeyBytes(first));
          if (first !== 'ed25519') key[0] = 4;
          const id = keyId('sha256', first, key);
          expect(id).toHaveLength(32);
          expect(keyId('sha256', first, key.slice())).toEqual(id);
          expect(keyId('sm3', first, key)).not.toEqual(id);
          const changed = key.slice();
          const place = first === 'ed25519' ? at % 32 : 1 + (at % 64);
          changed[place] = (changed[place] ?? 0) ^ 1;
          expect(keyId('sha256', first, changed)).not.toEqual(id);
          const sameSize = publicKeyBytes(first) === publicKeyBytes(second);
          const other = sameSize ? toHex(keyId('sha256', second, key)) : '';
          expect(other === toHex(id)).toBe(first === second);
          const encoded = coseKey(first, key);
          const decoded = decodeCbor(encoded, { maps: 'map' });
          expect(decoded.ok ? encodeCbor(decoded.value) : undefined).toEqual(encoded);
        },
      ),
    );
  });
});

describe('imports', () => {
  const good = SIGNATURE_ALGORITHMS.map((name) => generateKeyPair(name));
  const sources = good.flatMap(({ algorithm: name, privateKey, publicKey }) => [
    derOfPem('PUBLIC KEY', spkiOf(name, publicKey)) ?? new Uint8Array(0),
    derOfPem('PRIVATE KEY', pkcs8Of(name, privateKey)) ?? new Uint8Array(0),
  ]);

  it('never throw on mutated or random DER', () => {
    const mutated = fc
      .tuple(fc.constantFrom(...sources), fc.nat(), fc.nat(255), fc.nat(200))
      .map(([source, at, byte, cut]) => {
        const copy = source.slice(0, cut > 100 ? source.length : cut);
        if (copy.length > 0) copy[at % copy.length] = byte;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 80 })), (der) => {
        expect(typeof publicKeyFromSpki(der).ok).toBe('boolean');
        expect(typeof publicKeyFromSpki(pemOf('PUBLIC KEY', der)).ok).toBe('boolean');
        expect(typeof privateKeyFromPkcs8(der).ok).toBe('boolean');
        expect(typeof privateKeyFromPkcs8(pemOf('PRIVATE KEY', der)).ok).toBe('boolean');
      }),
      { numRuns: 300 },
    );
  });

  it('and checks and verification never throw on any text, key or signature', () => {
    fc.assert(
      fc.property(
        algorithm,
        fc.uint8Array({ minLength: 30, maxLength: 66 }),
        fc.uint8Array({ minLength: 62, maxLength: 66 }),
        fc.string(),
        (name, key, signature, text) => {
          expect(checkPublicKey(name, key).ok && key.length !== publicKeyBytes(name)).toBe(false);
          expect(verify(name, key, key, signature)).toBe(false);
          expect(publicKeyFromSpki(text).ok).toBe(false);
          expect(privateKeyFromPkcs8(text).ok).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('verification notices any change of a bit', () => {
    fc.assert(
      fc.property(fc.constantFrom(...good), fc.nat(63), fc.nat(7), (pair, at, bit) => {
        const { algorithm: name, privateKey, publicKey } = pair;
        const message = new Uint8Array([at, bit]);
        const signature = sign(name, privateKey, message);
        expect(verify(name, publicKey, message, signature)).toBe(true);
        signature[at] = (signature[at] ?? 0) ^ (1 << bit);
        expect(verify(name, publicKey, message, signature)).toBe(false);
      }),
    );
  });
});
