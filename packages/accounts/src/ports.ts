/** Time and randomness of the accounts. */
export interface AccountsPorts {
  /** Milliseconds UTC. */
  nowMs(): number;
  /** So many bytes of a generator for cryptography. */
  randomBytes(size: number): Uint8Array;
}
