import type { Accounts, AccountsDatabase } from '@hefu/accounts';
import { openAccounts, openDatabase } from '@hefu/accounts';
import { hash } from '@hefu/crypto/hash';
import { suiteDefaultAlgorithm } from '@hefu/crypto/algorithm';
import type { Suite } from '@hefu/crypto/algorithm';
import { sign } from '@hefu/crypto/sign';
import type { Clock, Ledger } from '@hefu/ledger';
import { MemoryStore, MINI_GENESIS_TIME_MS, miniChain, miniModules } from '@hefu/ledger/testing';
import type { MiniChain } from '@hefu/ledger/testing';
import type { StatementArgs } from '@hefu/protocol';
import { openFolderStorage, openVault } from '@hefu/vault';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createEventFeed } from '../chain/event-feed.ts';
import type { MemberSigner } from '../accounts/member-signers.ts';
import type { ChainHost, LedgerPort, NodeHost, NodeState } from '../chain-host.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { createGate } from '../gate.ts';
import { createScittPort } from '../scitt/scitt-port.ts';
import type { ScittPort } from '../scitt/scitt-port.ts';
import { createApp } from '../http/app.ts';
import { createCredentials } from '../http/credentials.ts';
import type { App } from '../http/zod-provider.ts';
import { NodeChainReader } from '../ledger/chain-reader.ts';
import type { BlockReport } from '../ledger/messages.ts';
import { silentLogger } from '../logging/logger.ts';
import type { Logger } from '../logging/logger.ts';
import { openWebhookStore } from '../webhooks/webhook-store.ts';
import { checkDocumented } from './check-documented.ts';
import { lettersModule } from './letters-module.ts';
import { openTestLedger } from './test-ledger.ts';
import { testSharing } from './test-sharing.ts';

export const TEST_TOKEN = 'test-token-0123456789-0123456789-0123456789';
export const OPERATOR = { authorization: `Bearer ${TEST_TOKEN}` } as const;

/** Now, for everything in a test node. */
const NOW_MS = MINI_GENESIS_TIME_MS + 60_000;

const MODULES = [...miniModules, lettersModule];

/** A node with a real chain in memory, its engine, vault and read model, without threads. */
export interface TestNode extends AsyncDisposable {
  readonly app: App;
  readonly host: NodeHost;
  readonly chain: ChainHost;
  readonly mini: MiniChain;
  /** Rows of the read model of letters. */
  readonly database: DatabaseSync;
  setState(state: NodeState): void;
  /** Makes the file of accounts refuse what a full or a read-only disk refuses, by SQLite itself. */
  failAccounts(how: 'full' | 'read-only' | 'not'): void;
  /** Signs and submits a call; the statement's id as hex. */
  say(call: {
    readonly by?: number;
    readonly contract?: string;
    readonly method: string;
    readonly args: StatementArgs;
  }): Promise<string>;
}

export interface TestNodeOptions {
  readonly suite?: Suite;
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly ledger?: (real: LedgerPort) => LedgerPort;
  readonly scitt?: (real: ScittPort) => ScittPort;
  readonly logger?: Logger;
  readonly disk?: NodeHost['disk'];
  /** Of the accounts; stands still unless given. */
  readonly clock?: { nowMs(): number };
}

export async function createTestNode(options: TestNodeOptions = {}): Promise<TestNode> {
  const mini = miniChain({
    suite: options.suite ?? 'international',
    modules: MODULES,
    members: ['alpha/ann', 'beta/bo'],
  });
  const store = new MemoryStore();
  mini.create(store);
  const clock: Clock = { nowMs: () => NOW_MS, after: () => () => undefined };
  const ledger = openTestLedger(mini, store, clock);
  const directory = mkdtempSync(join(tmpdir(), 'hefu-server-'));
  const database = new DatabaseSync(':memory:');
  database.exec('create table letters (key text, text text, readers text)');
  const real = ledgerPort(ledger);
  const scitt = createScittPort(ledger.reader, async (statement) => ledger.register(statement));
  const webhooks = openWebhookStore(':memory:');
  const listeners = new Set<(block: BlockReport) => void>();
  const tellBlock = (): void => {
    const { height, size, timeMs } = ledger.reader.head();
    const cost = { statements: 1, executeSeconds: 0, commitSeconds: 0, waiting: 0 };
    for (const listener of listeners) listener({ height, size, timeMs, ...cost });
  };
  const chain: ChainHost = {
    slug: 'mini.example__test',
    chain: mini.genesis.chain,
    suite: mini.genesis.suite,
    hashName: mini.spec.hashName,
    organisation: 'alpha',
    spec: mini.spec,
    reader: new NodeChainReader(store),
    ledger: options.ledger?.(real) ?? real,
    scitt: options.scitt?.(scitt) ?? scitt,
    gate: createGate({ modules: MODULES, hashName: mini.spec.hashName }),
    signers: { of: (member) => miniSigner(mini, member) },
    modules: MODULES,
    onBlock: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    events: createEventFeed(ledger.reader, MODULES),
    webhooks,
    readModel: {
      height: () => ledger.reader.head().height,
      query: async (_module, sql, parameters) => ({
        height: ledger.reader.head().height,
        rows: database.prepare(sql).all(...parameters),
      }),
    },
    vault: await openTestVault(directory, mini.spec.hashName),
    servesWhileBehind: false,
    sharing: testSharing(directory, () => NOW_MS),
  };
  let accountsFile: AccountsDatabase | undefined;
  const accounts = openTestAccounts(
    () => options.clock?.nowMs() ?? NOW_MS,
    (file) => (accountsFile = openDatabase(file)),
  );
  let state: NodeState = 'ready';
  const host: NodeHost = {
    chains: [chain],
    defaultChain: chain,
    credentials: createCredentials(TEST_TOKEN, accounts, ['alpha']),
    accounts,
    webhookKey: randomBytes(32),
    cursorKey: randomBytes(32),
    version: { name: 'hefu', version: '0.0.0-test', runtime: 'test' },
    ...(options.disk === undefined ? {} : { disk: options.disk }),
    state: () => state,
  };
  const app = await createApp({
    host,
    config: testConfig(options.flags ?? {}),
    logger: options.logger ?? silentLogger(),
    clock: { nowMs: () => options.clock?.nowMs() ?? NOW_MS },
  });
  return {
    app,
    host,
    chain,
    mini,
    database,
    setState: (next) => {
      state = next;
    },
    failAccounts(how) {
      // A file of one page cannot be: it is one that does not grow.
      accountsFile?.get(`pragma max_page_count = ${how === 'full' ? 1 : 1_000_000}`);
      accountsFile?.get(`pragma query_only = ${how === 'read-only' ? 'on' : 'off'}`);
    },
    async say({ contract = 'letters', ...call }) {
      const { bytes } = mini.call({ contract, ...call });
      const [result] = await ledger.submit([bytes]);
      tellBlock();
      if (result?.ok !== true) throw new Error(`not committed: ${JSON.stringify(result)}`);
      return result.id;
    },
    async [Symbol.asyncDispose]() {
      await checkDocumented(app);
      await app.close();
      await ledger.close();
      webhooks[Symbol.dispose]();
      database.close();
      accounts[Symbol.dispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Signs as the members of the mini chain do. */
function miniSigner({ signers, spec }: MiniChain, member: string): MemberSigner | undefined {
  const found = signers.find((each) => each.member === member);
  if (found === undefined) return undefined;
  const algorithm = suiteDefaultAlgorithm(spec.genesis.suite);
  const { keyId, keys } = found;
  return { algorithm, keyId, sign: (bytes) => sign(algorithm, keys.privateKey, bytes) };
}

/** Accounts in memory. */
function openTestAccounts(nowMs: () => number, open: typeof openDatabase): Accounts {
  const ports = { nowMs, randomBytes: (size: number) => Uint8Array.from(randomBytes(size)) };
  return openAccounts({ file: ':memory:', sealKey: new Uint8Array(32), ports, open });
}

/** The configuration with some values set, as flags would. */
export function testConfig(flags: Readonly<Record<string, unknown>>): Config {
  const loaded = loadConfig({ flags });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  return loaded.config;
}

function ledgerPort(ledger: Ledger): LedgerPort {
  return {
    submit: async (statements) => ledger.submit(statements),
    stageAttachment: async (bytes, sender) => ledger.stageAttachment(bytes, sender),
    status: () => ({ queued: ledger.engine.waiting, halted: undefined }),
  };
}

async function openTestVault(
  directory: string,
  hashName: 'sha256' | 'sm3',
): Promise<ChainHost['vault']> {
  const jwk = generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' });
  const publicKey = Uint8Array.from(Buffer.from(jwk.x ?? '', 'base64url'));
  const privateKey = Uint8Array.from(Buffer.from(jwk.d ?? '', 'base64url'));
  return openVault({
    storage: await openFolderStorage({ directory }),
    hashName,
    recipient: { algorithm: 'x25519', publicKey, keyId: hash(hashName, publicKey) },
    decryptionKey: () => ({ algorithm: 'x25519', privateKey }),
    now: () => NOW_MS,
  });
}
