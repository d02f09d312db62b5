// Goal: the HPKE library computes RFC 9180, and our wrapper of it tells every change.
// Method: the published numbers of vectors/hpke.json with the sender's ephemeral key given; then
// round trips and a flip of each byte of a sealed message.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Aes128Gcm, Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { DhkemX25519HkdfSha256 } from '@hpke/dhkem-x25519';
import { fromHex, toHex, utf8Encode } from '@hefu/bytes';
import { randomBytes } from '@hefu/crypto/random';
import { describe, expect, it } from 'vitest';
import { hpkeOpen, hpkeSeal } from './hpke.ts';

interface HpkeCase {
  readonly source: string;
  readonly aead: 1 | 2;
  readonly info: string;
  readonly skEm: string;
  readonly pkRm: string;
  readonly plaintext: string;
  readonly encryptions: { sequence: number; aad: string; ciphertext: string }[];
  readonly exports: { context: string; value: string }[];
}

interface WholeHpkeCase extends HpkeCase {
  readonly ikmE: string;
  readonly pkEm: string;
  readonly ikmR: string;
  readonly skRm: string;
  readonly enc: string;
}

const path = new URL('../../../vectors/hpke.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as {
  cases: (HpkeCase | WholeHpkeCase)[];
};

function bytes(text: string): ArrayBuffer {
  const decoded = fromHex(text);
  if (decoded === undefined) throw new Error(`not hex: ${text}`);
  return new Uint8Array(decoded).buffer;
}

function textOf(buffer: ArrayBufferLike): string {
  return toHex(new Uint8Array(buffer));
}

function suiteOf(vector: HpkeCase): CipherSuite {
  const aead = vector.aead === 1 ? new Aes128Gcm() : new Aes256Gcm();
  return new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead });
}

describe('published numbers', () => {
  it.each(cases)('seals as $source', async (vector) => {
    const suite = suiteOf(vector);
    const ephemeral = await suite.kem.importKey('raw', bytes(vector.skEm), false);
    const ephemeralPublic = publicKeyOf(bytes(vector.skEm));
    const sender = await suite.createSenderContext({
      recipientPublicKey: await suite.kem.deserializePublicKey(bytes(vector.pkRm)),
      info: bytes(vector.info),
      ekm: {
        privateKey: ephemeral,
        publicKey: await suite.kem.deserializePublicKey(ephemeralPublic),
      },
    });
    expect(textOf(sender.enc)).toBe('enc' in vector ? vector.enc : textOf(ephemeralPublic));
    let sequence = 0;
    for (const encryption of vector.encryptions) {
      for (; sequence < encryption.sequence; sequence++) await sender.seal(new ArrayBuffer(0));
      const sealed = await sender.seal(bytes(vector.plaintext), bytes(encryption.aad));
      expect(textOf(sealed), `sequence ${sequence}`).toBe(encryption.ciphertext);
      sequence++;
    }
    for (const { context, value } of vector.exports) {
      expect(textOf(await sender.export(bytes(context), 32)), `context ${context}`).toBe(value);
    }
  });

  const whole = cases.filter((vector) => 'skRm' in vector);
  it.each(whole)('derives and opens as $source', async (vector) => {
    const { skRm, ikmR, ikmE, enc } = vector;
    const suite = suiteOf(vector);
    const recipient = await suite.kem.deriveKeyPair(bytes(ikmR));
    expect(textOf(await suite.kem.serializePublicKey(recipient.publicKey))).toBe(vector.pkRm);
    expect(textOf(await suite.kem.serializePrivateKey(recipient.privateKey))).toBe(skRm);
    const ephemeral = await suite.kem.deriveKeyPair(bytes(ikmE));
    expect(textOf(await suite.kem.serializePublicKey(ephemeral.publicKey))).toBe(vector.pkEm);
    const context = await suite.createRecipientContext({
      recipientKey: await suite.kem.deserializePrivateKey(bytes(skRm)),
      enc: bytes(enc),
      info: bytes(vector.info),
    });
    const [first, second] = vector.encryptions;
    for (const sealed of [first, second]) {
      if (sealed === undefined) throw new Error('the vectors have two encryptions');
      const opened = await context.open(bytes(sealed.ciphertext), bytes(sealed.aad));
      expect(textOf(opened), `sequence ${sealed.sequence}`).toBe(vector.plaintext);
    }
  });
});

/** By the runtime, not by the library under test. */
function publicKeyOf(privateKey: ArrayBuffer): ArrayBuffer {
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
  const der = Buffer.concat([prefix, new Uint8Array(privateKey)]);
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return bytes(Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('hex'));
}

describe('our single-shot form', () => {
  const info = utf8Encode('test/1');
  const aad = utf8Encode('about the content');
  const plaintext = randomBytes(32);

  function keyPair(): { publicKey: Uint8Array; privateKey: Uint8Array } {
    const privateKey = randomBytes(32);
    const raw = new Uint8Array(privateKey).buffer;
    return { privateKey, publicKey: new Uint8Array(publicKeyOf(raw)) };
  }

  it('opens what it sealed, and never seals twice alike', async () => {
    const { publicKey, privateKey } = keyPair();
    const one = await hpkeSeal({ publicKey, info, aad, plaintext });
    const two = await hpkeSeal({ publicKey, info, aad, plaintext });
    expect(await hpkeOpen({ privateKey, info, aad, message: one })).toEqual(plaintext);
    expect(await hpkeOpen({ privateKey, info, aad, message: two })).toEqual(plaintext);
    expect(toHex(one.ciphertext)).not.toBe(toHex(two.ciphertext));
  });

  it('refuses each flipped byte, another key, info, associated data and length', async () => {
    const { publicKey, privateKey } = keyPair();
    const message = await hpkeSeal({ publicKey, info, aad, plaintext });
    for (const part of ['encapsulated', 'ciphertext'] as const) {
      for (let i = 0; i < message[part].length; i++) {
        const flipped = message[part].slice();
        flipped[i] = (flipped[i] ?? 0) ^ 1;
        const opened = await hpkeOpen({
          privateKey,
          info,
          aad,
          message: { ...message, [part]: flipped },
        });
        expect(opened, `${part} byte ${i}`).toBeUndefined();
      }
    }
    const other = keyPair();
    expect(await hpkeOpen({ ...other, info, aad, message })).toBeUndefined();
    expect(await hpkeOpen({ privateKey, info: aad, aad, message })).toBeUndefined();
    expect(await hpkeOpen({ privateKey, info, aad: info, message })).toBeUndefined();
    const short = { ...message, encapsulated: message.encapsulated.subarray(1) };
    expect(await hpkeOpen({ privateKey, info, aad, message: short })).toBeUndefined();
    const none = { ...message, ciphertext: new Uint8Array(0) };
    expect(await hpkeOpen({ privateKey, info, aad, message: none })).toBeUndefined();
  });
});
