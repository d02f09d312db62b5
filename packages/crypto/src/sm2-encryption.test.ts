// Goal: SM2 encryption is GB/T 32918.4's, and nothing that was changed decrypts. Method: sm-crypto-v2 in
// both directions; every byte changed; sizes at the borders.
import { sm2 as otherSm2 } from 'sm-crypto-v2';
import { describe, expect, it } from 'vitest';
import { concatBytes, toHex, utf8Encode } from '@hefu/bytes';
import { generateKeyPair } from './keys.ts';
import { randomBytes } from './random.ts';
import {
  SM2_ENCRYPTION_OVERHEAD_BYTES,
  SM2_PLAINTEXT_BYTES_MAX,
  sm2Decrypt,
  sm2Encrypt,
  sm2EncryptWithNonce,
} from './sm2-encryption.ts';
import { bigintOf, Sm2Point } from './curves.ts';
import { bytesOf } from './testing/cbor-json.ts';

/** sm-crypto-v2's number for the order C1 C3 C2; it leaves out the 04 before C1. */
const C1_C3_C2 = 1;

describe('SM2 encryption', () => {
  const { publicKey, privateKey } = generateKeyPair('sm2');

  it('gives the worked example of GM/T 0003.5 annex C', () => {
    const d = bytesOf('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8');
    const k = bytesOf('59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21');
    const receiver = Sm2Point.BASE.multiply(bigintOf(d));
    const ciphertext = sm2EncryptWithNonce(
      receiver,
      utf8Encode('encryption standard'),
      bigintOf(k),
    );
    expect(toHex(ciphertext ?? new Uint8Array(0))).toBe(
      '0404ebfc718e8d1798620432268e77feb6415e2ede0e073c0f4f640ecd2e149a73' +
        'e858f9d81e5430a57b36daab8f950a3c64e6ee6a63094d99283aff767e124df0' +
        '59983c18f809e262923c53aec295d30383b54e39d609d160afcb1908d0bd8766' +
        '21886ca989ca9c7d58087307ca93092d651efa',
    );
    expect(sm2Decrypt(d, ciphertext ?? new Uint8Array(0))).toEqual(
      utf8Encode('encryption standard'),
    );
  });

  it.each([1, 16, 31, 32, 33, 64, 1000])('of %i bytes goes to sm-crypto-v2 and back', (size) => {
    const message = randomBytes(size);
    const ours = toHex(sm2Encrypt(publicKey, message));
    expect(ours.startsWith('04')).toBe(true);
    const read = otherSm2.doDecrypt(ours.slice(2), toHex(privateKey), C1_C3_C2, {
      output: 'array',
    });
    expect(toHex(read)).toBe(toHex(message));
    const its = otherSm2.doEncrypt(message, toHex(publicKey), C1_C3_C2);
    expect(sm2Decrypt(privateKey, concatBytes(new Uint8Array([4]), bytesOf(its)))).toEqual(message);
  });

  it('refuses a ciphertext with any byte changed, and another key', () => {
    const ciphertext = sm2Encrypt(publicKey, new Uint8Array([1, 2, 3, 4]));
    for (let at = 0; at < ciphertext.length; at++) {
      const forged = ciphertext.slice();
      forged[at] = (forged[at] ?? 0) ^ 1;
      expect(sm2Decrypt(privateKey, forged), `byte ${at}`).toBeUndefined();
    }
    expect(sm2Decrypt(generateKeyPair('sm2').privateKey, ciphertext)).toBeUndefined();
    expect(sm2Decrypt(privateKey, ciphertext.slice(0, -1))).toBeUndefined();
    expect(sm2Decrypt(privateKey, concatBytes(ciphertext, new Uint8Array(1)))).toBeUndefined();
  });

  it('refuses what is too short or too long', () => {
    for (const size of [0, 1, 65, SM2_ENCRYPTION_OVERHEAD_BYTES]) {
      expect(sm2Decrypt(privateKey, new Uint8Array(size)), `${size}`).toBeUndefined();
    }
    const overlong = new Uint8Array(SM2_ENCRYPTION_OVERHEAD_BYTES + SM2_PLAINTEXT_BYTES_MAX + 1);
    expect(sm2Decrypt(privateKey, overlong)).toBeUndefined();
    expect(() => sm2Encrypt(publicKey, new Uint8Array(0))).toThrow(RangeError);
    expect(() => sm2Encrypt(publicKey, new Uint8Array(SM2_PLAINTEXT_BYTES_MAX + 1))).toThrow(
      RangeError,
    );
  });

  it('refuses keys that are none', () => {
    expect(() => sm2Encrypt(publicKey.slice(1), new Uint8Array(1))).toThrow(RangeError);
    expect(() => sm2Encrypt(generateKeyPair('es256').publicKey, new Uint8Array(1))).toThrow(
      RangeError,
    );
    expect(() => sm2Decrypt(new Uint8Array(32), new Uint8Array(200))).toThrow(RangeError);
  });

  it('never gives the same ciphertext twice', () => {
    const message = new Uint8Array(16);
    expect(sm2Encrypt(publicKey, message)).not.toEqual(sm2Encrypt(publicKey, message));
  });
});
