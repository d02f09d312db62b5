import type { Keystore, Signers } from '@hefu/keystore';
import { chainSpec } from '@hefu/ledger';
import type { ChainSpec } from '@hefu/ledger';
import { parseGenesis } from '@hefu/protocol';
import { ReadModelError } from '@hefu/readmodel';
import { openStore } from '@hefu/store-lmdb';
import { availableParallelism } from 'node:os';
import type { ChainHost, LedgerPort } from '../chain-host.ts';
import { keystoreSigners } from '../accounts/member-signers.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { DiskWatch } from '../disk/disk-watch.ts';
import { whileRoom } from '../disk/while-room.ts';
import { createGate } from '../gate.ts';
import { openWebhookStore } from '../webhooks/webhook-store.ts';
import { NodeChainReader } from '../ledger/chain-reader.ts';
import { LedgerClient } from '../ledger/client.ts';
import type { BlockReport } from '../ledger/messages.ts';
import type { Logger } from '../logging/logger.ts';
import { builtInModules } from '../modules.ts';
import { createEventFeed } from '../chain/event-feed.ts';
import { NO_READ_MODELS, openReadModels } from '../chain/read-models.ts';
import type { OpenReadModels, ReadModelsOptions } from '../chain/read-models.ts';
import { readOnlyLedger, readOnlyReason } from '../standing/read-only-ledger.ts';
import { chainPaths, readDocument } from './data-folder.ts';
import type { ChainEntry, ChainPaths, DataPaths } from './data-folder.ts';
import { heldKeyOf } from './checkpoint-key.ts';
import { repeatErasures } from '../sharing/repeat-erasures.ts';
import { watchPulls } from '../sharing/watch-pulls.ts';
import { openVaults } from './open-vaults.ts';
import { createScittPort } from '../scitt/scitt-port.ts';
import type { ScittPort } from '../scitt/scitt-port.ts';
import { keyAccess } from './key-access.ts';
import { StartError } from './start-fault.ts';

export interface OpenChainOptions {
  readonly paths: DataPaths;
  readonly entry: ChainEntry;
  readonly keystore: Keystore;
  /** Of its keys, wherever they lie. */
  readonly keySigners: Signers;
  readonly config: Config;
  readonly secrets: Secrets;
  readonly logger: Logger;
  readonly disk: DiskWatch;
}

/** A chain that runs. */
export interface OpenChain extends AsyncDisposable {
  readonly host: ChainHost;
}

/**
 * Opens a chain: the ledger in its worker, a reading handle of the store on this thread, vault, read models, gate.
 * What was opened is closed again when a later part fails.
 */
export async function openChain(options: OpenChainOptions): Promise<OpenChain> {
  const { paths, entry, logger } = options;
  const files = chainPaths(paths, entry.slug);
  const spec = readGenesisFile(files, entry);
  await using opened = new AsyncDisposableStack();
  const listeners = new Set<(block: BlockReport) => void>();
  const ledger = await openLedger(options, files, spec, (block) => {
    for (const listener of listeners) listener(block);
  });
  opened.use(ledger);
  const store = openStore({ path: files.store, readOnly: true });
  opened.defer(() => {
    store.close();
  });
  const reader = new NodeChainReader(store);
  const { vault, sharing } = await openVaults({ ...options, files, spec, slug: entry.slug });
  const onBlock: ChainHost['onBlock'] = (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const readModel = await openChainReadModels(options, {
    file: files.readModelFile,
    chain: entry.chain,
    reader: reader.ledger,
    modules: builtInModules,
    logger,
    onBlock,
  });
  if (readModel !== undefined) opened.use(readModel);
  const host: ChainHost = {
    slug: entry.slug,
    chain: entry.chain,
    suite: spec.genesis.suite,
    hashName: spec.hashName,
    organisation: entry.organisation,
    spec,
    reader,
    ledger: whileRoom(ledger.port, options.disk),
    scitt: createScittPort(reader.ledger, ledger.register, options.disk),
    gate: createGate({ modules: builtInModules, hashName: spec.hashName }),
    signers: keystoreSigners({
      keystore: options.keystore,
      signers: options.keySigners,
      hashName: spec.hashName,
      reader,
    }),
    modules: builtInModules,
    onBlock,
    events: createEventFeed(reader.ledger, builtInModules),
    webhooks: opened.use(openWebhookStore(files.webhooksFile)),
    readModel: readModel?.port ?? NO_READ_MODELS,
    vault,
    servesWhileBehind: options.config.vault.serveWhileBehind,
    sharing,
  };
  const erased = await repeatErasures(host);
  if (erased > 0) {
    logger.warn({ chain: entry.chain, objects: erased }, 'objects that had come back were erased');
  }
  opened.use(watchPulls(host, logger));
  const { height, size } = reader.head();
  logger.info({ chain: entry.chain, height, size }, 'chain is open');
  const closing = opened.move();
  return { host, [Symbol.asyncDispose]: async () => closing.disposeAsync() };
}

interface OpenLedger extends AsyncDisposable {
  readonly port: LedgerPort;
  readonly register: ScittPort['register'];
}

/**
 * The ledger in its worker; or, where signing another block could fork the chain, a stand-in that refuses every statement while
 * everything can be read.
 */
async function openLedger(
  { entry, keystore, config, secrets, logger }: OpenChainOptions,
  files: ChainPaths,
  spec: ChainSpec,
  onCommitted: (block: BlockReport) => void,
): Promise<OpenLedger> {
  const { chain } = entry;
  try {
    const client = await LedgerClient.start({
      setup: {
        storePath: files.store,
        genesisDigest: spec.genesisDigest,
        organisation: entry.organisation,
        verifyThreads: availableParallelism(),
        standing: files.standing,
      },
      keyOf: (publicKey) =>
        heldKeyOf(keystore, spec.genesis.suite, publicKey, keyAccess(config, secrets).pkcs11),
      onCommitted,
      onHalted: ({ code, message }) => {
        logger.error({ chain, code, reason: message }, 'chain stopped taking statements');
      },
    });
    if (client.adopted) logger.info({ chain }, 'signing state was begun');
    return {
      port: client,
      register: async (statement) => client.register(statement),
      [Symbol.asyncDispose]: async () => client.close(),
    };
  } catch (error) {
    const reason = readOnlyReason(error);
    if (reason === undefined) throw error;
    const { code, message } = reason;
    logger.error({ chain, code, reason: message }, 'chain is read-only');
    return {
      port: readOnlyLedger(reason),
      register: async () => ({ ok: false, code: 'chain-read-only' }),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
}

function readGenesisFile(files: ChainPaths, entry: ChainEntry): ChainSpec {
  const verdict = parseGenesis(readDocument(files.genesisFile));
  if (!verdict.ok || verdict.genesis.chain !== entry.chain) {
    throw new StartError(
      'data-damaged',
      `${files.genesisFile} is not the genesis of ${entry.chain}`,
    );
  }
  return chainSpec(verdict.genesis);
}

/** Read models can be rebuilt at any time, so a node without them is better than none: it says so and goes on. */
async function openChainReadModels(
  { config, logger, entry }: OpenChainOptions,
  options: ReadModelsOptions,
): Promise<OpenReadModels | undefined> {
  if (!config.readmodel.enabled) return undefined;
  try {
    return await openReadModels(options);
  } catch (error) {
    if (!(error instanceof ReadModelError) || error.code === 'modules-invalid') throw error;
    logger.error({ err: error, chain: entry.chain, code: error.code }, 'read model stopped');
    return undefined;
  }
}
