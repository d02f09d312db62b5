import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { verify, verifyAsync } from '@hefu/crypto/sign';

/**
 * A signature still to be checked. Judging is split in two, so that one code serves both the
 * synchronous and the asynchronous verifiers: what to check is gathered, then the findings judged.
 */
export interface SignatureCheck {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Checks all, one after the other, on this thread. */
export function runChecks(checks: readonly SignatureCheck[]): boolean[] {
  return checks.map((c) => verify(c.algorithm, c.publicKey, c.message, c.signature));
}

/** Checks all at once, off this thread where the runtime can. */
export function runChecksAsync(checks: readonly SignatureCheck[]): Promise<boolean[]> {
  return Promise.all(
    checks.map((c) => verifyAsync(c.algorithm, c.publicKey, c.message, c.signature)),
  );
}
