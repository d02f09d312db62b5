import { toHex } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { Suite } from '@hefu/crypto/algorithm';
import type { Keystore } from '@hefu/keystore';
import { prepareStatement } from '@hefu/protocol';
import type { StatementArgs } from '@hefu/protocol';
import { silentLogger } from '../logging/logger.ts';
import { dataPaths, readCredentialsFile } from '../node/data-folder.ts';
import { initData } from '../node/init-data.ts';
import { openNodeKeystore } from '../node/open-node-keystore.ts';
import { startNode } from '../node/start-node.ts';
import type { RunningNode } from '../node/start-node.ts';
import { ANY_PORT, createTestPlace } from './data-folder.ts';
import type { TestPlace } from './data-folder.ts';

const HOUR_MS = 3_600_000;

/** One organisation's node, its keys and its operator. */
export interface TestOrganisation {
  readonly organisation: string;
  readonly place: TestPlace;
  readonly keystore: Keystore;
  /** Of the node that runs now. */
  url(): string;
  /** Asks with the operator's token. */
  operator(
    path: string,
    init?: Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Response>;
  post(path: string, body: object): Promise<Response>;
  restart(flags?: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Three organisations with a node each; the consortium's chain runs on the first one's. */
export interface SharingConsortium extends AsyncDisposable {
  readonly chain: string;
  readonly granter: TestOrganisation;
  readonly grantee: TestOrganisation;
  readonly other: TestOrganisation;
  /** Id of a member's key on the consortium's chain, which its organisation's node holds. */
  keyOf(member: string): string;
  /** A member says something on the consortium's chain; the statement's id. Throws what was answered otherwise. */
  say(member: string, contract: string, method: string, args: StatementArgs): Promise<string>;
}

/** The members of the sample consortium have their keys on their own organisation's node, and only there are they used. */
export async function startSharingConsortium(suite: Suite): Promise<SharingConsortium> {
  await using opened = new AsyncDisposableStack();
  const granter = await startOrganisation(opened, { suite, consortium: 'sample' });
  const { chain } = granter;
  const homes = new Map<string, TestOrganisation>();
  const keys = new Map<string, string>();
  for (const { id, member } of granter.keystore.list().keys) {
    if (member === undefined) continue;
    keys.set(member, id);
    homes.set(member, granter);
  }
  const member = async (organisation: string): Promise<TestOrganisation> => {
    const started = await startOrganisation(opened, { suite, consortium: 'empty', organisation });
    for (const name of ['admin', 'depositor']) {
      moveKey(granter.keystore, started.keystore, `${organisation}/${name}`, suite);
      homes.set(`${organisation}/${name}`, started);
    }
    return started;
  };
  const grantee = await member('kite-freight');
  const other = await member('corner-market');
  const closing = opened.move();
  const keyOf = (who: string): string => keys.get(who) ?? '';
  return {
    chain,
    granter,
    grantee,
    other,
    keyOf,
    async say(who, contract, method, args) {
      const found = homes.get(who)?.keystore.signer(keyOf(who));
      if (found?.ok !== true) throw new Error(`no key of ${who}`);
      const { signer } = found;
      const { algorithm, keyId } = signer;
      const unsigned = prepareStatement({
        hash: suiteHash(suite),
        chain,
        member: who,
        algorithm,
        keyId,
        contract,
        method,
        args,
        expires: Date.now() + HOUR_MS,
      });
      const answer = await fetch(`${granter.url()}/v1/statements`, {
        method: 'POST',
        headers: { 'content-type': 'application/cose' },
        body: Uint8Array.from(unsigned.finish(signer.sign(unsigned.toBeSigned))),
      });
      const body = (await answer.json()) as { readonly code?: string };
      if (answer.status !== 202 || body.code !== 'ok') {
        throw new Error(`${answer.status} ${JSON.stringify(body)}`);
      }
      return toHex(unsigned.id);
    },
    [Symbol.asyncDispose]: async () => closing.disposeAsync(),
  };
}

async function startOrganisation(
  opened: AsyncDisposableStack,
  options: {
    readonly suite: Suite;
    readonly consortium: 'sample' | 'empty';
    readonly organisation?: string;
  },
): Promise<TestOrganisation & { readonly chain: string }> {
  const place = createTestPlace();
  opened.use(place);
  const { suite, consortium } = options;
  const own = options.organisation;
  const made = initData({
    ...place,
    suite,
    consortium,
    ...(own === undefined ? {} : { chain: `${own}.example`, organisation: { id: own, name: own } }),
  });
  const start = async (flags: Readonly<Record<string, unknown>> = {}): Promise<RunningNode> =>
    startNode({ ...place, flags: { ...ANY_PORT, ...flags }, logger: silentLogger() });
  let node = await start();
  opened.defer(async () => node.close());
  const { token } = readCredentialsFile(dataPaths(place.directory));
  const operator: TestOrganisation['operator'] = async (path, init = {}) =>
    fetch(`${node.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    });
  return {
    chain: made.chain,
    organisation: made.organisation,
    place,
    keystore: openNodeKeystore(dataPaths(place.directory), place.environment),
    url: () => node.url,
    operator,
    post: async (path, body) =>
      operator(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    async restart(flags) {
      await node.close();
      node = await start(flags);
    },
  };
}

/** The member's key of the consortium goes to the node of its organisation. */
function moveKey(from: Keystore, to: Keystore, member: string, suite: Suite): void {
  const info = from.list().keys.find((key) => key.member === member);
  const found = from.signer(info?.id ?? '');
  if (!found.ok) throw new Error(`no key of ${member}`);
  const { algorithm, privateKey } = found.signer;
  const added = to.import({
    from: { raw: privateKey, algorithm },
    purpose: 'sign',
    hashName: suiteHash(suite),
    member,
  });
  if (!added.ok) throw new Error(`${member}: ${added.code}`);
}
