import { toBase64, toHex } from '@hefu/bytes';
import { suiteDefaultAlgorithm } from '@hefu/crypto/algorithm';
import type { SignatureAlgorithm, Suite } from '@hefu/crypto/algorithm';
import { checkPublicKey } from '@hefu/crypto/keys';
import type { Predecessor } from './genesis-digest.ts';
import { JsonReader } from './json-reader.ts';
import { verifierKeysOf } from './line-keys.ts';
import { formatLoggedEntry, readLoggedEntry } from './logged-entry.ts';
import type { LoggedEntry, LoggedEntryDocument } from './logged-entry.ts';
import { CHAIN_ID_LENGTH_MAX, isChainId, isOrganisationId } from './names.ts';
import { NOTE_LENGTH_MAX } from './note.ts';
import { VALIDATOR_POWER_MAX, VALIDATORS_MAX } from './validators.ts';
import type { Validator, ValidatorSet } from './validators.ts';

/** What a trust file's format field says. */
export const TRUST_FORMAT = 'hefu-trust/2';
/** Most changes of the validator set that a trust file may lead through. */
export const HANDOVERS_MAX = 10_000;
/** Longest verifier key as text. */
const VKEY_LENGTH_MAX = 300;
/** Longest base64 of a raw public key: 65 bytes. */
const PUBLIC_KEY_TEXT_LENGTH_MAX = 88;

/** A validator in a trust file; `vkeys` repeats it in the form that tlog tools read. */
export interface TrustValidatorDocument {
  readonly organisation: string;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: string;
  readonly power: number;
  readonly vkeys: readonly string[];
}

/** A change of the set: the block that names the new one, under the old one's checkpoint. */
export interface HandoverDocument {
  /** Of the set that it leads to: 1 for the first change. */
  readonly number: number;
  readonly block: LoggedEntryDocument;
  readonly checkpoint: string;
  readonly validators: readonly TrustValidatorDocument[];
}

/** The log that a chain goes on from after a declared break; digests as hex. */
export interface PredecessorDocument {
  readonly chain: string;
  readonly genesis: string;
  readonly size: number;
  readonly root: string;
}

/** A trust file as JSON carries it. */
export interface TrustDocument {
  readonly format: typeof TRUST_FORMAT;
  readonly chain: string;
  readonly suite: Suite;
  readonly genesis: string;
  /** Digest of the genesis document without what stands here, hex. */
  readonly genesisRest: string;
  readonly predecessor?: PredecessorDocument;
  readonly validators: readonly TrustValidatorDocument[];
  readonly handovers: readonly HandoverDocument[];
}

export interface Handover {
  readonly number: number;
  readonly block: LoggedEntry;
  readonly checkpoint: string;
  readonly validators: ValidatorSet;
}

/** What a trust file says, before its handovers are verified. */
export interface TrustParts {
  readonly chain: string;
  readonly suite: Suite;
  /** Digest of the genesis document. */
  readonly genesis: Uint8Array;
  /** Digest of what it holds beside what stands here. */
  readonly genesisRest: Uint8Array;
  readonly predecessor?: Predecessor | undefined;
  readonly validators: ValidatorSet;
  readonly handovers: readonly Handover[];
}

/** The JSON of a trust file. */
export function formatTrust(parts: TrustParts): TrustDocument {
  const { chain, suite, genesis, genesisRest, predecessor, validators, handovers } = parts;
  const format = (set: ValidatorSet): TrustValidatorDocument[] =>
    set.map((validator) => formatValidator(suite, chain, validator));
  return {
    format: TRUST_FORMAT,
    chain,
    suite,
    genesis: toHex(genesis),
    genesisRest: toHex(genesisRest),
    ...(predecessor === undefined ? {} : { predecessor: formatPredecessor(predecessor) }),
    validators: format(validators),
    handovers: handovers.map((handover) => ({
      number: handover.number,
      block: formatLoggedEntry(handover.block),
      checkpoint: handover.checkpoint,
      validators: format(handover.validators),
    })),
  };
}

function formatPredecessor({ chain, genesis, size, root }: Predecessor): PredecessorDocument {
  return { chain, genesis: toHex(genesis), size, root: toHex(root) };
}

function formatValidator(
  suite: Suite,
  chain: string,
  validator: Validator,
): TrustValidatorDocument {
  const { organisation, algorithm, publicKey, power } = validator;
  const vkeys = verifierKeysOf(suite, chain, validator);
  return { organisation, algorithm, publicKey: toBase64(publicKey), power, vkeys };
}

/** Reads the form of a trust file; the pointer to its first fault when it has one. Never throws. */
export function readTrust(
  json: unknown,
):
  | { readonly ok: true; readonly parts: TrustParts }
  | { readonly ok: false; readonly pointer: string } {
  const reader = new JsonReader();
  const required = [
    'format',
    'chain',
    'suite',
    'genesis',
    'genesisRest',
    'validators',
    'handovers',
  ];
  const fields = reader.object(json, '', required, ['predecessor']) as Partial<TrustDocument>;
  reader.oneOf(fields.format, '/format', [TRUST_FORMAT]);
  const chain = reader.text(fields.chain, '/chain', CHAIN_ID_LENGTH_MAX);
  if (!isChainId(chain)) reader.fail('/chain');
  const suite = reader.oneOf(fields.suite, '/suite', ['international', 'gm']);
  const genesis = reader.digest(fields.genesis, '/genesis');
  const genesisRest = reader.digest(fields.genesisRest, '/genesisRest');
  const predecessor =
    fields.predecessor === undefined ? undefined : readPredecessor(reader, fields.predecessor);
  const validators = readValidators(reader, fields.validators, '/validators', suite, chain);
  const handovers = reader
    .array(fields.handovers, '/handovers', HANDOVERS_MAX)
    .map((item, i) => readHandover(reader, item, `/handovers/${i}`, suite, chain));
  if (reader.fault !== undefined) return { ok: false, pointer: reader.fault };
  const parts = { chain, suite, genesis, genesisRest, predecessor, validators, handovers };
  return { ok: true, parts };
}

function readPredecessor(reader: JsonReader, value: unknown): Predecessor {
  const pointer = '/predecessor';
  const names = ['chain', 'genesis', 'size', 'root'];
  const fields = reader.object(value, pointer, names) as Partial<PredecessorDocument>;
  const chain = reader.text(fields.chain, `${pointer}/chain`, CHAIN_ID_LENGTH_MAX);
  if (!isChainId(chain)) reader.fail(`${pointer}/chain`);
  return {
    chain,
    genesis: reader.digest(fields.genesis, `${pointer}/genesis`),
    size: reader.integer(fields.size, `${pointer}/size`, 1),
    root: reader.digest(fields.root, `${pointer}/root`),
  };
}

function readHandover(
  reader: JsonReader,
  value: unknown,
  pointer: string,
  suite: Suite,
  chain: string,
): Handover {
  const fields = reader.object(value, pointer, [
    'number',
    'block',
    'checkpoint',
    'validators',
  ]) as Partial<HandoverDocument>;
  return {
    number: reader.integer(fields.number, `${pointer}/number`, 1),
    block: readLoggedEntry(reader, fields.block, `${pointer}/block`),
    checkpoint: reader.text(fields.checkpoint, `${pointer}/checkpoint`, NOTE_LENGTH_MAX),
    validators: readValidators(reader, fields.validators, `${pointer}/validators`, suite, chain),
  };
}

function readValidators(
  reader: JsonReader,
  value: unknown,
  pointer: string,
  suite: Suite,
  chain: string,
): ValidatorSet {
  const items = reader.array(value, pointer, VALIDATORS_MAX);
  if (items.length === 0) reader.fail(pointer);
  const set = items.map((item, i) => readValidator(reader, item, `${pointer}/${i}`, suite, chain));
  for (const [i, validator] of set.entries()) {
    const before = set[i - 1];
    // One order, and so one digest, for one set; equal neighbours would count twice.
    if (before !== undefined && !(before.organisation < validator.organisation)) {
      reader.fail(`${pointer}/${i}/organisation`);
    }
  }
  return set;
}

function readValidator(
  reader: JsonReader,
  value: unknown,
  pointer: string,
  suite: Suite,
  chain: string,
): Validator {
  const fields = reader.object(value, pointer, [
    'organisation',
    'algorithm',
    'publicKey',
    'power',
    'vkeys',
  ]) as Partial<TrustValidatorDocument>;
  const organisation = reader.text(fields.organisation, `${pointer}/organisation`, 32);
  if (!isOrganisationId(organisation)) reader.fail(`${pointer}/organisation`);
  const algorithm = reader.oneOf(fields.algorithm, `${pointer}/algorithm`, [
    suiteDefaultAlgorithm(suite),
  ]);
  const publicKey = reader.base64(
    fields.publicKey,
    `${pointer}/publicKey`,
    PUBLIC_KEY_TEXT_LENGTH_MAX,
  );
  if (!checkPublicKey(algorithm, publicKey).ok) reader.fail(`${pointer}/publicKey`);
  const power = reader.integer(fields.power, `${pointer}/power`, 1);
  if (power > VALIDATOR_POWER_MAX) reader.fail(`${pointer}/power`);
  const validator = { organisation, algorithm, publicKey, power };
  const vkeys = reader
    .array(fields.vkeys, `${pointer}/vkeys`, 3)
    .map((vkey, i) => reader.text(vkey, `${pointer}/vkeys/${i}`, VKEY_LENGTH_MAX));
  if (vkeys.join('\n') !== verifierKeysOf(suite, chain, validator).join('\n')) {
    reader.fail(`${pointer}/vkeys`);
  }
  return validator;
}
