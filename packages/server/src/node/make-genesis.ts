import { toBase64 } from '@hefu/bytes';
import { policy } from '@hefu/contract';
import type { ModuleDefinition } from '@hefu/contract';
import { suiteDefaultAlgorithm, suiteHash } from '@hefu/crypto/algorithm';
import type { SignatureAlgorithm, Suite } from '@hefu/crypto/algorithm';
import type { KeyAlgorithm, KeyInfo, KeyPurpose, Keystore } from '@hefu/keystore';
import { GENESIS_FORMAT } from '@hefu/protocol';
import type { GenesisDocument } from '@hefu/protocol';
import { requireGenesis } from './require-genesis.ts';
import type { ConsortiumPlan } from './sample-consortium.ts';
import { keystoreError } from './start-fault.ts';

/** Statements in a block: some fifty milliseconds of execution, so that no block stalls the next for long. */
const BLOCK_STATEMENTS_MAX = 4_096;
/** An idle chain shows that it lives once a minute. */
const HEARTBEAT_MS = 60_000;
/** The bundle of the largest batch: the consortium may set less. */
const ATTACHMENT_BYTES_MAX = 64 * 1024 * 1024;
/** Blocks whose state can be asked for: minutes under load, months on a quiet chain. */
const STATE_HORIZON_BLOCKS = 1_000;

/** Algorithms that each suite's chains admit. */
const SUITE_ALGORITHMS: Readonly<Record<Suite, readonly SignatureAlgorithm[]>> = {
  international: ['ed25519', 'es256'],
  gm: ['sm2'],
};

export interface GenesisMaking {
  readonly plan: ConsortiumPlan;
  readonly suite: Suite;
  /** The time of the genesis block. */
  readonly nowMs: number;
  readonly keystore: Keystore;
  readonly modules: readonly ModuleDefinition[];
}

/** The algorithm of encryption keys on a suite's chains: HPKE wants X25519, SM2 encrypts by itself. */
export function encryptionAlgorithm(suite: Suite): KeyAlgorithm {
  return suite === 'gm' ? 'sm2' : 'x25519';
}

/**
 * Makes the keys of all planned members, and of the node's organisation its checkpoint and encryption keys, into the
 * keystore, and the genesis document that names them. In a sample the node holds everybody's keys, so that one machine
 * can play all parts. Throws StartError `genesis-invalid` for names that no chain can have.
 */
export function makeGenesis(making: GenesisMaking): GenesisDocument {
  const { plan, suite, nowMs, modules } = making;
  const algorithm = suiteDefaultAlgorithm(suite);
  const [own] = plan.organisations;
  const members = plan.organisations.flatMap((organisation) =>
    organisation.members.map((member) => ({ ...member, id: `${organisation.id}/${member.name}` })),
  );
  const keys = members.map(({ id }) => ({
    member: id,
    algorithm,
    publicKey: toBase64(createKey(making, 'sign', algorithm, id).publicKey),
    purpose: 'sign' as const,
  }));
  const checkpointKey = createKey(making, 'checkpoint', algorithm);
  createKey(making, 'encrypt', encryptionAlgorithm(suite));
  return requireGenesis({
    format: GENESIS_FORMAT,
    chain: plan.chain,
    suite,
    time: nowMs,
    algorithms: [...SUITE_ALGORITHMS[suite]],
    organisations: plan.organisations.map(({ id, name }) => ({ id, name })),
    members: members.map(({ id, kind, roles }) => ({ id, kind, roles: [...roles] })),
    keys,
    validators: [
      {
        organisation: own.id,
        algorithm,
        publicKey: toBase64(checkpointKey.publicKey),
        power: 1,
      },
    ],
    // One operator runs this chain, and so its administrators decide.
    governance: policy.all(policy.organisation(own.id), policy.role('admin')),
    modules: modules.map(({ name, versions }) => ({
      name,
      version: versions.at(-1)?.version ?? 1,
    })),
    parameters: {
      blockStatementsMax: BLOCK_STATEMENTS_MAX,
      heartbeatMs: HEARTBEAT_MS,
      attachmentBytesMax: ATTACHMENT_BYTES_MAX,
      stateHorizonBlocks: STATE_HORIZON_BLOCKS,
    },
  });
}

function createKey(
  { keystore, suite, nowMs }: GenesisMaking,
  purpose: KeyPurpose,
  algorithm: KeyAlgorithm,
  member?: string,
): KeyInfo {
  const added = keystore.create({
    algorithm,
    purpose,
    hashName: suiteHash(suite),
    created: nowMs,
    ...(member === undefined ? {} : { member }),
  });
  if (!added.ok) throw keystoreError(added);
  return added.key;
}
