import { encodeCbor } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { Suite } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { validatorsDigest } from './validators.ts';
import type { ValidatorSet } from './validators.ts';

/** What a genesis document's format field says. */
export const GENESIS_FORMAT = 'hefu-genesis/1';

/** The log that a chain goes on from after a declared break: its last known checkpoint. */
export interface Predecessor {
  readonly chain: string;
  /** Digest of its genesis document. */
  readonly genesis: Uint8Array;
  /** Entries of the last checkpoint that is known of it. */
  readonly size: number;
  readonly root: Uint8Array;
}

/** All that a genesis digest is of, as far as a verifier has to see it. */
export interface GenesisParts {
  readonly chain: string;
  readonly suite: Suite;
  /** The set that signs first. */
  readonly validators: ValidatorSet;
  readonly predecessor?: Predecessor | undefined;
  /** Digest of everything else in the document. */
  readonly rest: Uint8Array;
}

/**
 * H(CBOR([format, chain, suite, digest of the first set, predecessor or null, digest of the rest])) under the suite's hash. Whoever
 * knows the digest can so tell from a few bytes which validators it names, however long the document is.
 */
export function digestOfGenesis(parts: GenesisParts): Uint8Array {
  const { chain, suite, validators, predecessor, rest } = parts;
  const hashName = suiteHash(suite);
  const before =
    predecessor === undefined
      ? null
      : [predecessor.chain, predecessor.genesis, predecessor.size, predecessor.root];
  const first = validatorsDigest(hashName, validators, 0);
  return hash(hashName, encodeCbor([GENESIS_FORMAT, chain, suite, first, before, rest]));
}
