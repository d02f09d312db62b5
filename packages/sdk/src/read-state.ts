import { decodeCbor, fromBase64, fromHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { hash } from '@hefu/crypto/hash';
import { suiteHash } from '@hefu/crypto/algorithm';
import { decodeStateProof, verifyInclusion, verifyStateProof } from '@hefu/merkle';
import { decodeEntry, stateKeyHash } from '@hefu/protocol';
import type { BlockEntry } from '@hefu/protocol';
import { stateAnswerSchema, understood } from './answers.ts';
import type { StateAnswer } from './answers.ts';
import type { NodeHttp } from './http.ts';
import { problemOf } from './http.ts';
import type { LogEntries } from './log/entries.ts';
import type { SeenCheckpoint } from './log/checkpoint-seen.ts';
import type { VerifiedLog } from './log/verified-log.ts';
import type { ProofFaultCode } from './proof-error.ts';

/** Where a value stands. */
export interface StatePlace {
  readonly contract: string;
  readonly collection: string;
  readonly key: string;
}

/** How to read a value. */
export interface StateReadOptions {
  /** As it stood after this block; as it stands now unless given. */
  readonly atHeight?: number;
  /** How old the signed checkpoint may be that says what is now; the client's bound unless given. */
  readonly freshMs?: number;
  /** False takes the node's word. */
  readonly verify?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A value of the state, or that there is none. */
export interface StateValue {
  /** Height of the block that left the state so, when proven; else what the node says. */
  readonly height: number;
  readonly present: boolean;
  /** Decoded; byte strings are bytes. */
  readonly value?: CborValue;
  /** The deterministic CBOR that the proof covers. */
  readonly valueBytes?: Uint8Array;
  /** What it was proven by; absent when it is the node's word. */
  readonly proven?: StateProven;
}

/** What a value was proven by. */
export interface StateProven {
  /** Time of the block that left the state so, milliseconds UTC. */
  readonly blockTime: number;
  /** The signed checkpoint that names it. */
  readonly checkpoint: string;
  /** Entries under the checkpoint. */
  readonly size: number;
  /** When more than two thirds had signed, seconds UTC. */
  readonly timeSeconds: number;
}

/** What a read is verified with. */
export interface StateVerifier {
  readonly log: VerifiedLog;
  readonly entries: LogEntries;
  readonly freshMs: number;
}

/** Asks a node for a value, and takes its word. */
export async function askState(
  http: NodeHttp,
  place: StatePlace,
  options: StateReadOptions,
): Promise<StateValue> {
  const request = {
    path: pathOf(place),
    query: { atHeight: options.atHeight },
    signal: options.signal,
  };
  const answer = await http.ask(request);
  if (answer.status === 404) {
    const problem = await problemOf(answer, request.path);
    if (problem.code !== 'state-absent') throw problem;
    return { height: Number(answer.headers.get('ledger-height')), present: false };
  }
  if (answer.status >= 400) throw await problemOf(answer, request.path);
  const read = understood(stateAnswerSchema, await http.parse(answer, request), request.path);
  return { height: read.height, ...valueOf(read) };
}

/**
 * Asks a node for a value with its proof, and verifies it: that the state which a signed checkpoint names holds it, or
 * nothing, under this key; and that this state is the one asked for: the newest, or that of the height. Throws
 * ProofError `state-not-proven`, `denial-not-proven`, `state-proof-broken`, `state-outdated`, `node-behind`,
 * `checkpoint-stale` and what the log throws.
 */
export async function readState(
  http: NodeHttp,
  verifier: StateVerifier,
  place: StatePlace,
  options: StateReadOptions,
): Promise<StateValue> {
  const { log } = verifier;
  const { atHeight, signal } = options;
  const path = pathOf(place);
  const request = { path, query: { proof: 1, atHeight }, signal };
  const before = await log.newest();
  const answer = await http.ask(request);
  if (answer.status >= 400) {
    const problem = await problemOf(answer, path);
    // Absence has a proof as presence has: an honest node never says it without one.
    const isDenial = problem.code === 'state-absent' || problem.code === 'not-found';
    if (!isDenial) throw problem;
    throw log.fault('denial-not-proven', problem.code, { asked: path, answer: problem.problem });
  }
  const parsed = await http.parse(answer, request);
  const read = understood(stateAnswerSchema, parsed, path);
  const { proof } = read;
  const fail = (code: ProofFaultCode, detail: string, shown?: SeenCheckpoint): Error =>
    log.fault(code, detail, {
      asked: path,
      answer: parsed,
      ...(shown === undefined ? {} : { shown: shown.note }),
    });
  if (proof === undefined) throw fail('state-not-proven', 'there is no proof in the answer');
  const shown = await log.see(proof.checkpoint, signal);
  const block = provenBlock(log, proof.block, shown);
  if (block === undefined) throw fail('state-proof-broken', 'the block is not in the log', shown);
  const value = valueOf(read);
  if (!isInState(log, place, value.valueBytes, proof.state, block.stateRoot)) {
    throw fail('state-proof-broken', `not under the state root of block ${block.height}`, shown);
  }
  const outdated = await whyOutdated(verifier, options, {
    block,
    index: proof.block.index,
    shown,
    before,
  });
  if (outdated !== undefined) throw fail('state-outdated', outdated, shown);
  const { note: checkpoint, size, timeSeconds } = shown;
  return {
    height: atHeight ?? block.height,
    ...value,
    proven: { blockTime: block.time, checkpoint, size, timeSeconds },
  };
}

function pathOf({ contract, collection, key }: StatePlace): string {
  const name = key.split('/').map(encodeURIComponent).join('/');
  return `/v1/state/${encodeURIComponent(contract)}/${encodeURIComponent(collection)}/${name}`;
}

function valueOf(read: StateAnswer): Pick<StateValue, 'present' | 'value' | 'valueBytes'> {
  if (!read.present) return { present: false };
  const valueBytes = fromBase64(read.valueBytes ?? '');
  const decoded = valueBytes === undefined ? undefined : decodeCbor(valueBytes, { maps: 'object' });
  // Bytes that are no value are under no state root, and so fail like any others.
  if (valueBytes === undefined || decoded?.ok !== true) {
    return { present: true, valueBytes: valueBytes ?? new Uint8Array() };
  }
  return { present: true, value: decoded.value, valueBytes };
}

function provenBlock(
  log: VerifiedLog,
  logged: NonNullable<StateAnswer['proof']>['block'],
  { size, root }: SeenCheckpoint,
): BlockEntry | undefined {
  const bytes = fromBase64(logged.entry);
  const path = logged.inclusion.map(fromHex);
  if (bytes === undefined || !path.every((node) => node !== undefined)) return undefined;
  const decoded = decodeEntry(bytes);
  if (!decoded.ok || decoded.entry.kind !== 'block') return undefined;
  const { hasher } = log;
  const leafHash = hasher.leaf(bytes);
  const isThere = verifyInclusion({ hasher, index: logged.index, size, leafHash, path, root });
  return isThere ? decoded.entry : undefined;
}

function isInState(
  log: VerifiedLog,
  { contract, collection, key }: StatePlace,
  valueBytes: Uint8Array | undefined,
  proofText: string,
  root: Uint8Array,
): boolean {
  const hashName = suiteHash(log.trust.suite);
  const proofBytes = fromBase64(proofText);
  const decoded = proofBytes === undefined ? undefined : decodeStateProof(proofBytes);
  if (decoded?.ok !== true) return false;
  return verifyStateProof({
    hasher: log.hasher,
    root,
    keyHash: stateKeyHash(hashName, contract, collection, key),
    valueHash: valueBytes === undefined ? null : hash(hashName, valueBytes),
    proof: decoded.proof,
  });
}

/** The block whose state was shown, its place, and what was seen before and since the question. */
interface ShownBlock {
  readonly block: BlockEntry;
  readonly index: number;
  readonly shown: SeenCheckpoint;
  readonly before: SeenCheckpoint | undefined;
}

/** Why the block's state is not the one asked for; undefined when it is. */
async function whyOutdated(
  { log, entries, freshMs }: StateVerifier,
  { atHeight, freshMs: asked = freshMs, signal }: StateReadOptions,
  { block, index, shown, before }: ShownBlock,
): Promise<string | undefined> {
  if (atHeight === undefined) {
    if (index !== shown.size - 1) return `${shown.size - 1 - index} entries follow the block`;
    log.requireNewest(shown, before);
    log.requireFresh(shown, asked);
    return undefined;
  }
  if (block.height > atHeight) return `block ${block.height} for height ${atHeight}`;
  const newest = (await log.newest()) ?? shown;
  if (index < newest.size - 1) {
    // Blocks have no gaps between them: what follows the block tells the height of the next one.
    const next = await entries.at(newest, index + 1, signal);
    // A registered statement's digest says nothing of it, and is followed by an entry that does.
    const speaks =
      next.entry?.kind === 'foreign' ? await entries.at(newest, index + 2, signal) : next;
    const height = speaks.entry !== undefined && 'height' in speaks.entry ? speaks.entry.height : 0;
    if (height > atHeight) return undefined;
    return `block ${height} follows ${block.height}, up to ${atHeight} was asked for`;
  }
  // Nothing has followed as far as is known: then what is known has to be of now.
  log.requireFresh(newest, asked);
  return undefined;
}
