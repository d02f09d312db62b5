import * as z from 'zod';
import { GENESIS_FORMAT } from './genesis-digest.ts';
import {
  CHAIN_ID_LENGTH_MAX,
  CONTRACT_NAME_LENGTH_MAX,
  isChainId,
  isContractName,
  isMemberId,
  isOrganisationId,
  MEMBER_ID_LENGTH_MAX,
  ORGANISATION_ID_LENGTH_MAX,
} from './names.ts';
import { KEY_PURPOSES, MEMBER_KINDS } from './records.ts';
import { VALIDATOR_POWER_MAX, VALIDATORS_MAX } from './validators.ts';

/** Most organisations, members and keys that stand in a genesis document; the rest join later. */
export const GENESIS_ORGANISATIONS_MAX = 1000;
export const GENESIS_MEMBERS_MAX = 10_000;
export const GENESIS_KEYS_MAX = 20_000;
/** Most modules. */
export const GENESIS_MODULES_MAX = 100;
/** Longest display name of an organisation. */
export const ORGANISATION_NAME_LENGTH_MAX = 200;
/** Most roles of a member. */
export const MEMBER_ROLES_MAX = 50;
/** Longest text of a raw public key in base64: 65 bytes. */
const PUBLIC_KEY_TEXT_LENGTH_MAX = 88;

const chainId = z.string().max(CHAIN_ID_LENGTH_MAX).refine(isChainId, 'not a chain id');
const organisationId = z
  .string()
  .max(ORGANISATION_ID_LENGTH_MAX)
  .refine(isOrganisationId, 'not an organisation id');
const memberId = z.string().max(MEMBER_ID_LENGTH_MAX).refine(isMemberId, 'not a member id');
const contractName = z
  .string()
  .max(CONTRACT_NAME_LENGTH_MAX)
  .refine(isContractName, 'not a contract name');
const algorithm = z.enum(['ed25519', 'es256', 'sm2']);
const publicKey = z.string().max(PUBLIC_KEY_TEXT_LENGTH_MAX);
/** Lower-case hex of 32 bytes. */
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'not a digest in hex');
/** Integers that JSON carries exactly. */
const count = z.int().min(0);
const positive = z.int().min(1);

/** The form of a genesis document; what its parts must agree on is checked in `parseGenesis`. */
export const genesisSchema = z.strictObject({
  format: z.literal(GENESIS_FORMAT),
  chain: chainId,
  suite: z.enum(['international', 'gm']),
  time: count,
  /** After a declared break: the log that this one goes on from, and its last known checkpoint. */
  predecessor: z
    .strictObject({ chain: chainId, genesis: digest, size: positive, root: digest })
    .optional(),
  algorithms: z.array(algorithm).min(1).max(3),
  organisations: z
    .array(
      z.strictObject({
        id: organisationId,
        name: z.string().min(1).max(ORGANISATION_NAME_LENGTH_MAX),
      }),
    )
    .min(1)
    .max(GENESIS_ORGANISATIONS_MAX),
  members: z
    .array(
      z.strictObject({
        id: memberId,
        kind: z.enum(MEMBER_KINDS),
        roles: z.array(contractName).max(MEMBER_ROLES_MAX),
      }),
    )
    .max(GENESIS_MEMBERS_MAX),
  keys: z
    .array(
      z.strictObject({ member: memberId, algorithm, publicKey, purpose: z.enum(KEY_PURPOSES) }),
    )
    .max(GENESIS_KEYS_MAX),
  validators: z
    .array(
      z.strictObject({
        organisation: organisationId,
        algorithm,
        publicKey,
        power: positive.max(VALIDATOR_POWER_MAX),
      }),
    )
    .min(1)
    .max(VALIDATORS_MAX),
  // The policy by which the consortium changes itself: data of the contract kit, read there.
  governance: z.record(z.string(), z.json()),
  modules: z
    .array(z.strictObject({ name: contractName, version: positive }))
    .max(GENESIS_MODULES_MAX),
  parameters: z
    .object({
      /** Most statements in a block. */
      blockStatementsMax: positive,
      /** An idle chain makes a block this often. */
      heartbeatMs: positive,
      /** Most bytes of an attachment that travels in a block's data. */
      attachmentBytesMax: count,
      /** State older than this many blocks may be pruned; 0 keeps all. */
      stateHorizonBlocks: count,
    })
    .catchall(z.int()),
});

/** A genesis document, as JSON carries it. */
export type GenesisDocument = z.infer<typeof genesisSchema>;
