import { equalBytes, toHex } from '@hefu/bytes';
import { publicKeyBytes } from '@hefu/crypto/algorithm';
import type { HashName } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import { keyId } from '@hefu/crypto/keys';
import { decodeStateProof, verifyStateProof } from '@hefu/merkle';
import { organisationOfMember } from './names.ts';
import type { ProvenRecord, Receipt } from './receipt-document.ts';
import {
  decodeKeyRecord,
  decodeMemberRecord,
  decodeOrganisationRecord,
  KEYS_COLLECTION,
  MEMBERS_COLLECTION,
  MEMBERSHIP_CONTRACT,
  ORGANISATIONS_COLLECTION,
} from './records.ts';
import type { KeyRecord, MemberRecord, OrganisationRecord } from './records.ts';
import { stateKeyHash } from './state-key.ts';
import type { Statement } from './statement.ts';
import { treeHasher } from './suite-hasher.ts';

/** The signer's three records, read from a receipt and found to belong together. */
export interface SignerRecords {
  readonly key: KeyRecord;
  readonly member: MemberRecord;
  readonly organisation: OrganisationRecord;
}

/**
 * The records of a receipt's signer; undefined when one can't be read, or when they are not those of
 * the statement's key, its member and that member's organisation.
 */
export function readSigner(
  hashName: HashName,
  signer: Receipt['signer'],
  statement: Statement,
): SignerRecords | undefined {
  const key = decodeKeyRecord(signer.key.record);
  const member = decodeMemberRecord(signer.member.record);
  const organisation = decodeOrganisationRecord(signer.organisation.record);
  if (!key.ok || !member.ok || !organisation.ok) return undefined;
  if (signer.key.id !== toHex(statement.keyId)) return undefined;
  if (key.record.member !== statement.member) return undefined;
  if (signer.member.id !== statement.member) return undefined;
  const organisationId = organisationOfMember(statement.member);
  if (signer.organisation.id !== organisationId) return undefined;
  if (member.record.organisation !== organisationId) return undefined;
  const { algorithm, publicKey } = key.record;
  // Whether it is a good key is checked once, where its first signature is.
  if (algorithm !== statement.algorithm) return undefined;
  if (publicKey.length !== publicKeyBytes(algorithm)) return undefined;
  if (!equalBytes(keyId(hashName, algorithm, publicKey), statement.keyId)) return undefined;
  return { key: key.record, member: member.record, organisation: organisation.record };
}

/** Whether all three records are in the state with this root. */
export function signerIsProven(
  hashName: HashName,
  signer: Receipt['signer'],
  stateRoot: Uint8Array,
): boolean {
  return (
    isProven(hashName, KEYS_COLLECTION, signer.key, stateRoot) &&
    isProven(hashName, MEMBERS_COLLECTION, signer.member, stateRoot) &&
    isProven(hashName, ORGANISATIONS_COLLECTION, signer.organisation, stateRoot)
  );
}

function isProven(
  hashName: HashName,
  collection: string,
  proven: ProvenRecord,
  root: Uint8Array,
): boolean {
  const decoded = decodeStateProof(proven.proof);
  if (!decoded.ok || !proven.id.isWellFormed()) return false;
  return verifyStateProof({
    hasher: treeHasher(hashName),
    root,
    keyHash: stateKeyHash(hashName, MEMBERSHIP_CONTRACT, collection, proven.id),
    valueHash: hash(hashName, proven.record),
    proof: decoded.proof,
  });
}
