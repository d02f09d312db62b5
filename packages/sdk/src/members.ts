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
import { MEMBERSHIP_CONTRACT } from '@hefu/protocol';
import type { StatementArgs } from '@hefu/protocol';
import type { Committed } from './answers.ts';
import type { HefuClient } from './client.ts';
import type { Signer } from './signer.ts';

/** Items asked for at a time. */
const PAGE_LIMIT = 200;

/** A page of a listing. */
interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Which members to list. */
export interface MemberQuery {
  readonly organisation?: string;
  readonly role?: string;
}

/** The membership module of a chain. */
export class MembersClient {
  readonly #client: HefuClient;

  constructor(client: HefuClient) {
    this.#client = client;
  }

  /** All members, by id. */
  async *list(query: MemberQuery = {}): AsyncGenerator<MemberView> {
    yield* pages((cursor) =>
      this.#client.read('/v1/members', memberPageSchema, { ...query, limit: PAGE_LIMIT, cursor }),
    );
  }

  /** One member with its keys. Throws ProblemError `member-not-found`. */
  async show(member: string): Promise<MemberWithKeys> {
    const path = `/v1/members/${member.split('/').map(encodeURIComponent).join('/')}`;
    return this.#client.read(path, memberWithKeysSchema);
  }

  /** All organisations, by id. */
  async *organisations(): AsyncGenerator<OrganisationView> {
    yield* pages((cursor) =>
      this.#client.read('/v1/organisations', organisationPageSchema, { limit: PAGE_LIMIT, cursor }),
    );
  }

  /** One organisation. Throws ProblemError `organisation-not-found`. */
  async organisation(id: string): Promise<OrganisationView> {
    return this.#client.read(`/v1/organisations/${encodeURIComponent(id)}`, organisationViewSchema);
  }

  /** One key by its id in hex. Throws ProblemError `key-not-found`. */
  async key(id: string): Promise<KeyView> {
    return this.#client.read(`/v1/keys/${encodeURIComponent(id)}`, keyViewSchema);
  }

  /** Calls a method of the membership contract. */
  async call<M extends keyof MembershipArgs>(
    signer: Signer,
    method: M,
    args: MembershipArgs[M],
  ): Promise<Committed> {
    return this.#client.call(signer, {
      contract: MEMBERSHIP_CONTRACT,
      method,
      args: args as StatementArgs,
    });
  }
}

async function* pages<T>(
  read: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await read(cursor);
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
