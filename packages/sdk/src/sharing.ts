import type { CborValue } from '@hefu/bytes';
import {
  ENCRYPTION_KEYS_COLLECTION,
  erasureKey,
  erasurePageSchema,
  ERASURES_COLLECTION,
  grantPageSchema,
  GRANTS_COLLECTION,
  grantViewSchema,
  SHARING_CONTRACT,
} from '@hefu/module-sharing/api';
import type {
  EncryptionKeyRecord,
  ErasureView,
  GrantRecord,
  GrantView,
} from '@hefu/module-sharing/api';
import { pullChecksSchema, pulledSchema, understood } from './answers.ts';
import type { Committed, PullCheck, PulledObject } from './answers.ts';
import type { Call, ReadOptions } from './calls.ts';
import type { HefuClient } from './client.ts';
import { proveRows } from './listing.ts';
import type { RowRule } from './listing.ts';
import { pages } from './pages.ts';
import type { StateReadOptions } from './read-state.ts';
import type { Signer } from './signer.ts';
import type { WaitOptions } from './submit.ts';

/** Items asked for at a time. */
const PAGE_LIMIT = 200;

/** What to grant. */
export interface GrantRequest {
  /** Digest of the object in the granter's vault, hex. */
  readonly object: string;
  readonly grantee: string;
  /** When the grant ends by itself, milliseconds UTC. */
  readonly until?: number;
  /** Who may know of the grant; granter and grantee unless given. */
  readonly readers?: readonly string[];
}

/** Which grants to list; all that is given must hold. */
export interface GrantQuery {
  readonly object?: string;
  readonly granter?: string;
  readonly grantee?: string;
  /** As the ledger says; grants whose end has passed are `open`. */
  readonly state?: GrantView['state'];
  /** Only grants that have not ended at this time, milliseconds UTC. */
  readonly at?: number;
}

/** Which erasures to list. */
export interface ErasureQuery {
  readonly object?: string;
  readonly organisation?: string;
}

/** Where a granted object is pulled from, and who asks for it. */
export interface PullRequest {
  /** Address of the granter's node, up to `/v1`. */
  readonly from: string;
  readonly grant: string;
  /** Id of a key on one's own node, of a member of the grantee. */
  readonly key: string;
  /** Trust file of the grant's chain; that of the node's own chain unless given. */
  readonly trust?: object;
}

/** The call that grants an object of the signer's organisation. */
export function grantCall(signer: Signer, request: GrantRequest): Call {
  const { object, grantee, until } = request;
  const granter = organisationOf(signer);
  const readers = [...new Set(request.readers ?? [granter, grantee])];
  return {
    contract: SHARING_CONTRACT,
    method: 'grant',
    args: { object, grantee, ...(until === undefined ? {} : { until }), readers },
  };
}

/** Objects that organisations give each other. What is listed is held against the proven state. */
export class SharingClient {
  readonly #client: HefuClient;

  constructor(client: HefuClient) {
    this.#client = client;
  }

  /** Lets another organisation pull an object. The grant's id is the statement's. */
  async grant(
    signer: Signer,
    request: GrantRequest,
    options: WaitOptions = {},
  ): Promise<Committed & { readonly grant: string }> {
    const committed = await this.#client.call(signer, grantCall(signer, request), options);
    return { ...committed, grant: committed.id };
  }

  /** Ends a grant: nothing more can be pulled by it. */
  async revoke(signer: Signer, grant: string, options: WaitOptions = {}): Promise<Committed> {
    const call = { contract: SHARING_CONTRACT, method: 'revoke', args: { grant } };
    return this.#client.call(signer, call, options);
  }

  /** Grants, newest first. That none was left out is not proven. */
  async *grants(query: GrantQuery = {}, options: ReadOptions = {}): AsyncGenerator<GrantView> {
    yield* pages(async (cursor) => {
      const asked = { ...query, limit: PAGE_LIMIT, cursor };
      const { value, height } = await this.#client.readAt('/v1/grants', grantPageSchema, asked);
      await this.#proveGrants(value.items, height, options);
      return value;
    });
  }

  /** One grant. Throws ProblemError `grant-not-found`. */
  async show(grant: string, options: ReadOptions = {}): Promise<GrantView> {
    const path = `/v1/grants/${encodeURIComponent(grant)}`;
    const { value, height } = await this.#client.readAt(path, grantViewSchema);
    await this.#proveGrants([value], height, options);
    return value;
  }

  /** What the ledger keeps of a grant, proven; undefined when it is proven that there is none. */
  async record(grant: string, options: StateReadOptions = {}): Promise<GrantRecord | undefined> {
    const read = await this.#client.state(SHARING_CONTRACT, GRANTS_COLLECTION, grant, options);
    return read.present ? (read.value as unknown as GrantRecord) : undefined;
  }

  /** Registers the key to which objects are wrapped that are granted to the signer's organisation, in place of an earlier one. */
  async registerEncryptionKey(
    signer: Signer,
    key: { readonly algorithm: 'x25519' | 'sm2'; readonly publicKey: Uint8Array },
    options: WaitOptions = {},
  ): Promise<Committed> {
    const { algorithm, publicKey } = key;
    const method = 'registerEncryptionKey';
    const call = { contract: SHARING_CONTRACT, method, args: { algorithm, publicKey } };
    return this.#client.call(signer, call, options);
  }

  /** The key that an organisation has registered, proven; undefined when it is proven that there is none. */
  async encryptionKey(
    organisation: string,
    options: StateReadOptions = {},
  ): Promise<EncryptionKeyRecord | undefined> {
    const collection = ENCRYPTION_KEYS_COLLECTION;
    const read = await this.#client.state(SHARING_CONTRACT, collection, organisation, options);
    return read.present ? (read.value as unknown as EncryptionKeyRecord) : undefined;
  }

  /** Recorded erasures, newest first. */
  async *erasures(
    query: ErasureQuery = {},
    options: ReadOptions = {},
  ): AsyncGenerator<ErasureView> {
    yield* pages(async (cursor) => {
      const asked = { ...query, limit: PAGE_LIMIT, cursor };
      const { value, height } = await this.#client.readAt('/v1/erasures', erasurePageSchema, asked);
      if (options.verify !== false) {
        await proveRows(this.#client, { items: value.items, height }, ERASURE_RULE);
      }
      return value;
    });
  }

  /**
   * Has one's own node pull a granted object; it verifies granter, grant and content. A pull that broke off goes on where it
   * stopped. For the operator alone.
   */
  async pull(request: PullRequest, signal?: AbortSignal): Promise<PulledObject> {
    const path = '/v1/vault/pulls';
    const answer = await this.#client.http.json({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
      timeoutMs: 0,
      signal,
    });
    return understood(pulledSchema, answer, path);
  }

  /** Has one's own node ask all granters again: what they have erased is erased here too. For the operator alone. */
  async checkPulls(signal?: AbortSignal): Promise<readonly PullCheck[]> {
    const path = '/v1/vault/pulls/checks';
    const answer = await this.#client.http.json({ method: 'POST', path, timeoutMs: 0, signal });
    return understood(pullChecksSchema, answer, path).pulls;
  }

  async #proveGrants(
    items: readonly GrantView[],
    height: number,
    { verify }: ReadOptions,
  ): Promise<void> {
    if (verify === false) return;
    await proveRows(this.#client, { items, height }, GRANT_RULE);
    const erased = items.filter(({ state }) => state === 'erased');
    await proveRows(this.#client, { items: erased, height }, ERASED_GRANT_RULE);
  }
}

type Fields = Readonly<Record<string, CborValue>>;

const GRANT_RULE: RowRule<GrantView> = {
  path: '/v1/grants',
  place: ({ id }) => ({ contract: SHARING_CONTRACT, collection: GRANTS_COLLECTION, key: id }),
  expected: (value, row) => {
    const { object, granter, grantee, until, readers, by, time, height, revoked } = value as Fields;
    const told = { object, granter, grantee, until, readers, by, time, height, revoked };
    // Whether it was erased stands elsewhere, and says more.
    const state = revoked === undefined ? 'open' : 'revoked';
    return (row.state === 'erased' ? told : { ...told, state }) as Partial<GrantView>;
  },
};

const ERASED_GRANT_RULE: RowRule<GrantView> = {
  path: '/v1/grants',
  place: ({ granter, object }) => erasurePlace(granter, object),
  expected: (value) => {
    const { time, height } = value as Fields;
    return { erased: { time, height } } as Partial<GrantView>;
  },
};

const ERASURE_RULE: RowRule<ErasureView> = {
  path: '/v1/erasures',
  place: ({ organisation, object }) => erasurePlace(organisation, object),
  expected: (value) => {
    const { object, organisation, readers, by, time, height } = value as Fields;
    return { object, organisation, readers, by, time, height } as Partial<ErasureView>;
  },
};

function erasurePlace(
  organisation: string,
  object: string,
): { readonly contract: string; readonly collection: string; readonly key: string } {
  const key = erasureKey(organisation, object);
  return { contract: SHARING_CONTRACT, collection: ERASURES_COLLECTION, key };
}

function organisationOf({ member }: Signer): string {
  return member.split('/')[0] ?? '';
}
