import { existsSync, readFileSync } from 'node:fs';
import { HefuClient } from '@hefu/sdk';
import { dataPaths, isDataFolder, readCredentialsFile } from '@hefu/server';
import type { CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { dataFolder, resolvePath } from './data-folder.ts';

/** Where the node is, and what lets us in. */
export interface NodeAddress {
  readonly url: string;
  readonly token?: string;
}

/**
 * The node: `--url`, else the one of the data folder. The folder's token goes to that node alone, never to another
 * address; for others `HEFU_TOKEN_FILE` names a file with the token.
 */
export function nodeAddress(context: CommandContext): NodeAddress {
  const { globals, io } = context;
  const folder = dataFolder(context);
  const own = ownCredentials(folder, globals.url);
  const url = (globals.url ?? own?.url)?.replace(/\/+$/, '');
  if (url === undefined) {
    throw new CliFault({
      code: 'node-not-known',
      exitCode: EXIT.notFound,
      what: `there is no node in ${folder}`,
      advice: 'Name its data folder with --data or HEFU_DATA, or its address with --url.',
    });
  }
  requireHttp(url);
  const tokenFile = io.env['HEFU_TOKEN_FILE'] ?? '';
  if (tokenFile !== '') {
    return { url, token: readFileSync(resolvePath(context, tokenFile), 'utf8').trim() };
  }
  const isOwn = own !== undefined && originOf(own.url) === originOf(url);
  return isOwn ? { ...own, url } : { url };
}

/** Without the file a node can still be named by its address. */
function ownCredentials(folder: string, url: string | undefined): NodeAddress | undefined {
  if (!isDataFolder(folder)) return undefined;
  const paths = dataPaths(folder);
  if (url !== undefined && !existsSync(paths.credentialsFile)) return undefined;
  return readCredentialsFile(paths);
}

/** A client that takes the node's word: it is the operator's own, or one that was named. Receipts have clients of their own. */
export function connectNode(context: CommandContext): HefuClient {
  return new HefuClient({ ...nodeAddress(context), verify: false, now: context.io.now });
}

function requireHttp(url: string): void {
  const protocol = URL.parse(url)?.protocol;
  if (protocol === 'http:' || protocol === 'https:') return;
  throw new CliFault({
    code: 'url-invalid',
    exitCode: EXIT.usage,
    what: `${url} is no address of a node`,
    advice: 'An address looks like http://127.0.0.1:8440.',
  });
}

function originOf(url: string): string | undefined {
  return URL.parse(url)?.origin;
}
