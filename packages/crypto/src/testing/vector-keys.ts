import { u32be, utf8Encode } from '@hefu/bytes';
import type { SignatureAlgorithm } from '../algorithm.ts';
import { createWebBackend } from '../backend/web.ts';
import type { Backend } from '../backend/backend.ts';

/** Vectors are made by the JavaScript backend and checked against the others. */
export const maker: Backend = createWebBackend(undefined);

/** 32 bytes that look random and are the same each time. */
export function seed(label: string, counter: number = 0): Uint8Array {
  return maker.hashParts('sha256', [utf8Encode(`hefu vector ${label}`), u32be(counter)]);
}

/** A key pair that is the same each time. Test values: never to be used as keys. */
export function vectorKey(
  algorithm: SignatureAlgorithm,
  number: number,
): { readonly privateKey: Uint8Array; readonly publicKey: Uint8Array } {
  const privateKey = seed(`${algorithm} key`, number);
  return { privateKey, publicKey: maker.prepareSigner(algorithm, privateKey).publicKey };
}
