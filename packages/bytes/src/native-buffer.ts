/**
 * Node's Buffer when the runtime has one, else undefined (browsers). Only used for speed: every
 * function that takes this path has a portable twin, and the tests hold the two to each other.
 */
export const NativeBuffer: typeof Buffer | undefined =
  typeof globalThis.Buffer === 'function' &&
  typeof globalThis.Buffer.prototype.latin1Slice === 'function'
    ? globalThis.Buffer
    : undefined;

/** Makes a plain Uint8Array of a Buffer or other subclass, over the same memory. */
export function asPlainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
