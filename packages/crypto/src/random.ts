import { backend } from '#backend';

/** `size` bytes from the system's generator of random numbers for cryptography. */
export function randomBytes(size: number): Uint8Array {
  return backend.randomBytes(size);
}
