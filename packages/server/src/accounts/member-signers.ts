import { decodeCbor, fromHex } from '@hefu/bytes';
import type { HashName, SignatureAlgorithm } from '@hefu/crypto/algorithm';
import type { KeyInfo, Keystore, Signer, Signers } from '@hefu/keystore';
import type { ChainReader } from '../chain-host.ts';

/** Signs for a member with a key that the node keeps, or that a device keeps for it. */
export interface MemberSigner {
  readonly algorithm: SignatureAlgorithm;
  /** 32 bytes. */
  readonly keyId: Uint8Array;
  /** The 64-byte signature of the bytes. Of a key on a device it may fail with SignerError. */
  sign(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
}

/** Finds signers of members. */
export interface MemberSigners {
  /** The signer of a member with a key that counts on the chain now; undefined when the node keeps none. */
  of(member: string): MemberSigner | undefined;
}

/** Members whose opened key is kept in memory; the one unused for longest goes first. */
const OPENED_MAX = 1_000;

export interface KeystoreSignersOptions {
  readonly keystore: Keystore;
  /** Of the keystore's keys, wherever they lie. */
  readonly signers: Signers;
  readonly hashName: HashName;
  readonly reader: Pick<ChainReader, 'stateValue'>;
}

/** Signers with the keys of the keystore. */
export function keystoreSigners(options: KeystoreSignersOptions): MemberSigners {
  const { keystore, signers, hashName, reader } = options;
  const opened = new Map<string, Signer>();

  function remember(member: string, signer: Signer): Signer {
    opened.delete(member);
    opened.set(member, signer);
    const [oldest] = opened.keys();
    if (oldest !== undefined && opened.size > OPENED_MAX) opened.delete(oldest);
    return signer;
  }

  function open(member: string): Signer | undefined {
    const keys = keystore
      .list()
      .keys.filter((key) => isSigningKey(key, member, hashName))
      .toSorted((left, right) => (right.created ?? 0) - (left.created ?? 0));
    for (const key of keys) {
      if (!counts(reader, key.id, member)) continue;
      const found = signers.of(key.id);
      if (found.ok) return remember(member, found.signer);
    }
    return undefined;
  }

  return {
    of(member) {
      const known = opened.get(member);
      // A key that was rotated or revoked meanwhile gives way to the next one.
      if (known !== undefined && counts(reader, hexOf(known.keyId), member)) {
        return remember(member, known);
      }
      opened.delete(member);
      return open(member);
    },
  };
}

function isSigningKey(key: KeyInfo, member: string, hashName: HashName): boolean {
  return key.member === member && key.purpose === 'sign' && key.hash === hashName;
}

/** Whether the chain takes the key as the member's in the next block. */
function counts(reader: Pick<ChainReader, 'stateValue'>, id: string, member: string): boolean {
  if (fromHex(id) === undefined) return false;
  const answer = reader.stateValue({ contract: 'membership', collection: 'keys', key: id });
  if (!answer.ok || answer.value === undefined) return false;
  const decoded = decodeCbor(answer.value, { maps: 'object' });
  if (!decoded.ok) return false;
  const record = decoded.value as {
    readonly member?: unknown;
    readonly active?: readonly (readonly [number, number | null])[];
  };
  const last = record.active?.at(-1);
  if (record.member !== member || last === undefined) return false;
  const next = answer.height + 1;
  return last[0] <= next && (last[1] === null || last[1] > next);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
