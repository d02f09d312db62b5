import { decodeCbor, encodeCbor, equalBytes } from '@hefu/bytes';
import type { CborKey, CborValue } from '@hefu/bytes';
import { algorithmOfCose, HASH_BYTES } from '@hefu/crypto/algorithm';
import type { SignatureAlgorithm, Suite } from '@hefu/crypto/algorithm';
import { COSE_HEADER, decodeSign1, encodeSign1, sigStructure } from '@hefu/crypto/cose';
import type { CoseSign1 } from '@hefu/crypto/cose';
import { verify } from '@hefu/crypto/sign';
import { rootFromInclusion } from '@hefu/merkle';
import { parseCheckpoint } from './checkpoint.ts';
import { COSE_RECEIPT_HEADER, coseRootHeader, VDS_RFC9162_SHA256 } from './cose-root.ts';
import { lineKeysOf } from './line-keys.ts';
import { INCLUSION_PATH_MAX } from './logged-entry.ts';
import { treeHasher } from './suite-hasher.ts';
import type { ValidatorSet } from './validators.ts';

/** COSE Receipts, RFC 9942, of the verifiable data structure RFC9162_SHA256. */

/** Keys of the verifiable data proofs (RFC 9942 §5.2, §5.3). */
const VDP_INCLUSION = -1;
const VDP_CONSISTENCY = -2;
/** Most proofs of one kind in a receipt. */
const PROOFS_MAX = 16;
/** Longest receipt that is read. */
export const COSE_RECEIPT_BYTES_MAX = 65_536;

/** [tree size, leaf index, path] (RFC 9942 §5.2). */
export interface CoseInclusionProof {
  readonly size: number;
  readonly index: number;
  readonly path: readonly Uint8Array[];
}

/** [old size, new size, path] (RFC 9942 §5.3). */
export interface CoseConsistencyProof {
  readonly size1: number;
  readonly size2: number;
  readonly path: readonly Uint8Array[];
}

/** A COSE Receipt taken apart. */
export interface CoseReceipt {
  readonly algorithm: SignatureAlgorithm;
  readonly keyId: Uint8Array | undefined;
  readonly inclusion: readonly CoseInclusionProof[];
  readonly consistency: readonly CoseConsistencyProof[];
  readonly sign1: CoseSign1;
}

export type CoseReceiptCode =
  /** Not a COSE_Sign1 with the headers and proofs of a receipt. */
  | 'cose-receipt-malformed'
  /** Of another verifiable data structure. */
  | 'cose-receipt-structure'
  /** Signed with an algorithm that is none of ours. */
  | 'cose-receipt-algorithm'
  /** No proof of the kind asked for, or none that can belong to its place. */
  | 'cose-receipt-proof'
  /** The signature is not by that key over the root that the proof leads to. */
  | 'cose-receipt-signature';

export type CoseReceiptParsed =
  | { readonly ok: true; readonly receipt: CoseReceipt }
  | { readonly ok: false; readonly code: CoseReceiptCode };

const MALFORMED = { ok: false, code: 'cose-receipt-malformed' } as const;

/** Reads a receipt as others' tools write it too. Never throws. */
export function parseCoseReceipt(bytes: Uint8Array): CoseReceiptParsed {
  if (bytes.length > COSE_RECEIPT_BYTES_MAX) return MALFORMED;
  const decoded = decodeSign1(bytes, { strict: false });
  if (!decoded.ok) return MALFORMED;
  const { sign1 } = decoded;
  const header = sign1.protectedHeader;
  if (header.get(COSE_RECEIPT_HEADER.vds) !== VDS_RFC9162_SHA256) {
    return { ok: false, code: 'cose-receipt-structure' };
  }
  const algorithm = algorithmOfCose(header.get(COSE_HEADER.alg));
  if (algorithm === undefined) return { ok: false, code: 'cose-receipt-algorithm' };
  // A critical header that is not understood must not be passed over (RFC 9052 §3.1).
  if (header.has(COSE_HEADER.crit)) return MALFORMED;
  const proofs = sign1.unprotected.get(COSE_RECEIPT_HEADER.vdp);
  if (!(proofs instanceof Map)) return MALFORMED;
  const inclusion = readProofs(proofs, VDP_INCLUSION);
  const consistency = readProofs(proofs, VDP_CONSISTENCY);
  if (inclusion === undefined || consistency === undefined) return MALFORMED;
  if (inclusion.length + consistency.length === 0) return MALFORMED;
  const keyId = header.get(COSE_HEADER.kid);
  return {
    ok: true,
    receipt: {
      algorithm,
      keyId: keyId instanceof Uint8Array ? keyId : undefined,
      inclusion: inclusion.map(([size, index, path]) => ({ size, index, path })),
      consistency: consistency.map(([size1, size2, path]) => ({ size1, size2, path })),
      sign1,
    },
  };
}

type RawProof = readonly [first: number, second: number, path: readonly Uint8Array[]];

/** Proofs of one kind; none when there is no such key, undefined when they have no right form. */
function readProofs(
  proofs: ReadonlyMap<CborKey, CborValue>,
  kind: number,
): readonly RawProof[] | undefined {
  const items = proofs.get(kind);
  if (items === undefined) return [];
  if (!Array.isArray(items) || items.length === 0 || items.length > PROOFS_MAX) return undefined;
  const found: RawProof[] = [];
  for (const item of items as readonly CborValue[]) {
    const proof = item instanceof Uint8Array ? readProof(item) : undefined;
    if (proof === undefined) return undefined;
    found.push(proof);
  }
  return found;
}

function readProof(bytes: Uint8Array): RawProof | undefined {
  const decoded = decodeCbor(bytes, { maps: 'map', maxDepth: 2, lenient: true });
  if (!decoded.ok || !Array.isArray(decoded.value) || decoded.value.length !== 3) return undefined;
  const [first, second, path] = decoded.value as readonly CborValue[];
  if (typeof first !== 'number' || typeof second !== 'number' || !Array.isArray(path)) {
    return undefined;
  }
  if (first < 0 || second < 0 || path.length > 2 * INCLUSION_PATH_MAX) return undefined;
  const hashes = path as readonly CborValue[];
  return hashes.every(isDigest) ? [first, second, hashes] : undefined;
}

function isDigest(value: CborValue): value is Uint8Array {
  return value instanceof Uint8Array && value.length === HASH_BYTES;
}

export type CoseReceiptVerdict =
  | { readonly ok: true; readonly size: number; readonly index: number; readonly root: Uint8Array }
  | { readonly ok: false; readonly code: CoseReceiptCode };

/**
 * Whether a receipt shows that the entry is in the tree whose root the key's owner signed (RFC 9942
 * §5.2.1): every inclusion proof in it must. `leafEntry` is what the log's leaf hashes. The payload
 * may be detached or be the root itself. Never throws on any bytes.
 */
export function verifyCoseReceipt(options: {
  readonly bytes: Uint8Array;
  readonly leafEntry: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
}): CoseReceiptVerdict {
  const parsed = parseCoseReceipt(options.bytes);
  if (!parsed.ok) return parsed;
  const { receipt } = parsed;
  if (receipt.algorithm !== options.algorithm) return { ok: false, code: 'cose-receipt-algorithm' };
  const hasher = treeHasher('sha256');
  const leafHash = hasher.leaf(options.leafEntry);
  const [first] = receipt.inclusion;
  if (first === undefined) return { ok: false, code: 'cose-receipt-proof' };
  for (const proof of receipt.inclusion) {
    const root = rootFromInclusion({ hasher, leafHash, ...proof });
    if (root === undefined) return { ok: false, code: 'cose-receipt-proof' };
    if (!isRootSigned(receipt, root, options.publicKey)) {
      return { ok: false, code: 'cose-receipt-signature' };
    }
  }
  const root = rootFromInclusion({ hasher, leafHash, ...first });
  if (root === undefined) return { ok: false, code: 'cose-receipt-proof' };
  return { ok: true, size: first.size, index: first.index, root };
}

function isRootSigned(receipt: CoseReceipt, root: Uint8Array, publicKey: Uint8Array): boolean {
  const { protected: header, payload, signature } = receipt.sign1;
  if (payload !== null && !equalBytes(payload, root)) return false;
  const message = sigStructure(header, new Uint8Array(0), root);
  return verify(receipt.algorithm, publicKey, message, signature);
}

/** One validator's COSE Receipt for an entry. */
export interface ValidatorReceipt {
  readonly organisation: string;
  readonly bytes: Uint8Array;
}

/**
 * COSE Receipts for an entry, one for each validator whose line for them is in the checkpoint. The
 * signatures are taken over as they are, without being checked.
 */
export function coseReceiptsOf(options: {
  readonly suite: Suite;
  readonly chain: string;
  readonly set: ValidatorSet;
  readonly checkpoint: string;
  readonly index: number;
  readonly inclusion: readonly Uint8Array[];
}):
  | { readonly ok: true; readonly receipts: readonly ValidatorReceipt[] }
  | { readonly ok: false; readonly code: 'suite-has-no-standard' | 'checkpoint-malformed' } {
  const { suite, chain, set, index, inclusion } = options;
  if (suite !== 'international') return { ok: false, code: 'suite-has-no-standard' };
  const parsed = parseCheckpoint(options.checkpoint);
  if (!parsed.ok) return parsed;
  const { size, lines } = parsed.checkpoint;
  const proof = encodeCbor([size, index, inclusion]);
  const unprotected = new Map([[COSE_RECEIPT_HEADER.vdp, new Map([[VDP_INCLUSION, [proof]]])]]);
  const receipts: ValidatorReceipt[] = [];
  for (const validator of set) {
    const key = lineKeysOf(suite, chain, validator).find(({ kind }) => kind === 'cose-root');
    const line = lines.find(
      ({ name, keyId }) => name === key?.name && equalBytes(keyId, key.keyId),
    );
    if (line === undefined) continue;
    const bytes = encodeSign1({
      protected: coseRootHeader(chain, validator),
      unprotected,
      payload: null,
      signature: line.signature,
    });
    receipts.push({ organisation: validator.organisation, bytes });
  }
  return { ok: true, receipts };
}
