import { isChainId, isOrganisationId } from '@hefu/protocol';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { HTTP_HOST_DEFAULT, HTTP_PORT_DEFAULT } from '../config/schema.ts';
import { TOKEN_CHARS_MIN } from '../config/secrets.ts';
import type { StandingPaths } from '../standing/standing.ts';
import { jsonText, readJsonFile, writeFileAtomic } from './files.ts';
import { StartError } from './start-fault.ts';

/** Version of the folder's layout; rises when an older node could no longer read it. */
export const DATA_VERSION = 1;

/** Where everything in a data folder lies. */
export interface DataPaths {
  readonly root: string;
  readonly nodeFile: string;
  /** There while the folder is being made: what lies beside it may be thrown away. */
  readonly makingMarker: string;
  readonly configFile: string;
  readonly credentialsFile: string;
  readonly accountsFile: string;
  readonly lockFile: string;
  readonly keys: string;
  readonly chains: string;
}

export interface ChainPaths {
  readonly root: string;
  readonly genesisFile: string;
  readonly store: string;
  readonly readModelFile: string;
  readonly webhooksFile: string;
  readonly vault: string;
  /** By which pull each granted object came, and what has come of those under way. */
  readonly pulls: string;
  /** How far the chain was signed and published; in no backup. */
  readonly standing: StandingPaths;
}

export function dataPaths(root: string): DataPaths {
  return {
    root,
    nodeFile: join(root, 'node.json'),
    makingMarker: join(root, 'making.json'),
    configFile: join(root, 'hefu.yaml'),
    credentialsFile: join(root, 'credentials.json'),
    accountsFile: join(root, 'accounts.sqlite'),
    lockFile: join(root, 'node.lock'),
    keys: join(root, 'keys'),
    chains: join(root, 'chains'),
  };
}

export function chainPaths(paths: DataPaths, slug: string): ChainPaths {
  const root = join(paths.chains, slug);
  return {
    root,
    genesisFile: join(root, 'genesis.json'),
    store: join(root, 'store'),
    readModelFile: join(root, 'readmodel.sqlite'),
    webhooksFile: join(root, 'webhooks.sqlite'),
    vault: join(root, 'vault'),
    pulls: join(root, 'pulls'),
    standing: { signingState: join(root, 'signing-state'), hold: join(root, 'hold.json') },
  };
}

/** A chain id as a folder name and a piece of an address: `/` becomes `__`, which no chain id holds. */
export function slugOf(chain: string): string {
  return chain.replaceAll('/', '__');
}

const chainEntry = z.strictObject({
  slug: z.string().max(100),
  chain: z.string().refine(isChainId),
  /** The node's own organisation on this chain. */
  organisation: z.string().refine(isOrganisationId),
});

const nodeFileSchema = z.strictObject({
  format: z.literal('hefu-node'),
  version: z.literal(DATA_VERSION),
  chains: z.array(chainEntry).max(100),
});

export type NodeFile = z.output<typeof nodeFileSchema>;
export type ChainEntry = NodeFile['chains'][number];

/** Reads node.json. Throws `data-missing`, `data-incomplete`, `data-too-new`, `data-damaged`. */
export function readNodeFile(paths: DataPaths): NodeFile {
  const value = readDocument(paths.nodeFile);
  if (value === undefined) {
    if (existsSync(paths.makingMarker) || !existsSync(paths.chains)) {
      throw new StartError('data-missing', `${paths.root} holds no node`);
    }
    throw new StartError('data-incomplete', `${paths.nodeFile} is missing`);
  }
  const { version } = value as { readonly version?: unknown };
  if (typeof version === 'number' && version > DATA_VERSION) {
    throw new StartError(
      'data-too-new',
      `${paths.root} has version ${version}; this Hefu knows ${DATA_VERSION}`,
    );
  }
  const parsed = nodeFileSchema.safeParse(value);
  if (!parsed.success) throw damaged(paths.nodeFile, parsed.error);
  return parsed.data;
}

export function writeNodeFile(paths: DataPaths, chains: readonly ChainEntry[]): void {
  const file: NodeFile = { format: 'hefu-node', version: DATA_VERSION, chains: [...chains] };
  writeFileAtomic(paths.nodeFile, jsonText(file));
}

/** Marks a folder that is being made, and clears what an earlier attempt has left. */
export function beginMaking(paths: DataPaths): void {
  if (existsSync(paths.makingMarker)) {
    for (const path of [paths.chains, paths.keys, paths.credentialsFile]) {
      rmSync(path, { recursive: true, force: true });
    }
  }
  writeFileAtomic(paths.makingMarker, jsonText({ format: 'hefu-making' }));
}

export function endMaking(paths: DataPaths): void {
  rmSync(paths.makingMarker, { force: true });
}

const credentialsSchema = z.strictObject({
  /** Where the node listens, or last did. */
  url: z.string().max(200),
  token: z.string().min(TOKEN_CHARS_MIN).max(512),
});

/** How the command line finds the node and is let in. */
export type CredentialsFile = z.output<typeof credentialsSchema>;

/** Bytes of the operator's token. */
const TOKEN_BYTES = 32;

/** Reads credentials.json. Throws `credentials-missing`, `data-damaged`. */
export function readCredentialsFile(paths: DataPaths): CredentialsFile {
  const value = readDocument(paths.credentialsFile);
  if (value === undefined) {
    throw new StartError(
      'credentials-missing',
      `${paths.credentialsFile} is missing: it tells commands where the node is and holds the token that lets them in`,
    );
  }
  const parsed = credentialsSchema.safeParse(value);
  if (!parsed.success) throw damaged(paths.credentialsFile, parsed.error);
  return parsed.data;
}

export function writeCredentialsFile(paths: DataPaths, credentials: CredentialsFile): void {
  writeFileAtomic(paths.credentialsFile, jsonText(credentials));
}

/** Makes credentials.json with a new token. Nothing of the chain depends on it. */
export function makeCredentialsFile(paths: DataPaths): void {
  writeCredentialsFile(paths, {
    url: `http://${HTTP_HOST_DEFAULT}:${HTTP_PORT_DEFAULT}`,
    token: randomBytes(TOKEN_BYTES).toString('base64url'),
  });
}

/** The JSON in a file, undefined when it is not there. Throws `data-damaged` when it holds no JSON. */
export function readDocument(path: string): unknown {
  try {
    return readJsonFile(path);
  } catch (error) {
    if (error instanceof SyntaxError) throw damaged(path, error);
    throw error;
  }
}

function damaged(path: string, cause: Error): StartError {
  return new StartError('data-damaged', `${path} does not hold what it must`, { cause });
}
