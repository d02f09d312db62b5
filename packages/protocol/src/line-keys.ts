import { concatBytes, utf8Encode } from '@hefu/bytes';
import type { Suite } from '@hefu/crypto/algorithm';
import { suiteHash } from '@hefu/crypto/algorithm';
import {
  formatVerifierKey,
  NOTE_TYPE_COSIGNATURE,
  NOTE_TYPE_ED25519,
  NOTE_TYPE_PRIVATE,
  noteKeyId,
} from './note.ts';
import type { VerifierKey } from './note.ts';
import type { Validator } from './validators.ts';

/**
 * What a validator's line says: `note`, the checkpoint under the log's own name; `cosignature`, the
 * checkpoint with a time, under the validator's name (the quorum is counted in these); `cose-root`,
 * the root alone, signed as COSE Receipts want it.
 */
export type LineKind = 'note' | 'cosignature' | 'cose-root';

/** A line that a validator may sign. */
export interface LineKey extends VerifierKey {
  readonly kind: LineKind;
  readonly validator: Validator;
}

interface LineType {
  readonly kind: LineKind;
  readonly type: number;
  /** Follows the type 0xff, so that our private types can't be taken for others'. */
  readonly label: string;
}

/** The lines of a suite. SM2 has no assigned type, and COSE Receipts fix SHA-256. */
const LINE_TYPES: Readonly<Record<Suite, readonly LineType[]>> = {
  international: [
    { kind: 'note', type: NOTE_TYPE_ED25519, label: '' },
    { kind: 'cosignature', type: NOTE_TYPE_COSIGNATURE, label: '' },
    { kind: 'cose-root', type: NOTE_TYPE_PRIVATE, label: 'hefu-cose-root' },
  ],
  gm: [
    { kind: 'note', type: NOTE_TYPE_PRIVATE, label: 'hefu-sm2' },
    { kind: 'cosignature', type: NOTE_TYPE_PRIVATE, label: 'hefu-sm2-cosignature' },
  ],
};

/** Name under which an organisation cosigns: `<chain>/<organisation>`. */
export function cosignerName(chain: string, organisation: string): string {
  return `${chain}/${organisation}`;
}

/** The keys of all lines that one validator signs, in the order in which it signs them. */
export function lineKeysOf(suite: Suite, chain: string, validator: Validator): readonly LineKey[] {
  return LINE_TYPES[suite].map(({ kind, type, label }) => {
    const name = kind === 'note' ? chain : cosignerName(chain, validator.organisation);
    const material = concatBytes(Uint8Array.of(type), utf8Encode(label), validator.publicKey);
    const keyId = noteKeyId(suiteHash(suite), name, material);
    return { kind, validator, name, keyId, material };
  });
}

/** A validator's verifier keys as text, one for each of its lines. */
export function verifierKeysOf(suite: Suite, chain: string, validator: Validator): string[] {
  return lineKeysOf(suite, chain, validator).map(formatVerifierKey);
}
