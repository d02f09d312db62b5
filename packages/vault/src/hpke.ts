import { Aes256Gcm, CipherSuite, HkdfSha256 } from '@hpke/core';
import { DhkemX25519HkdfSha256 } from '@hpke/dhkem-x25519';

/** A message encrypted to an X25519 public key. */
export interface HpkeMessage {
  /** `enc`: the sender's ephemeral public key, 32 bytes. */
  readonly encapsulated: Uint8Array;
  /** Ciphertext and tag. */
  readonly ciphertext: Uint8Array;
}

function createSuite(): CipherSuite {
  return new CipherSuite({
    kem: new DhkemX25519HkdfSha256(),
    kdf: new HkdfSha256(),
    aead: new Aes256Gcm(),
  });
}

/**
 * Single-shot encryption in base mode (RFC 9180 §6.1) with DHKEM(X25519, HKDF-SHA256),
 * HKDF-SHA256 and AES-256-GCM. Throws when the public key is not 32 bytes.
 */
export async function hpkeSeal(options: {
  readonly publicKey: Uint8Array;
  readonly info: Uint8Array;
  readonly aad: Uint8Array;
  readonly plaintext: Uint8Array;
}): Promise<HpkeMessage> {
  const suite = createSuite();
  const recipientPublicKey = await suite.kem.deserializePublicKey(exactBuffer(options.publicKey));
  const { ct, enc } = await suite.seal(
    { recipientPublicKey, info: exactBuffer(options.info) },
    exactBuffer(options.plaintext),
    exactBuffer(options.aad),
  );
  return { encapsulated: new Uint8Array(enc), ciphertext: new Uint8Array(ct) };
}

/** The plaintext of {@link hpkeSeal}; undefined when anything differs from what was sealed. */
export async function hpkeOpen(options: {
  readonly privateKey: Uint8Array;
  readonly info: Uint8Array;
  readonly aad: Uint8Array;
  readonly message: HpkeMessage;
}): Promise<Uint8Array | undefined> {
  const suite = createSuite();
  const recipientKey = await suite.kem.deserializePrivateKey(exactBuffer(options.privateKey));
  try {
    const plaintext = await suite.open(
      {
        recipientKey,
        enc: exactBuffer(options.message.encapsulated),
        info: exactBuffer(options.info),
      },
      exactBuffer(options.message.ciphertext),
      exactBuffer(options.aad),
    );
    return new Uint8Array(plaintext);
  } catch {
    // The library throws for what doesn't decrypt as for what isn't well-formed.
    return undefined;
  }
}

/** The library wants whole buffers, and would take all of what a view is cut from. */
function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
