import type { AeadCipher } from '../aead.ts';
import type { SignatureAlgorithm } from '../algorithm.ts';
import type { CoseErrorCode } from '../cose.ts';
import type { PublicKeyErrorCode } from '../key-check.ts';

/** Shapes of the files in `vectors/`. Byte strings are lower-case hexadecimal throughout. */

/** A CBOR value in JSON, one object for each kind that JSON lacks. */
export type CborJson =
  | null
  | boolean
  | { readonly int: string }
  | { readonly text: string }
  | { readonly bytes: string }
  | { readonly array: readonly CborJson[] }
  | { readonly map: readonly (readonly [CborJson, CborJson])[] }
  | { readonly tag: number; readonly value: CborJson };

export interface CborVectors {
  readonly format: 'hefu-vectors/cbor/1';
  /** Values and their only encoding. */
  readonly valid: readonly {
    readonly name: string;
    readonly value: CborJson;
    readonly encoded: string;
  }[];
  /** Bytes to be refused with the code. `objects`: where maps must have text keys; `tags`: allowed. */
  readonly invalid: readonly {
    readonly name: string;
    readonly encoded: string;
    readonly code: string;
    readonly objects: boolean;
    readonly tags: boolean;
  }[];
  /** Well-formed bytes that only lenient decoding takes, with the deterministic form of the same. */
  readonly lenient: readonly {
    readonly name: string;
    readonly encoded: string;
    readonly code: string;
    readonly deterministic: string;
  }[];
}

export interface HashVectors {
  readonly format: 'hefu-vectors/hash/1';
  readonly hashes: readonly {
    readonly name: string;
    readonly message: string;
    readonly sha256: string;
    readonly sm3: string;
  }[];
  readonly hmacs: readonly {
    readonly name: string;
    readonly key: string;
    readonly message: string;
    readonly sha256: string;
    readonly sm3: string;
  }[];
}

export interface SignatureVectors {
  readonly format: 'hefu-vectors/signatures/1';
  readonly keys: readonly {
    readonly algorithm: SignatureAlgorithm;
    readonly privateKey: string;
    readonly publicKey: string;
  }[];
  readonly signatures: readonly {
    readonly name: string;
    readonly algorithm: SignatureAlgorithm;
    readonly publicKey: string;
    readonly message: string;
    readonly signature: string;
    readonly valid: boolean;
  }[];
  /** Encodings of the Ed25519 points of small order: each as key, with each as R and S = 0, refused. */
  readonly smallOrderEncodings: readonly string[];
  readonly publicKeyChecks: readonly {
    readonly name: string;
    readonly algorithm: SignatureAlgorithm;
    readonly publicKey: string;
    /** null for a key that may be used. */
    readonly code: PublicKeyErrorCode | null;
  }[];
}

export interface KeyIdVectors {
  readonly format: 'hefu-vectors/key-ids/1';
  readonly keys: readonly {
    readonly name: string;
    readonly algorithm: SignatureAlgorithm;
    readonly publicKey: string;
    readonly coseKey: string;
    readonly keyIdSha256: string;
    readonly keyIdSm3: string;
    readonly spki: string;
  }[];
}

export interface CoseSign1Vectors {
  readonly format: 'hefu-vectors/cose-sign1/1';
  readonly valid: readonly {
    readonly name: string;
    readonly algorithm: SignatureAlgorithm;
    readonly publicKey: string;
    readonly protectedHeader: CborJson;
    readonly protected: string;
    readonly externalAad: string;
    readonly payload: string;
    readonly sigStructure: string;
    readonly idSha256: string;
    readonly idSm3: string;
    readonly signature: string;
    readonly encoded: string;
  }[];
  readonly invalid: readonly {
    readonly name: string;
    readonly encoded: string;
    readonly strict: CoseErrorCode;
    /** Verdict of the lenient form; null where it accepts. */
    readonly lenient: CoseErrorCode | null;
  }[];
}

export interface AeadVectors {
  readonly format: 'hefu-vectors/aead/1';
  readonly cases: readonly {
    readonly name: string;
    readonly cipher: AeadCipher;
    readonly key: string;
    readonly nonce: string;
    readonly aad: string;
    /** null where opening must be refused. */
    readonly plaintext: string | null;
    readonly sealed: string;
  }[];
}

/** All files, by the name they have in `vectors/`. */
export interface CryptoVectors {
  readonly 'cbor.json': CborVectors;
  readonly 'hash.json': HashVectors;
  readonly 'signatures.json': SignatureVectors;
  readonly 'key-ids.json': KeyIdVectors;
  readonly 'cose-sign1.json': CoseSign1Vectors;
  readonly 'aead.json': AeadVectors;
}
