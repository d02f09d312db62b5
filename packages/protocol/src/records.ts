import { decodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { isSignatureAlgorithm } from '@hefu/crypto/algorithm';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { isContractName, isMemberId, isOrganisationId } from './names.ts';

/**
 * What a verifier must know of the membership contract's records. They are never deleted, and each
 * holds the heights in which it counts, so that a later state still tells who stood how at an
 * earlier height. Fields that are not named here are allowed: the contract may say more.
 */

/** The contract that holds the records. */
export const MEMBERSHIP_CONTRACT = 'membership';
/** Collection of keys; the record's key is the lower-case hex of the key id. */
export const KEYS_COLLECTION = 'keys';
/** Collection of members, by member id. */
export const MEMBERS_COLLECTION = 'members';
/** Collection of organisations, by organisation id. */
export const ORGANISATIONS_COLLECTION = 'organisations';
/** Collection of validators, by organisation id. */
export const VALIDATORS_COLLECTION = 'validators';
/** More changes of standing than this no record may hold; bounds what a verifier reads. */
export const INTERVALS_MAX = 1000;

/** What a key may be used for. */
export const KEY_PURPOSES = ['sign', 'encrypt', 'checkpoint', 'transport'] as const;
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

/** What a member may be. */
export const MEMBER_KINDS = ['person', 'service', 'device'] as const;
export type MemberKind = (typeof MEMBER_KINDS)[number];

/** Heights `[from, to)`; `to` is null while it lasts. */
export type Interval = readonly [from: number, to: number | null];

export interface KeyRecord {
  readonly member: string;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly purpose: KeyPurpose;
  readonly active: readonly Interval[];
}

export interface MemberRecord {
  readonly organisation: string;
  readonly kind: MemberKind;
  readonly roles: readonly string[];
  readonly active: readonly Interval[];
}

export interface OrganisationRecord {
  readonly name: string;
  readonly active: readonly Interval[];
}

export interface ValidatorRecord {
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  readonly power: number;
  readonly active: readonly Interval[];
}

/** A record read from the bytes of its value, or that they are none. */
export type RecordVerdict<T> =
  | { readonly ok: true; readonly record: T }
  | { readonly ok: false; readonly code: 'record-malformed' };

/** Whether one of the intervals holds `height`. */
export function activeAt(intervals: readonly Interval[], height: number): boolean {
  return intervals.some(([from, to]) => height >= from && (to === null || height < to));
}

/** Why a signer's word does not count at a height. */
export type StandingCode =
  | 'key-wrong-purpose'
  | 'key-not-valid'
  | 'member-suspended'
  | 'organisation-suspended';

export type Standing = { readonly ok: true } | { readonly ok: false; readonly code: StandingCode };

/**
 * Whether a statement by this key counts at `height`. A change made in block h counts from h + 1, so
 * that all of a block is judged by one rule.
 */
export function signerStanding(
  height: number,
  key: Pick<KeyRecord, 'purpose' | 'active'>,
  member: Pick<MemberRecord, 'active'>,
  organisation: Pick<OrganisationRecord, 'active'>,
): Standing {
  if (key.purpose !== 'sign') return { ok: false, code: 'key-wrong-purpose' };
  if (!activeAt(key.active, height)) return { ok: false, code: 'key-not-valid' };
  if (!activeAt(member.active, height)) return { ok: false, code: 'member-suspended' };
  if (!activeAt(organisation.active, height)) return { ok: false, code: 'organisation-suspended' };
  return { ok: true };
}

const MALFORMED = { ok: false, code: 'record-malformed' } as const;

/** Reads the value of `membership/keys/<key id in hex>`. */
export function decodeKeyRecord(bytes: Uint8Array): RecordVerdict<KeyRecord> {
  const fields = decodeFields(bytes);
  if (fields === undefined) return MALFORMED;
  const { member, algorithm, publicKey, purpose } = fields;
  const active = readIntervals(fields['active']);
  if (typeof member !== 'string' || !isMemberId(member)) return MALFORMED;
  if (!isSignatureAlgorithm(algorithm) || !(publicKey instanceof Uint8Array)) return MALFORMED;
  if (!isOneOf(KEY_PURPOSES, purpose) || active === undefined) return MALFORMED;
  return { ok: true, record: { member, algorithm, publicKey, purpose, active } };
}

/** Reads the value of `membership/members/<member id>`. */
export function decodeMemberRecord(bytes: Uint8Array): RecordVerdict<MemberRecord> {
  const fields = decodeFields(bytes);
  if (fields === undefined) return MALFORMED;
  const { organisation, kind, roles } = fields;
  const active = readIntervals(fields['active']);
  if (typeof organisation !== 'string' || !isOrganisationId(organisation)) return MALFORMED;
  if (!isOneOf(MEMBER_KINDS, kind) || !Array.isArray(roles) || active === undefined) {
    return MALFORMED;
  }
  const names: string[] = [];
  for (const role of roles as readonly CborValue[]) {
    if (typeof role !== 'string' || !isContractName(role)) return MALFORMED;
    names.push(role);
  }
  return { ok: true, record: { organisation, kind, roles: names, active } };
}

/** Reads the value of `membership/organisations/<organisation id>`. */
export function decodeOrganisationRecord(bytes: Uint8Array): RecordVerdict<OrganisationRecord> {
  const fields = decodeFields(bytes);
  if (fields === undefined) return MALFORMED;
  const { name } = fields;
  const active = readIntervals(fields['active']);
  if (typeof name !== 'string' || active === undefined) return MALFORMED;
  return { ok: true, record: { name, active } };
}

/** Reads the value of `membership/validators/<organisation id>`. */
export function decodeValidatorRecord(bytes: Uint8Array): RecordVerdict<ValidatorRecord> {
  const fields = decodeFields(bytes);
  if (fields === undefined) return MALFORMED;
  const { algorithm, publicKey, power } = fields;
  const active = readIntervals(fields['active']);
  if (!isSignatureAlgorithm(algorithm) || !(publicKey instanceof Uint8Array)) return MALFORMED;
  if (typeof power !== 'number' || power < 1 || active === undefined) return MALFORMED;
  return { ok: true, record: { algorithm, publicKey, power, active } };
}

interface Fields {
  readonly [name: string]: CborValue | undefined;
  readonly member?: CborValue;
  readonly algorithm?: CborValue;
  readonly publicKey?: CborValue;
  readonly purpose?: CborValue;
  readonly organisation?: CborValue;
  readonly kind?: CborValue;
  readonly roles?: CborValue;
  readonly name?: CborValue;
  readonly power?: CborValue;
}

function decodeFields(bytes: Uint8Array): Fields | undefined {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (!decoded.ok) return undefined;
  const value = decoded.value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value) || value instanceof Uint8Array) return undefined;
  return value as Fields;
}

/** Intervals as records hold them; undefined when they have not that form. */
export function readIntervals(value: CborValue | undefined): readonly Interval[] | undefined {
  if (!Array.isArray(value) || value.length > INTERVALS_MAX) return undefined;
  const intervals: Interval[] = [];
  for (const item of value as readonly CborValue[]) {
    if (!Array.isArray(item) || item.length !== 2) return undefined;
    const [from, to] = item as readonly CborValue[];
    if (typeof from !== 'number' || from < 0) return undefined;
    if (to !== null && (typeof to !== 'number' || to < from)) return undefined;
    intervals.push([from, to]);
  }
  return intervals;
}

function isOneOf<T extends string>(names: readonly T[], value: unknown): value is T {
  return typeof value === 'string' && (names as readonly string[]).includes(value);
}
