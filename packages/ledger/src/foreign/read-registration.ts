import { decodeStatementRow } from '../head.ts';
import { numberKey } from '../keys.ts';
import type { ChainReader } from '../reader.ts';

/** A registered foreign statement. */
export interface RegistrationRecord {
  readonly digest: Uint8Array;
  /** Place of the digest in the log; the entry that says when follows it. */
  readonly index: number;
  readonly height: number;
  readonly timeMs: number;
  /** Key id of the issuer's key that signed it. */
  readonly signerKeyId: Uint8Array;
  /** In its registered form. */
  readonly statement: Uint8Array;
}

/** A registered foreign statement by its digest; undefined when there is none. */
export function registrationOf(
  reader: ChainReader,
  digest: Uint8Array,
): RegistrationRecord | undefined {
  const index = reader.indexOf(digest);
  return index === undefined ? undefined : registrationAt(reader, index);
}

/** The foreign statement whose digest stands at a place of the log; undefined where something else stands. */
export function registrationAt(reader: ChainReader, index: number): RegistrationRecord | undefined {
  const first = reader.decodedEntry(index);
  if (first?.kind !== 'foreign') return undefined;
  const second = reader.decodedEntry(index + 1);
  const row = reader.store.get('statements', numberKey(index + 1));
  if (second?.kind !== 'registration' || row === undefined) {
    throw new Error(`the registration after entry ${index} is missing`);
  }
  return {
    digest: first.digest,
    index,
    height: second.height,
    timeMs: second.time,
    signerKeyId: second.signerKeyId,
    statement: decodeStatementRow(row).bytes,
  };
}
