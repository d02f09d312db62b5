import { fromBase64, fromHex, toBase64, toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { decodeStateProof, verifyInclusion, verifyStateProof } from '@hefu/merkle';
import {
  decodeEntry,
  parseCheckpoint,
  setForSize,
  stateKeyHash,
  treeHasher,
  verifyCheckpoint,
} from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import { z } from 'zod';
import type { ChainReader } from '../chain-host.ts';

/** A value of a state. */
export interface StatePlace {
  readonly contract: string;
  readonly collection: string;
  readonly key: string;
}

/** Longest base64 of a value, an entry or a proof. */
const PART_CHARS_MAX = 262_144;
/** Longest checkpoint: some hundred validators. */
const CHECKPOINT_CHARS_MAX = 65_536;
/** Longest way from a leaf to a root. */
const PATH_MAX = 53;

const base64 = z.base64().max(PART_CHARS_MAX);

/** A value with what proves it against a trust file alone, as it travels between nodes. */
export const provenStateSchema = z.strictObject({
  value: base64,
  state: base64,
  block: z.strictObject({
    entry: base64,
    index: z.int().min(0),
    inclusion: z.array(z.string().regex(/^[0-9a-f]{64}$/)).max(PATH_MAX),
  }),
  checkpoint: z.string().max(CHECKPOINT_CHARS_MAX),
});
export type ProvenState = z.output<typeof provenStateSchema>;

/** The value as it stands now with its proof; undefined when there is none, or no final checkpoint covers it yet. */
export function proveState(
  reader: Pick<ChainReader, 'stateValue'>,
  place: StatePlace,
): ProvenState | undefined {
  const answer = reader.stateValue({ ...place, proof: true });
  if (!answer.ok || answer.value === undefined || answer.proof === undefined) return undefined;
  const { state, blockEntry, blockIndex, inclusion, checkpoint } = answer.proof;
  return {
    value: toBase64(answer.value),
    state: toBase64(state),
    block: {
      entry: toBase64(blockEntry),
      index: blockIndex,
      inclusion: inclusion.map(toHex),
    },
    checkpoint,
  };
}

/** The value's bytes and the height at which it stood so; undefined when that is not proven by this trust file. */
export function verifyState(
  trust: Trust,
  place: StatePlace,
  proven: ProvenState,
): { readonly value: Uint8Array; readonly height: number } | undefined {
  const hashName = suiteHash(trust.suite);
  const hasher = treeHasher(hashName);
  const value = fromBase64(proven.value);
  const entry = fromBase64(proven.block.entry);
  const proof = decodeStateProof(fromBase64(proven.state) ?? new Uint8Array(0));
  const parsed = parseCheckpoint(proven.checkpoint);
  if (value === undefined || entry === undefined || !proof.ok || !parsed.ok) return undefined;
  const { size, root } = parsed.checkpoint;
  const lines = verifyCheckpoint({
    note: proven.checkpoint,
    suite: trust.suite,
    chain: trust.chain,
    set: setForSize(trust, size),
    exact: true,
  });
  if (!lines.ok) return undefined;
  const path = proven.block.inclusion.map((node) => fromHex(node) ?? new Uint8Array(0));
  const { index } = proven.block;
  const leafHash = hasher.leaf(entry);
  if (!verifyInclusion({ hasher, index, size, leafHash, path, root })) return undefined;
  const block = decodeEntry(entry);
  if (!block.ok || block.entry.kind !== 'block') return undefined;
  const isInState = verifyStateProof({
    hasher,
    root: block.entry.stateRoot,
    keyHash: stateKeyHash(hashName, place.contract, place.collection, place.key),
    valueHash: hash(hashName, value),
    proof: proof.proof,
  });
  return isInState ? { value, height: block.entry.height } : undefined;
}
