import { fromHex } from '@hefu/bytes';

function constant(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError('a constant is not hexadecimal');
  return bytes;
}

/** The recommended curve of GB/T 32918.5: field, coefficients, generator, order; cofactor 1. */
export const SM2_PARAMETERS: Readonly<Record<'p' | 'a' | 'b' | 'n' | 'h' | 'Gx' | 'Gy', bigint>> = {
  p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
  a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  n: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  h: 1n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};

/** a ‖ b ‖ Gx ‖ Gy, as they enter the hash Z. */
export const SM2_CURVE: Uint8Array = constant(
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc' +
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
);

/** Orders of the groups, big-endian: bounds of r, s and private scalars. */
export const SM2_ORDER: Uint8Array = constant(
  'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123',
);
export const P256_ORDER: Uint8Array = constant(
  'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
);
