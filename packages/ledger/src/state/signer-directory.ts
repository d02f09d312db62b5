import { equalBytes, toHex } from '@hefu/bytes';
import {
  KEYS_COLLECTION,
  MEMBERSHIP_CONTRACT,
  MEMBERS_COLLECTION,
  ORGANISATIONS_COLLECTION,
  decodeKeyRecord,
  decodeMemberRecord,
  decodeOrganisationRecord,
} from '@hefu/protocol';
import type { KeyRecord, MemberRecord, OrganisationRecord } from '@hefu/protocol';

/** Reads a value of the state: latest as seen by the reader's block. */
export type ReadValue = (
  contract: string,
  collection: string,
  key: string,
) => Uint8Array | undefined;

/** Who stands behind a key, as the state says. */
export interface Signer {
  readonly keyId: string;
  readonly member: string;
  readonly key: KeyRecord;
  readonly memberRecord: MemberRecord;
  readonly organisationRecord: OrganisationRecord;
}

/** The signer of a key id; undefined when the state knows no such key. */
export type FindSigner = (keyId: Uint8Array) => Signer | undefined;

/**
 * Finds signers and remembers them until `version` changes: a member's many statements in a row cost the look-ups of one. Keys
 * that nobody has are not remembered: anyone can make them up.
 */
export function rememberSigners(find: FindSigner, version: () => unknown): FindSigner {
  const known = new Map<string, Signer>();
  let seen: unknown;
  // Statements of one signer come in runs: bytes are compared faster than a name is made of them.
  let last: { readonly keyId: Uint8Array; readonly signer: Signer } | undefined;
  return (keyId) => {
    const now = version();
    if (now !== seen) {
      known.clear();
      last = undefined;
      seen = now;
    }
    if (last !== undefined && equalBytes(last.keyId, keyId)) return last.signer;
    const id = toHex(keyId);
    const signer = known.get(id) ?? find(keyId);
    if (signer === undefined) return undefined;
    known.set(id, signer);
    last = { keyId, signer };
    return signer;
  };
}

/**
 * Finds signers. Decoded records are remembered by the identity of their bytes, which the value cache keeps
 * while nothing writes them; a changed record has new bytes and is decoded again.
 */
export class SignerDirectory {
  readonly #decoded = new WeakMap<Uint8Array, unknown>();

  /** The signer of a key id; undefined when the state knows no such key. */
  find(keyId: Uint8Array, read: ReadValue): Signer | undefined {
    const id = toHex(keyId);
    const key = this.#record(MEMBERSHIP_CONTRACT, KEYS_COLLECTION, id, read, decodeKeyRecord);
    if (key === undefined) return undefined;
    const member = this.#record(
      MEMBERSHIP_CONTRACT,
      MEMBERS_COLLECTION,
      key.member,
      read,
      decodeMemberRecord,
    );
    if (member === undefined) return undefined;
    const organisation = this.#record(
      MEMBERSHIP_CONTRACT,
      ORGANISATIONS_COLLECTION,
      member.organisation,
      read,
      decodeOrganisationRecord,
    );
    if (organisation === undefined) return undefined;
    return {
      keyId: id,
      member: key.member,
      key,
      memberRecord: member,
      organisationRecord: organisation,
    };
  }

  #record<Record>(
    contract: string,
    collection: string,
    key: string,
    read: ReadValue,
    decode: (
      bytes: Uint8Array,
    ) => { readonly ok: true; readonly record: Record } | { readonly ok: false },
  ): Record | undefined {
    const bytes = read(contract, collection, key);
    if (bytes === undefined) return undefined;
    const known = this.#decoded.get(bytes);
    if (known !== undefined) return known as Record;
    const decoded = decode(bytes);
    if (!decoded.ok) throw new Error(`the record ${contract}/${collection}/${key} is malformed`);
    this.#decoded.set(bytes, decoded.record);
    return decoded.record;
  }
}
