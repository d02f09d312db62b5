import { concatBytes, toBase64, u32be, utf8Encode } from '@hefu/bytes';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
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

/** Findings that a memory holds before it starts anew. */
export const CHECK_MEMORY_MAX = 10_000;

/**
 * Findings of signature checks, for whoever verifies many receipts: those of one batch share their
 * statement, and those of one day their checkpoint. Bounded; holds no secret.
 */
export class CheckMemory {
  readonly #findings = new Map<string, boolean>();

  /** What was found for this very check, by `check` now unless it is remembered. */
  recall(item: SignatureCheck, check: (item: SignatureCheck) => boolean): boolean {
    const key = keyOf(item);
    const known = this.#findings.get(key);
    if (known !== undefined) return known;
    if (this.#findings.size >= CHECK_MEMORY_MAX) this.#findings.clear();
    const found = check(item);
    this.#findings.set(key, found);
    return found;
  }
}

function keyOf(item: SignatureCheck): string {
  const { algorithm, publicKey, message, signature } = item;
  // Each part has its size before it, so that no two checks can have the same bytes.
  const parts = [utf8Encode(algorithm), publicKey, signature, message];
  const bytes = concatBytes(...parts.flatMap((part) => [u32be(part.length), part]));
  return toBase64(hash('sha256', bytes));
}

/** Checks all, one after the other, on this thread. */
export function runChecks(checks: readonly SignatureCheck[], memory?: CheckMemory): boolean[] {
  return checks.map((item) =>
    memory === undefined ? checkNow(item) : memory.recall(item, checkNow),
  );
}

function checkNow({ algorithm, publicKey, message, signature }: SignatureCheck): boolean {
  return verify(algorithm, publicKey, message, signature);
}

/** Checks all at once, off this thread where the runtime can. */
export function runChecksAsync(checks: readonly SignatureCheck[]): Promise<boolean[]> {
  return Promise.all(
    checks.map((c) => verifyAsync(c.algorithm, c.publicKey, c.message, c.signature)),
  );
}
