import { decodeCbor } from '@hefu/bytes';
import {
  ENCRYPTION_KEYS_COLLECTION,
  encryptionKeyRecordSchema,
  ERASURES_COLLECTION,
  erasureKey,
  erasureRecordSchema,
  grantRecordSchema,
  GRANTS_COLLECTION,
  SHARING_CONTRACT,
  SHARING_ROLES,
} from '@hefu/module-sharing/api';
import type { EncryptionKeyRecord, ErasureRecord, GrantRecord } from '@hefu/module-sharing/api';
import {
  decodeKeyRecord,
  decodeMemberRecord,
  decodeOrganisationRecord,
  MEMBERSHIP_CONTRACT,
  organisationOfMember,
  signerStanding,
} from '@hefu/protocol';
import type { KeyRecord, MemberRecord } from '@hefu/protocol';
import type { ChainReader } from '../chain-host.ts';
import type { StatePlace } from './proven-state.ts';
import type { NodeSigner, SharingPort } from './sharing-port.ts';

type Reader = Pick<ChainReader, 'stateValue' | 'head'>;

export function grantPlace(grant: string): StatePlace {
  return { contract: SHARING_CONTRACT, collection: GRANTS_COLLECTION, key: grant };
}

export function erasurePlace(organisation: string, object: string): StatePlace {
  const key = erasureKey(organisation, object);
  return { contract: SHARING_CONTRACT, collection: ERASURES_COLLECTION, key };
}

export function membershipPlace(
  collection: 'keys' | 'members' | 'organisations',
  key: string,
): StatePlace {
  return { contract: MEMBERSHIP_CONTRACT, collection, key };
}

/** The key that an organisation has registered for what is granted to it; undefined when it has none. */
export function registeredKey(
  reader: Reader,
  organisation: string,
): EncryptionKeyRecord | undefined {
  const place = {
    contract: SHARING_CONTRACT,
    collection: ENCRYPTION_KEYS_COLLECTION,
    key: organisation,
  };
  const parsed = encryptionKeyRecordSchema.safeParse(fieldsOf(valueAt(reader, place)));
  return parsed.success ? parsed.data : undefined;
}

/** The grant in the bytes of its value; undefined when they are none. */
export function readGrant(value: Uint8Array | undefined): GrantRecord | undefined {
  const parsed = grantRecordSchema.safeParse(fieldsOf(value));
  return parsed.success ? parsed.data : undefined;
}

/** The erasure in the bytes of its value; undefined when they are none. */
export function readErasure(value: Uint8Array | undefined): ErasureRecord | undefined {
  const parsed = erasureRecordSchema.safeParse(fieldsOf(value));
  return parsed.success ? parsed.data : undefined;
}

/** The value at a place of the state as it stands. */
export function valueAt(reader: Reader, place: StatePlace): Uint8Array | undefined {
  const answer = reader.stateValue(place);
  return answer.ok ? answer.value : undefined;
}

/** Who a key stands for, when it may sign. */
export interface Standing {
  readonly key: KeyRecord;
  readonly member: MemberRecord;
}

/** Judges three records by the rule for statements; undefined when the key may not sign at this height. */
export function standingOf(
  keyValue: Uint8Array | undefined,
  memberValue: Uint8Array | undefined,
  organisationValue: Uint8Array | undefined,
  height: number,
): Standing | undefined {
  const key = keyValue === undefined ? undefined : decodeKeyRecord(keyValue);
  const member = memberValue === undefined ? undefined : decodeMemberRecord(memberValue);
  const organisation =
    organisationValue === undefined ? undefined : decodeOrganisationRecord(organisationValue);
  if (key?.ok !== true || member?.ok !== true || organisation?.ok !== true) return undefined;
  const verdict = signerStanding(height, key.record, member.record, organisation.record);
  return verdict.ok ? { key: key.record, member: member.record } : undefined;
}

/** Whether a key of this chain may sign in the next block, and for whom. */
export function standingNow(reader: Reader, keyId: string): Standing | undefined {
  const keyValue = valueAt(reader, membershipPlace('keys', keyId));
  const key = keyValue === undefined ? undefined : decodeKeyRecord(keyValue);
  if (key?.ok !== true) return undefined;
  const { member } = key.record;
  return standingOf(
    keyValue,
    valueAt(reader, membershipPlace('members', member)),
    valueAt(reader, membershipPlace('organisations', organisationOfMember(member))),
    reader.head().height + 1,
  );
}

/** A member of the organisation, with a key on this node, that may share for it on this chain now. */
export function findSharer(
  reader: Reader,
  sharing: SharingPort,
  organisation: string,
): NodeSigner | undefined {
  return sharing.signers(organisation).find(({ keyId, member }) => {
    const standing = standingNow(reader, keyId);
    if (standing?.key.member !== member) return false;
    return standing.member.roles.some((role) => SHARING_ROLES.some((known) => known === role));
  });
}

function fieldsOf(value: Uint8Array | undefined): unknown {
  const decoded = value === undefined ? undefined : decodeCbor(value, { maps: 'object' });
  return decoded?.ok === true ? decoded.value : undefined;
}
