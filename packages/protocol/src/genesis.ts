import { encodeCbor, fromBase64, fromHex, tryEncodeCbor } from '@hefu/bytes';
import { suiteDefaultAlgorithm, suiteHash } from '@hefu/crypto/algorithm';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { checkPublicKey } from '@hefu/crypto/keys';
import { digestOfGenesis } from './genesis-digest.ts';
import type { GenesisParts, Predecessor } from './genesis-digest.ts';
import { genesisSchema } from './genesis-schema.ts';
import type { GenesisDocument } from './genesis-schema.ts';
import { organisationOfMember } from './names.ts';
import { validatorSetOf } from './validators.ts';
import type { ValidatorSet } from './validators.ts';

/** One fault of a document, at an RFC 6901 pointer. */
export interface GenesisFault {
  readonly pointer: string;
  /** For people. */
  readonly detail: string;
}

export type GenesisVerdict =
  | { readonly ok: true; readonly genesis: GenesisDocument; readonly digest: Uint8Array }
  | {
      readonly ok: false;
      readonly code: 'genesis-malformed';
      readonly faults: readonly GenesisFault[];
    };

/**
 * Checks a genesis document, already parsed from JSON: first its form, then that its parts agree.
 * All faults are named at once. Never throws.
 */
export function parseGenesis(json: unknown): GenesisVerdict {
  const parsed = genesisSchema.safeParse(json);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => ({
      pointer: pointerOf(issue.path),
      detail: issue.message,
    }));
    return { ok: false, code: 'genesis-malformed', faults };
  }
  const genesis = parsed.data;
  const faults = faultsOf(genesis);
  if (faults.length > 0) return { ok: false, code: 'genesis-malformed', faults };
  return { ok: true, genesis, digest: genesisDigest(genesis) };
}

/**
 * Names the document, and in it the first validators: see `digestOfGenesis`. White space and the order of members make no
 * difference. For a document that `parseGenesis` accepted; throws TypeError else.
 */
export function genesisDigest(genesis: GenesisDocument): Uint8Array {
  return digestOfGenesis(genesisParts(genesis));
}

/** What a trust file carries of a genesis document. Throws as `genesisDigest` does. */
export function genesisParts(genesis: GenesisDocument): GenesisParts {
  const { format: _format, chain, suite, validators: _validators, predecessor, ...rest } = genesis;
  return {
    chain,
    suite,
    validators: genesisValidators(genesis),
    ...(predecessor === undefined ? {} : { predecessor: predecessorOf(predecessor) }),
    rest: hash(suiteHash(suite), encodeCbor(rest)),
  };
}

function predecessorOf({
  chain,
  genesis,
  size,
  root,
}: NonNullable<GenesisDocument['predecessor']>): Predecessor {
  return { chain, genesis: bytesOfHex(genesis), size, root: bytesOfHex(root) };
}

function bytesOfHex(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new TypeError('not hex');
  return bytes;
}

/** H(CBOR(parameters)), as block entries name them. */
export function digestOfParameters(
  suite: GenesisDocument['suite'],
  parameters: GenesisDocument['parameters'],
): Uint8Array {
  return hash(suiteHash(suite), encodeCbor(parameters));
}

/** The first validator set. For a document that `parseGenesis` accepted; throws TypeError else. */
export function genesisValidators(genesis: GenesisDocument): ValidatorSet {
  return validatorSetOf(
    genesis.validators.map(({ organisation, algorithm, publicKey, power }) => {
      const key = fromBase64(publicKey);
      if (key === undefined) throw new TypeError('public key is not base64');
      return { organisation, algorithm, publicKey: key, power };
    }),
  );
}

function pointerOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

function faultsOf(genesis: GenesisDocument): readonly GenesisFault[] {
  const faults: GenesisFault[] = [];
  const fault = (pointer: string, detail: string): void => {
    faults.push({ pointer, detail });
  };
  const organisations = new Set<string>();
  for (const [index, { id }] of genesis.organisations.entries()) {
    if (organisations.has(id)) fault(`/organisations/${index}/id`, 'named twice');
    organisations.add(id);
  }
  const members = new Set<string>();
  for (const [index, { id }] of genesis.members.entries()) {
    if (members.has(id)) fault(`/members/${index}/id`, 'named twice');
    if (!organisations.has(organisationOfMember(id))) {
      fault(`/members/${index}/id`, 'of an organisation that is not here');
    }
    members.add(id);
  }
  faultsOfKeys(genesis, members, fault);
  faultsOfValidators(genesis, organisations, fault);
  if (genesis.predecessor?.chain === genesis.chain) {
    fault('/predecessor/chain', 'is this chain itself');
  }
  const modules = new Set<string>();
  for (const [index, { name }] of genesis.modules.entries()) {
    if (modules.has(name)) fault(`/modules/${index}/name`, 'named twice');
    modules.add(name);
  }
  if (new Set(genesis.algorithms).size !== genesis.algorithms.length) {
    fault('/algorithms', 'an algorithm is named twice');
  }
  // z.json() lets floats and any depth pass; only what has a deterministic form can have a digest.
  if (!tryEncodeCbor(genesis).ok) fault('', 'holds what has no deterministic CBOR form');
  return faults;
}

function faultsOfKeys(
  genesis: GenesisDocument,
  members: ReadonlySet<string>,
  fault: (pointer: string, detail: string) => void,
): void {
  const keys = new Set<string>();
  for (const [index, key] of genesis.keys.entries()) {
    const pointer = `/keys/${index}`;
    if (!members.has(key.member)) fault(`${pointer}/member`, 'is not a member here');
    if (keys.has(key.publicKey)) fault(`${pointer}/publicKey`, 'named twice');
    keys.add(key.publicKey);
    if (key.purpose === 'sign' && !genesis.algorithms.includes(key.algorithm)) {
      fault(`${pointer}/algorithm`, 'is not one that the chain admits');
    }
    faultOfPublicKey(key.algorithm, key.publicKey, `${pointer}/publicKey`, fault);
  }
}

function faultsOfValidators(
  genesis: GenesisDocument,
  organisations: ReadonlySet<string>,
  fault: (pointer: string, detail: string) => void,
): void {
  const seen = new Set<string>();
  const keys = new Set<string>();
  const algorithm = suiteDefaultAlgorithm(genesis.suite);
  for (const [index, validator] of genesis.validators.entries()) {
    const pointer = `/validators/${index}`;
    const { organisation } = validator;
    if (!organisations.has(organisation)) fault(`${pointer}/organisation`, 'is not here');
    if (seen.has(organisation)) fault(`${pointer}/organisation`, 'named twice');
    seen.add(organisation);
    // Two lines of a checkpoint under the chain's own name would be by one key.
    if (keys.has(validator.publicKey)) fault(`${pointer}/publicKey`, 'named twice');
    keys.add(validator.publicKey);
    if (validator.algorithm !== algorithm) {
      fault(`${pointer}/algorithm`, `checkpoints of this suite are signed with ${algorithm}`);
    }
    faultOfPublicKey(validator.algorithm, validator.publicKey, `${pointer}/publicKey`, fault);
  }
}

function faultOfPublicKey(
  algorithm: SignatureAlgorithm,
  text: string,
  pointer: string,
  fault: (pointer: string, detail: string) => void,
): void {
  const key = fromBase64(text);
  if (key === undefined) return fault(pointer, 'is not base64');
  const verdict = checkPublicKey(algorithm, key);
  if (!verdict.ok) fault(pointer, verdict.code);
}
