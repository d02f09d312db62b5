import { toHex } from '@hefu/bytes';
import { openSigners } from '@hefu/keystore';
import { createHmac } from 'node:crypto';
import type { Server as HttpsServer } from 'node:https';
import { existsSync, readFileSync } from 'node:fs';
import { firstSignIn, signInUrl } from '../accounts/first-sign-in.ts';
import { openIdProvider } from '../accounts/identity-provider.ts';
import { openNodeAccounts } from '../accounts/open-node-accounts.ts';
import { scheduleBackups } from '../backup/schedule-backups.ts';
import type { NodeHost, NodeState, NodeVersion } from '../chain-host.ts';
import { describeConfigFault } from '../config/faults.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { keyAccess } from './key-access.ts';
import { DiskWatch } from '../disk/disk-watch.ts';
import { createApp } from '../http/app.ts';
import { createCredentials } from '../http/credentials.ts';
import type { App } from '../http/zod-provider.ts';
import { createLogger } from '../logging/logger.ts';
import type { LogDestination, Logger } from '../logging/logger.ts';
import {
  dataPaths,
  makeCredentialsFile,
  readCredentialsFile,
  readNodeFile,
  writeCredentialsFile,
} from './data-folder.ts';
import type { DataPaths } from './data-folder.ts';
import { startTracing } from '../tracing/tracing.ts';
import { lockFolder } from './folder-lock.ts';
import { openChain } from './open-chain.ts';
import type { OpenChain } from './open-chain.ts';
import { openNodeKeystore } from './open-node-keystore.ts';
import type { Environment } from './open-node-keystore.ts';
import { StartError, toStartError } from './start-fault.ts';
import { readTls, watchTls } from './tls.ts';
import { Upkeep } from './upkeep.ts';
import { webhookKeyOf } from './webhook-key.ts';

/** How often counted refusals are looked through for what is due to be written. */
const ACCOUNTS_TICK_MS = 10_000;

export interface StartOptions {
  /** The data folder. */
  readonly directory: string;
  /** Config file; hefu.yaml in the data folder unless given. */
  readonly configFile?: string;
  /** Dotted paths: `{ 'http.port': 8441 }`. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly environment?: Environment;
  readonly logger?: Logger;
  /** Where log lines go when no logger is given; standard output unless named. */
  readonly logDestination?: LogDestination;
}

/** A node that answers. */
export interface RunningNode extends AsyncDisposable {
  readonly url: string;
  readonly directory: string;
  readonly chains: readonly { readonly chain: string; readonly slug: string }[];
  /** Whether credentials.json was missing and has been made anew: tokens handed out before are worth nothing any more. */
  readonly credentialsMade: boolean;
  /** Signs the first user in, once and within an hour; there as long as nobody has signed in yet. */
  readonly signInLink?: string;
  /** Stops accepting, lets requests under way end, closes everything. Calling it again waits for the same. */
  close(): Promise<void>;
}

/** Starts the node of a data folder. Throws StartError, with nothing left open. */
export async function startNode(options: StartOptions): Promise<RunningNode> {
  const paths = dataPaths(options.directory);
  const { config, secrets } = readConfig(options, paths);
  const logger = options.logger ?? makeLogger(options, config);
  try {
    return await openNode(options, paths, config, secrets, logger);
  } catch (error) {
    const fault = toStartError(error);
    logger.error({ err: error, code: fault.code }, 'node could not start');
    logger.flush();
    throw fault;
  }
}

function makeLogger({ logDestination }: StartOptions, config: Config): Logger {
  const { level } = config.log;
  return createLogger(
    logDestination === undefined ? { level } : { level, destination: logDestination },
  );
}

async function openNode(
  options: StartOptions,
  paths: DataPaths,
  config: Config,
  secrets: Secrets,
  logger: Logger,
): Promise<RunningNode> {
  const nodeFile = readNodeFile(paths);
  await using opened = new AsyncDisposableStack();
  opened.use(lockFolder(paths.lockFile));
  const version = nodeVersion();
  logger.info({ directory: paths.root, version: version.version }, 'node is starting');
  const credentialsMade = !existsSync(paths.credentialsFile);
  if (credentialsMade) {
    makeCredentialsFile(paths);
    logger.warn({ directory: paths.root }, 'credentials were missing and made anew');
  }
  const credentials = readCredentialsFile(paths);
  const token = secrets.token ?? credentials.token;
  const environment = options.environment ?? process.env;
  const keystore = openNodeKeystore(paths, environment);
  const keySigners = opened.use(openSigners(keystore, keyAccess(config, secrets)));
  const accounts = opened.use(openNodeAccounts(paths, environment));
  const ticking = setInterval(() => accounts.tick(), ACCOUNTS_TICK_MS).unref();
  opened.defer(() => clearInterval(ticking));
  const disk = opened.use(
    new DiskWatch({
      directory: paths.root,
      reserveBytes: config.disk.reserveBytes,
      onChange: ({ isLow, freeBytes }) => {
        if (isLow) logger.error({ freeBytes }, 'disk is nearly full, nothing more is taken in');
        else logger.info({ freeBytes }, 'disk has room again');
      },
    }),
  );
  const tracing = await startTracing(config.tracing, environment, {
    version: version.version,
    logger,
  });
  if (tracing !== undefined) opened.use(tracing);
  const chains: OpenChain[] = [];
  for (const entry of nodeFile.chains) {
    chains.push(
      opened.use(
        await openChain({ paths, entry, keystore, keySigners, config, secrets, logger, disk }),
      ),
    );
  }
  let state: NodeState = 'starting';
  const hosts = chains.map(({ host }) => tracing?.chain(host) ?? host);
  const wanted = config.chains.default;
  const upkeep = new Upkeep(config.backup.folder);
  const identityProvider = openIdProvider(config.oidc, secrets.oidcClientSecret);
  const host: NodeHost = {
    chains: hosts,
    defaultChain: wanted === '' ? hosts[0] : hosts.find(({ slug }) => slug === wanted),
    credentials: createCredentials(
      token,
      accounts,
      hosts.map(({ organisation }) => organisation),
    ),
    accounts,
    webhookKey: webhookKeyOf(paths, environment),
    disk,
    upkeep,
    ...(tracing === undefined ? {} : { tracing }),
    ...(identityProvider === undefined ? {} : { identityProvider }),
    cursorKey: cursorKeyOf(token),
    version,
    state: () => state,
  };
  if (wanted !== '' && host.defaultChain === undefined) {
    throw new StartError('config-invalid', `chains.default: this node has no chain ${wanted}`);
  }
  const clock = { nowMs: () => Date.now() };
  const tls = readTls(config);
  if (tls !== undefined) upkeep.certificateTaken(tls);
  const app = await createApp({
    ...(tls === undefined ? {} : { tls }),
    host,
    config,
    logger,
    clock,
    processMetrics: true,
  });
  opened.defer(async () => stopServing(app, config, logger));
  if (tls !== undefined) {
    // With TLS the server is one of HTTPS; the app's type says no more than what is common to both.
    opened.use(
      watchTls(app.server as unknown as HttpsServer, config, logger, {
        onTaken: (renewed) => upkeep.certificateTaken(renewed),
      }),
    );
  }
  const url = await listen(app, config);
  if (credentials.url !== url) writeCredentialsFile(paths, { ...credentials, url });
  const { seq, hash } = accounts.audit.head();
  logger.info({ size: seq, reason: toHex(hash) }, 'audit trail is whole');
  const link = firstSignIn(accounts, host.defaultChain?.organisation);
  opened.use(
    scheduleBackups({
      directory: paths.root,
      config: config.backup,
      ...(secrets.s3 === undefined ? {} : { bucketCredentials: secrets.s3 }),
      version: version.version,
      logger,
      now: () => Date.now(),
      onEnd: (isWhole) => upkeep.backupEnded(isWhole),
    }),
  );
  state = 'ready';
  logger.info({ url }, 'node is listening');
  const closing = opened.move();
  let closed: Promise<void> | undefined;
  async function close(): Promise<void> {
    logger.info({}, 'node is stopping');
    state = 'stopping';
    await closing.disposeAsync();
    logger.info({}, 'node has stopped');
    logger.flush();
  }
  const closeOnce = async (): Promise<void> => (closed ??= close());
  return {
    url,
    directory: paths.root,
    chains: hosts.map(({ chain, slug }) => ({ chain, slug })),
    credentialsMade,
    ...(link === undefined ? {} : { signInLink: signInUrl(url, link) }),
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}

function readConfig(
  options: StartOptions,
  paths: DataPaths,
): { readonly config: Config; readonly secrets: Secrets } {
  const loaded = loadConfig({
    file: options.configFile ?? paths.configFile,
    fileRequired: options.configFile !== undefined,
    environment: options.environment ?? process.env,
    flags: options.flags ?? {},
  });
  if (loaded.ok) return loaded;
  throw new StartError('config-invalid', `${loaded.faults.length} fault(s) in the configuration`, {
    details: loaded.faults.map(describeConfigFault),
  });
}

/** Listens; the port that was taken or the right that is missing is named. */
async function listen(app: App, config: Config): Promise<string> {
  const { host, port } = config.http;
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE') {
      throw new StartError('port-taken', `something already listens on ${host}:${port}`, { cause });
    }
    if (code === 'EACCES') {
      throw new StartError('port-not-permitted', `this user may not listen on port ${port}`, {
        cause,
      });
    }
    throw cause;
  }
}

/** Stops accepting and waits for the requests under way; those that take too long are cut. */
async function stopServing(app: App, config: Config, logger: Logger): Promise<void> {
  const timer = setTimeout(() => {
    logger.warn({}, 'stop took too long, connections were cut');
    app.server.closeAllConnections();
  }, config.http.stopTimeoutMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

/** Cursors outlive a restart, because the token does. */
function cursorKeyOf(token: string): Uint8Array {
  return createHmac('sha256', token).update('hefu paging cursors').digest();
}

function nodeVersion(): NodeVersion {
  const file = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
  return { name: 'hefu', version, runtime: `node ${process.versions.node}` };
}
