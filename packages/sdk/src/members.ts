import { equalBytes, fromBase64Url } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import {
  keyViewSchema,
  memberPageSchema,
  memberWithKeysSchema,
  organisationPageSchema,
  organisationViewSchema,
} from '@hefu/module-membership/api';
import type {
  KeyView,
  MembershipArgs,
  MemberView,
  MemberWithKeys,
  OrganisationView,
} from '@hefu/module-membership/api';
import {
  activeAt,
  KEYS_COLLECTION,
  MEMBERS_COLLECTION,
  MEMBERSHIP_CONTRACT,
  ORGANISATIONS_COLLECTION,
} from '@hefu/protocol';
import type { Interval, StatementArgs } from '@hefu/protocol';
import type { Committed } from './answers.ts';
import type { ReadOptions } from './calls.ts';
import type { HefuClient } from './client.ts';
import { proveRows } from './listing.ts';
import type { RowRule } from './listing.ts';
import { pages } from './pages.ts';
import type { Signer } from './signer.ts';
import type { WaitOptions } from './submit.ts';

/** Items asked for at a time. */
const PAGE_LIMIT = 200;

/** Which members to list. */
export interface MemberQuery {
  readonly organisation?: string;
  readonly role?: string;
}

/** The membership module of a chain. What is listed is held against the proven state, row by row. */
export class MembersClient {
  readonly #client: HefuClient;

  constructor(client: HefuClient) {
    this.#client = client;
  }

  /** All members, by id. */
  async *list(query: MemberQuery = {}, options: ReadOptions = {}): AsyncGenerator<MemberView> {
    yield* pages(async (cursor) => {
      const asked = { ...query, limit: PAGE_LIMIT, cursor };
      const { value, height } = await this.#client.readAt('/v1/members', memberPageSchema, asked);
      await proveRows(this.#client, { ...value, height }, MEMBER_RULE, options);
      return value;
    });
  }

  /** One member with its keys. Throws ProblemError `member-not-found`. */
  async show(member: string, options: ReadOptions = {}): Promise<MemberWithKeys> {
    const path = `/v1/members/${member.split('/').map(encodeURIComponent).join('/')}`;
    const { value, height } = await this.#client.readAt(path, memberWithKeysSchema);
    await proveRows(this.#client, { items: [value], height }, MEMBER_RULE, options);
    await proveRows(this.#client, { items: value.keys, height }, KEY_RULE, options);
    return value;
  }

  /** All organisations, by id. */
  async *organisations(options: ReadOptions = {}): AsyncGenerator<OrganisationView> {
    yield* pages(async (cursor) => {
      const asked = { limit: PAGE_LIMIT, cursor };
      const path = '/v1/organisations';
      const { value, height } = await this.#client.readAt(path, organisationPageSchema, asked);
      await proveRows(this.#client, { ...value, height }, ORGANISATION_RULE, options);
      return value;
    });
  }

  /** One organisation. Throws ProblemError `organisation-not-found`. */
  async organisation(id: string, options: ReadOptions = {}): Promise<OrganisationView> {
    const path = `/v1/organisations/${encodeURIComponent(id)}`;
    const { value, height } = await this.#client.readAt(path, organisationViewSchema);
    await proveRows(this.#client, { items: [value], height }, ORGANISATION_RULE, options);
    return value;
  }

  /** One key by its id in hex. Throws ProblemError `key-not-found`. */
  async key(id: string, options: ReadOptions = {}): Promise<KeyView> {
    const path = `/v1/keys/${encodeURIComponent(id)}`;
    const { value, height } = await this.#client.readAt(path, keyViewSchema);
    await proveRows(this.#client, { items: [value], height }, KEY_RULE, options);
    return value;
  }

  /** Calls a method of the membership contract. */
  async call<M extends keyof MembershipArgs>(
    signer: Signer,
    method: M,
    args: MembershipArgs[M],
    options: WaitOptions = {},
  ): Promise<Committed> {
    return this.#client.call(
      signer,
      { contract: MEMBERSHIP_CONTRACT, method, args: args as StatementArgs },
      options,
    );
  }
}

type Fields = Readonly<Record<string, CborValue>>;

const MEMBER_RULE: RowRule<MemberView> = {
  path: '/v1/members',
  place: ({ id }) => ({ contract: MEMBERSHIP_CONTRACT, collection: MEMBERS_COLLECTION, key: id }),
  expected: (value, _row, height) => {
    const { organisation, kind, roles, active } = value as Fields;
    return { organisation, kind, roles, active, status: standing(active, height) } as MemberView;
  },
};

const ORGANISATION_RULE: RowRule<OrganisationView> = {
  path: '/v1/organisations',
  place: ({ id }) => ({
    contract: MEMBERSHIP_CONTRACT,
    collection: ORGANISATIONS_COLLECTION,
    key: id,
  }),
  expected: (value, _row, height) => {
    const { name, active } = value as Fields;
    return { name, active, status: standing(active, height) } as OrganisationView;
  },
};

const KEY_RULE: RowRule<KeyView> = {
  path: '/v1/keys',
  place: ({ id }) => ({ contract: MEMBERSHIP_CONTRACT, collection: KEYS_COLLECTION, key: id }),
  expected: (value, row, height) => {
    const { member, algorithm, publicKey, purpose, active } = value as Fields;
    const told = fromBase64Url(row.publicKey);
    const isSame =
      told !== undefined && publicKey instanceof Uint8Array && equalBytes(told, publicKey);
    return {
      member,
      algorithm,
      purpose,
      active,
      // Compared as bytes; the text then is the row's own.
      publicKey: isSame ? row.publicKey : '',
      status: standing(active, height) === 'active' ? 'active' : 'closed',
    } as KeyView;
  },
};

/** Whether a record counts in the block after the height. */
function standing(active: CborValue | undefined, height: number): 'active' | 'suspended' {
  return activeAt(active as readonly Interval[], height + 1) ? 'active' : 'suspended';
}
