import { suiteHash } from '@hefu/crypto/algorithm';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import type { HashName } from '@hefu/crypto/hash';
import type { Hasher } from '@hefu/merkle';
import {
  genesisDigest,
  genesisValidators,
  digestOfParameters,
  treeHasher,
  validatorsDigest,
} from '@hefu/protocol';
import type { GenesisDocument, ValidatorSet } from '@hefu/protocol';

/** What the genesis fixes of a chain, in the form in which the ledger uses it. */
export interface ChainSpec {
  readonly chain: string;
  readonly genesis: GenesisDocument;
  readonly genesisDigest: Uint8Array;
  readonly hashName: HashName;
  readonly hash: (bytes: Uint8Array) => Uint8Array;
  readonly hasher: Hasher;
  readonly algorithms: ReadonlySet<SignatureAlgorithm>;
  /** As the genesis set them; in force until governance changes them. */
  readonly parameters: GenesisDocument['parameters'];
  readonly parametersDigest: Uint8Array;
  /** As the genesis set them; they sign until governance changes them. */
  readonly validators: ValidatorSet;
  readonly validatorsDigest: Uint8Array;
}

/** Derives the spec of a genesis document that `parseGenesis` accepted. */
export function chainSpec(genesis: GenesisDocument): ChainSpec {
  const hashName = suiteHash(genesis.suite);
  const hashBytes = (bytes: Uint8Array): Uint8Array => hash(hashName, bytes);
  const validators = genesisValidators(genesis);
  return {
    chain: genesis.chain,
    genesis,
    genesisDigest: genesisDigest(genesis),
    hashName,
    hash: hashBytes,
    hasher: treeHasher(hashName),
    algorithms: new Set(genesis.algorithms),
    parameters: genesis.parameters,
    parametersDigest: digestOfParameters(genesis.suite, genesis.parameters),
    validators,
    validatorsDigest: validatorsDigest(hashName, validators, 0),
  };
}
