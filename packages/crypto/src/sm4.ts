import { fromHex } from '@hefu/bytes';

/** Size of an SM4 block and of an SM4 key. */
export const SM4_BLOCK_BYTES = 16;
const ROUNDS = 32;

/** The substitution box of GB/T 32907 §6.2. */
const SBOX: Uint8Array = constant(
  'd690e9fecce13db716b614c228fb2c05' +
    '2b679a762abe04c3aa44132649860699' +
    '9c4250f491ef987a33540b43edcfac62' +
    'e4b31ca9c908e89580df94fa758f3fa6' +
    '4707a7fcf37317ba83593c19e6854fa8' +
    '686b81b27164da8bf8eb0f4b70569d35' +
    '1e240e5e6358d1a225227c3b01217887' +
    'd40046579fd327524c3602e7a0c4c89e' +
    'eabf8ad240c738b5a3f7f2cef96115a1' +
    'e0ae5da49b341a55ad933230f58cb1e3' +
    '1df6e22e8266ca60c02923ab0d534e6f' +
    'd5db3745defd8e2f03ff6a726d6c5b51' +
    '8d1baf92bbddbc7f11d95c411f105ad8' +
    '0ac13188a5cd7bbd2d74d012b8e5b4b0' +
    '8969974a0c96777e65b9f109c56ec684' +
    '18f07dec3adc4d2079ee5f3ed7cb3948',
);

/** FK of GB/T 32907 §7.3. */
const SYSTEM: readonly number[] = [0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc];

function constant(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError('a constant is not hexadecimal');
  return bytes;
}

function substitute(word: number): number {
  return (
    ((SBOX[word >>> 24] ?? 0) << 24) |
    ((SBOX[(word >>> 16) & 0xff] ?? 0) << 16) |
    ((SBOX[(word >>> 8) & 0xff] ?? 0) << 8) |
    (SBOX[word & 0xff] ?? 0)
  );
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** CK of GB/T 32907 §7.3: byte j of word i is 7·(4i + j) mod 256. */
function roundConstant(round: number): number {
  let word = 0;
  for (let j = 0; j < 4; j++) word = (word << 8) | ((7 * (4 * round + j)) & 0xff);
  return word;
}

function readWord(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset] ?? 0) << 24) |
    ((bytes[offset + 1] ?? 0) << 16) |
    ((bytes[offset + 2] ?? 0) << 8) |
    (bytes[offset + 3] ?? 0)
  );
}

/** The 32 round keys of a 16-byte key (GB/T 32907 §7.3). Throws RangeError for another size. */
export function sm4RoundKeys(key: Uint8Array): Int32Array {
  if (key.length !== SM4_BLOCK_BYTES) throw new RangeError('SM4 keys have 16 bytes');
  const words = [0, 1, 2, 3].map((i) => readWord(key, 4 * i) ^ (SYSTEM[i] ?? 0));
  let [k0 = 0, k1 = 0, k2 = 0, k3 = 0] = words;
  const keys = new Int32Array(ROUNDS);
  for (let round = 0; round < ROUNDS; round++) {
    const mixed = substitute(k1 ^ k2 ^ k3 ^ roundConstant(round));
    const next = k0 ^ mixed ^ rotate(mixed, 13) ^ rotate(mixed, 23);
    keys[round] = next;
    [k0, k1, k2, k3] = [k1, k2, k3, next];
  }
  return keys;
}

/**
 * Encrypts one block into `output` (GB/T 32907 §7.1). The table look-ups depend on the data, so a
 * neighbour on the same machine could time them: the path for browsers, not for servers.
 */
export function sm4EncryptBlock(keys: Int32Array, block: Uint8Array, output: Uint8Array): void {
  let x0 = readWord(block, 0);
  let x1 = readWord(block, 4);
  let x2 = readWord(block, 8);
  let x3 = readWord(block, 12);
  for (let round = 0; round < ROUNDS; round++) {
    const mixed = substitute(x1 ^ x2 ^ x3 ^ (keys[round] ?? 0));
    const next =
      x0 ^ mixed ^ rotate(mixed, 2) ^ rotate(mixed, 10) ^ rotate(mixed, 18) ^ rotate(mixed, 24);
    x0 = x1;
    x1 = x2;
    x2 = x3;
    x3 = next;
  }
  writeWord(output, 0, x3);
  writeWord(output, 4, x2);
  writeWord(output, 8, x1);
  writeWord(output, 12, x0);
}

function writeWord(bytes: Uint8Array, offset: number, word: number): void {
  bytes[offset] = word >>> 24;
  bytes[offset + 1] = word >>> 16;
  bytes[offset + 2] = word >>> 8;
  bytes[offset + 3] = word;
}
