import { decodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { isSignatureAlgorithm } from '@hefu/crypto/algorithm';
import type { SignatureAlgorithm } from '@hefu/crypto/algorithm';
import { isOrganisationId } from './names.ts';
import { readIntervals } from './records.ts';
import type { Interval, RecordVerdict } from './records.ts';

/** Issuers of foreign statements, as the membership contract keeps them. */

/** Collection of issuers, by their own name: `iss` of their statements. */
export const ISSUERS_COLLECTION = 'issuers';
/** Most keys that one issuer may ever have had; closed ones stay, so that old registrations can be judged again. */
export const ISSUER_KEYS_MAX = 64;

export interface IssuerKeyRecord {
  /** Answers for the issuer. */
  readonly organisation: string;
  /** As the issuer writes it in its statements. */
  readonly kid: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  readonly publicKey: Uint8Array;
  /** Until when it counts, milliseconds UTC; null when that is open. */
  readonly notAfter: number | null;
  readonly active: readonly Interval[];
}

export interface IssuerRecord {
  readonly keys: readonly IssuerKeyRecord[];
}

const MALFORMED = { ok: false, code: 'record-malformed' } as const;

/** Reads the value of `membership/issuers/<issuer>`. */
export function decodeIssuerRecord(bytes: Uint8Array): RecordVerdict<IssuerRecord> {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (!decoded.ok || !isMap(decoded.value)) return MALFORMED;
  const keys: unknown = decoded.value['keys'];
  if (!Array.isArray(keys)) return MALFORMED;
  if (keys.length > ISSUER_KEYS_MAX) return MALFORMED;
  const read: IssuerKeyRecord[] = [];
  for (const item of keys as readonly CborValue[]) {
    const key = readKey(item);
    if (key === undefined) return MALFORMED;
    read.push(key);
  }
  return { ok: true, record: { keys: read } };
}

interface Fields {
  readonly [name: string]: CborValue | undefined;
  readonly organisation?: CborValue;
  readonly kid?: CborValue;
  readonly algorithm?: CborValue;
  readonly publicKey?: CborValue;
  readonly notAfter?: CborValue;
  readonly active?: CborValue;
}

function isMap(value: CborValue): value is Fields & CborValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  );
}

function readKey(value: CborValue): IssuerKeyRecord | undefined {
  if (!isMap(value)) return undefined;
  const { organisation, kid, algorithm, publicKey, notAfter } = value;
  const active = readIntervals(value.active);
  if (typeof organisation !== 'string' || !isOrganisationId(organisation)) return undefined;
  if (!(kid instanceof Uint8Array) || !isSignatureAlgorithm(algorithm)) return undefined;
  if (!(publicKey instanceof Uint8Array) || active === undefined) return undefined;
  if (notAfter !== null && typeof notAfter !== 'number') return undefined;
  return { organisation, kid, algorithm, publicKey, notAfter, active };
}
