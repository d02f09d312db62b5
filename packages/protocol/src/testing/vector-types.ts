import type { HashName, SignatureAlgorithm, Suite } from '@hefu/crypto/algorithm';
import type { JsonChange } from './json-patch.ts';

/** A validator set in vectors. */
export interface VectorValidator {
  readonly organisation: string;
  readonly algorithm: SignatureAlgorithm;
  /** Base64. */
  readonly publicKey: string;
  readonly power: number;
}

interface Expectation {
  readonly name: string;
  /** What the finding must hold; fields that are not named here may be anything. */
  readonly expect: { readonly ok: boolean; readonly [field: string]: unknown };
}

/** A part of `shared`, with changes made to it (RFC 6902). */
export interface Changed {
  readonly base: string;
  readonly changes?: readonly JsonChange[];
}

export interface GenesisCase extends Expectation {
  readonly document: Changed;
}

export interface StatementCase extends Expectation {
  readonly hash: HashName;
  /** Hex of the statement. */
  readonly bytes: string;
  /** Hex of the signer's public key, where the signature is to be checked. */
  readonly publicKey?: string;
}

export interface EntryCase extends Expectation {
  readonly hash: HashName;
  readonly bytes: string;
}

export interface CheckpointCase extends Expectation {
  readonly suite: Suite;
  readonly chain: string;
  readonly validators: readonly VectorValidator[];
  readonly note: string;
  readonly exact: boolean;
}

export interface TrustCase extends Expectation {
  readonly document: Changed;
}

export interface ReceiptCase extends Expectation {
  readonly trust: string;
  readonly receipt: Changed;
  /** Hex of the content that the receipt should be for. */
  readonly content?: string;
}

export interface TlogProofCase extends Expectation {
  readonly trust: string;
  readonly entry: string;
  readonly text: string;
}

/** What another suite refuses to make. */
export interface ExportCase extends Expectation {
  readonly trust: string;
  readonly entry: string;
  readonly index: number;
  readonly inclusion: readonly string[];
  readonly checkpoint: string;
}

export interface CoseReceiptCase extends Expectation {
  readonly bytes: string;
  readonly leafEntry: string;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: string;
}

/** A Signed Statement of another system; with `trust`, one that carries receipts. */
export interface ScittCase extends Expectation {
  readonly bytes: string;
  readonly trust?: {
    readonly suite: Suite;
    readonly chain: string;
    readonly validators: readonly VectorValidator[];
  };
  /** The issuer's key, hex. */
  readonly issuerKey?: { readonly algorithm: SignatureAlgorithm; readonly publicKey: string };
}

interface VectorFile<Kind extends string, Case> {
  readonly format: `hefu-vectors/${Kind}/1`;
  /** What is in the file and how to judge it. */
  readonly about: string;
  /** Documents that cases refer to by name. */
  readonly shared?: { readonly [name: string]: unknown };
  readonly cases: readonly Case[];
}

/** The vector files of this package, one for each format. */
export type ProtocolVectors =
  | VectorFile<'genesis', GenesisCase>
  | VectorFile<'statement', StatementCase>
  | VectorFile<'entry', EntryCase>
  | VectorFile<'checkpoint', CheckpointCase>
  | VectorFile<'trust', TrustCase>
  | VectorFile<'receipt', ReceiptCase>
  | VectorFile<'tlog-proof', TlogProofCase | ExportCase>
  | VectorFile<'cose-receipt', CoseReceiptCase | ExportCase>
  | VectorFile<'scitt', ScittCase>;

/** Names of the files, without `.json`. */
export const PROTOCOL_VECTORS = [
  'genesis',
  'statement',
  'entry',
  'checkpoint',
  'trust',
  'receipt',
  'tlog-proof',
  'cose-receipt',
  'scitt',
] as const;
