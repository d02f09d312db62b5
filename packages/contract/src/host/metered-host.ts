import type { HashName, SignatureAlgorithm } from '@hefu/crypto/algorithm';
import type {
  AuthorityFinding,
  CertificateFinding,
  HostFunctions,
  HostVerdict,
  ReceiptFinding,
} from '../host-functions.ts';
import {
  HOST_CERTIFICATE_CHECKS,
  HOST_RECEIPT_BYTES_MAX,
  HOST_RECEIPT_CHECKS,
  HOST_TRUST_BYTES_PER_CHECK,
} from '../limits.ts';
import type { CallScope } from './call-scope.ts';

const TOO_LARGE: ReceiptFinding = Object.freeze({ ok: false, code: 'receipt-too-large' });

/** Host functions as one call sees them: arguments checked, use counted. */
export class MeteredHost implements HostFunctions {
  readonly #scope: CallScope;
  readonly #functions: HostFunctions;

  constructor(scope: CallScope, functions: HostFunctions) {
    this.#scope = scope;
    this.#functions = functions;
    Object.freeze(this);
  }

  hash(name: HashName, bytes: Uint8Array): Uint8Array {
    this.#scope.countHost(0, sizeOf(bytes));
    return this.#functions.hash(name, bytes);
  }

  verifySignature(
    algorithm: SignatureAlgorithm,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean {
    this.#scope.countHost(1, sizeOf(publicKey) + sizeOf(message) + sizeOf(signature));
    return this.#functions.verifySignature(algorithm, publicKey, message, signature);
  }

  verifyReceipt(receipt: Uint8Array, trust: Uint8Array): ReceiptFinding {
    // A trust file may lead through many changes of validators, each with signatures and keys of its own.
    const handovers = Math.floor(sizeOf(trust) / HOST_TRUST_BYTES_PER_CHECK);
    this.#scope.countHost(HOST_RECEIPT_CHECKS + handovers, sizeOf(receipt) + sizeOf(trust));
    if (Math.max(receipt.length, trust.length) > HOST_RECEIPT_BYTES_MAX) return TOO_LARGE;
    return Object.freeze(this.#functions.verifyReceipt(receipt, trust));
  }

  judgeAuthority(certificate: Uint8Array, timeMs: number): AuthorityFinding {
    this.#scope.countHost(HOST_CERTIFICATE_CHECKS, sizeOf(certificate));
    checkTime(timeMs);
    return Object.freeze(this.#functions.judgeAuthority(certificate, timeMs));
  }

  judgeCertificate(
    chain: readonly Uint8Array[],
    authorities: readonly Uint8Array[],
    timeMs: number,
  ): CertificateFinding {
    const given = [...chain, ...authorities];
    const sizeBytes = given.reduce((sum, each) => sum + sizeOf(each), 0);
    this.#scope.countHost(given.length * HOST_CERTIFICATE_CHECKS, sizeBytes);
    checkTime(timeMs);
    return Object.freeze(this.#functions.judgeCertificate(chain, authorities, timeMs));
  }

  checkPublicKey(algorithm: SignatureAlgorithm, publicKey: Uint8Array): HostVerdict {
    this.#scope.countHost(1, sizeOf(publicKey));
    return Object.freeze(this.#functions.checkPublicKey(algorithm, publicKey));
  }

  keyId(algorithm: SignatureAlgorithm, publicKey: Uint8Array): string {
    this.#scope.countHost(0, sizeOf(publicKey));
    return this.#functions.keyId(algorithm, publicKey);
  }

  hex(bytes: Uint8Array): string {
    this.#scope.countHost(0, sizeOf(bytes));
    return this.#functions.hex(bytes);
  }

  fromBase64(text: string): Uint8Array | undefined {
    if (typeof text !== 'string') throw new TypeError('text is asked for');
    this.#scope.countHost(0, text.length);
    return this.#functions.fromBase64(text);
  }
}

Object.freeze(MeteredHost.prototype);

function sizeOf(bytes: unknown): number {
  if (!(bytes instanceof Uint8Array)) throw new TypeError('bytes are asked for');
  return bytes.length;
}

/** What is no number is neither before nor after anything, and would let everything pass. */
function checkTime(timeMs: unknown): void {
  if (!Number.isSafeInteger(timeMs)) throw new TypeError('a time in milliseconds is asked for');
}
