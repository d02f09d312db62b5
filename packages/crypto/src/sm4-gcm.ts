import { ghash } from '@noble/ciphers/_polyval.js';
import { concatBytes } from '@hefu/bytes';
import { equalConstantTime } from './constant-time.ts';
import { SM4_BLOCK_BYTES, sm4EncryptBlock, sm4RoundKeys } from './sm4.ts';

const TAG_BYTES = 16;
/** Counter value of the block that masks the tag; the plaintext's begin one above (SP 800-38D §7.1). */
const COUNTER_FIRST = 1;

/** SM4 in GCM (NIST SP 800-38D §7.1, RFC 8998) with a 12-byte nonce: ciphertext ‖ tag. */
export function sm4GcmSeal(
  key: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  const keys = sm4RoundKeys(key);
  const ciphertext = applyCounter(keys, nonce, plaintext);
  return concatBytes(ciphertext, tagOf(keys, nonce, ciphertext, aad));
}

/** The plaintext of ciphertext ‖ tag; undefined when the tag does not match (SP 800-38D §7.2). */
export function sm4GcmOpen(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  aad: Uint8Array,
): Uint8Array | undefined {
  const keys = sm4RoundKeys(key);
  const ciphertext = sealed.subarray(0, sealed.length - TAG_BYTES);
  const tag = tagOf(keys, nonce, ciphertext, aad);
  if (!equalConstantTime(tag, sealed.subarray(sealed.length - TAG_BYTES))) return undefined;
  return applyCounter(keys, nonce, ciphertext);
}

function counterBlock(nonce: Uint8Array, counter: number): Uint8Array {
  const block = new Uint8Array(SM4_BLOCK_BYTES);
  block.set(nonce);
  new DataView(block.buffer).setUint32(12, counter);
  return block;
}

function applyCounter(keys: Int32Array, nonce: Uint8Array, input: Uint8Array): Uint8Array {
  const block = counterBlock(nonce, COUNTER_FIRST);
  const view = new DataView(block.buffer);
  const mask = new Uint8Array(SM4_BLOCK_BYTES);
  const output = new Uint8Array(input.length);
  for (let at = 0; at < input.length; at += SM4_BLOCK_BYTES) {
    view.setUint32(12, view.getUint32(12) + 1);
    sm4EncryptBlock(keys, block, mask);
    const end = Math.min(input.length, at + SM4_BLOCK_BYTES);
    for (let i = at; i < end; i++) output[i] = (input[i] ?? 0) ^ (mask[i - at] ?? 0);
  }
  return output;
}

function tagOf(
  keys: Int32Array,
  nonce: Uint8Array,
  ciphertext: Uint8Array,
  aad: Uint8Array,
): Uint8Array {
  const hashKey = new Uint8Array(SM4_BLOCK_BYTES);
  sm4EncryptBlock(keys, new Uint8Array(SM4_BLOCK_BYTES), hashKey);
  const lengths = new DataView(new ArrayBuffer(SM4_BLOCK_BYTES));
  lengths.setBigUint64(0, BigInt(aad.length) * 8n);
  lengths.setBigUint64(8, BigInt(ciphertext.length) * 8n);
  const input = concatBytes(padded(aad), padded(ciphertext), new Uint8Array(lengths.buffer));
  const tag = ghash(input, hashKey);
  const mask = new Uint8Array(SM4_BLOCK_BYTES);
  sm4EncryptBlock(keys, counterBlock(nonce, COUNTER_FIRST), mask);
  return tag.map((byte, i) => byte ^ (mask[i] ?? 0));
}

function padded(bytes: Uint8Array): Uint8Array {
  const size = Math.ceil(bytes.length / SM4_BLOCK_BYTES) * SM4_BLOCK_BYTES;
  const block = new Uint8Array(size);
  block.set(bytes);
  return block;
}
