import { decodeCbor, toBase64, toHex } from '@hefu/bytes';
import { ParametersReader, validatorsOfSize } from '@hefu/ledger';
import type { ChainReader } from '@hefu/ledger';
import {
  activeAt,
  CHAIN_ID_LENGTH_MAX,
  GENESIS_FORMAT,
  KEYS_COLLECTION,
  MEMBERS_COLLECTION,
  MEMBERSHIP_CONTRACT,
  ORGANISATIONS_COLLECTION,
  organisationOfMember,
} from '@hefu/protocol';
import type { GenesisDocument, Interval } from '@hefu/protocol';
import type { LogHead } from './signing-state.ts';

/** The role whose members manage their organisation. */
const ADMIN_ROLE = 'admin';

/** The origin after `chain`: `/2` behind it, or the next number. Undefined when no chain id is so long. */
export function successorOf(chain: string): string | undefined {
  const [, name = chain, number = '1'] = /^(.+)\/([2-9]|[1-9][0-9]{1,5})$/.exec(chain) ?? [];
  const next = `${name}/${Number(number) + 1}`;
  return next.length > CHAIN_ID_LENGTH_MAX ? undefined : next;
}

/**
 * What a chain begins with that goes on from another one after a declared break: the consortium as the old one's last state has it, with
 * all that is in good standing there, its rules and validators. Records that have ended stay in the old log.
 */
export function successorGenesis(
  reader: ChainReader,
  options: { readonly chain: string; readonly last: LogHead; readonly timeMs: number },
): GenesisDocument {
  const { genesis, chain, genesisDigest } = reader.spec;
  const state = new OldState(reader);
  const organisations = state.listed<OrganisationRecord>(ORGANISATIONS_COLLECTION);
  const here = new Set(organisations.map(([id]) => id));
  const members = state
    .listed<MemberRecord>(MEMBERS_COLLECTION)
    .filter(([id]) => here.has(organisationOfMember(id)));
  const known = new Map(members);
  // A genesis knows no ends: a key that a certificate speaks for is enrolled anew. An admin keeps it, because somebody must be able to.
  const certified = new Set(
    state.listed<CertificateRecord>('certificates').map(([, { key }]) => key),
  );
  const keys = state.listed<KeyRecord>(KEYS_COLLECTION).filter(([id, { member }]) => {
    const owner = known.get(member);
    return owner !== undefined && (!certified.has(id) || owner.roles.includes(ADMIN_ROLE));
  });
  const governance = state.read<{ readonly policy: GenesisDocument['governance'] }>(
    'parameters',
    'governance',
  );
  const parameters = new ParametersReader(reader.spec).read((contract, collection, key) =>
    state.bytes(contract, collection, key),
  ).values;
  return {
    format: GENESIS_FORMAT,
    chain: options.chain,
    suite: genesis.suite,
    time: Math.max(options.timeMs, reader.head().timeMs),
    predecessor: {
      chain,
      genesis: toHex(genesisDigest),
      size: options.last.size,
      root: toHex(options.last.root),
    },
    algorithms: genesis.algorithms,
    organisations: organisations.map(([id, { name }]) => ({ id, name })),
    members: members.map(([id, { kind, roles }]) => ({ id, kind, roles: [...roles] })),
    keys: keys.map(([, { member, algorithm, publicKey, purpose }]) => ({
      member,
      algorithm,
      publicKey: toBase64(publicKey),
      purpose,
    })),
    validators: validatorsOfSize(reader, Infinity).set.map(({ publicKey, ...validator }) => ({
      ...validator,
      publicKey: toBase64(publicKey),
    })),
    governance: governance?.policy ?? genesis.governance,
    modules: genesis.modules.map(({ name, version }) => ({
      name,
      version: state.read<{ readonly version: number }>('modules', name)?.version ?? version,
    })),
    parameters,
  };
}

interface Lasting {
  readonly active: readonly Interval[];
}

interface OrganisationRecord extends Lasting {
  readonly name: string;
}

interface MemberRecord extends Lasting {
  readonly kind: GenesisDocument['members'][number]['kind'];
  readonly roles: readonly string[];
}

interface CertificateRecord extends Lasting {
  readonly key: string;
}

interface KeyRecord extends Lasting {
  readonly member: string;
  readonly algorithm: GenesisDocument['keys'][number]['algorithm'];
  readonly publicKey: Uint8Array;
  readonly purpose: GenesisDocument['keys'][number]['purpose'];
}

/** Membership's records as the last state holds them. */
class OldState {
  readonly #reader: ChainReader;
  readonly #next: number;

  constructor(reader: ChainReader) {
    this.#reader = reader;
    this.#next = reader.head().height + 1;
  }

  bytes(contract: string, collection: string, key: string): Uint8Array | undefined {
    const verdict = this.#reader.state({ contract, collection, key });
    return verdict.ok ? verdict.record.value : undefined;
  }

  read<T>(collection: string, key: string): T | undefined {
    const bytes = this.bytes(MEMBERSHIP_CONTRACT, collection, key);
    const decoded = bytes === undefined ? undefined : decodeCbor(bytes, { maps: 'object' });
    // The contract checked the form before it wrote it.
    return decoded?.ok === true ? (decoded.value as T) : undefined;
  }

  /** Records of a collection that count in the block that would be next, in the order of their ids. */
  listed<T extends Lasting>(collection: string): (readonly [id: string, record: T])[] {
    return this.#reader.listedKeys(MEMBERSHIP_CONTRACT, collection).flatMap((id) => {
      const record = this.read<T>(collection, id);
      return record !== undefined && activeAt(record.active, this.#next) ? [[id, record]] : [];
    });
  }
}
