import { join, resolve } from 'node:path';
import { chainPaths, dataPaths, readNodeFile } from '@hefu/server';
import type { ChainPaths, DataPaths, NodeFile } from '@hefu/server';
import type { CommandContext } from '../command.ts';

/** Name of the data folder where nothing else is said. */
export const DATA_FOLDER_DEFAULT = 'data';

/** The data folder: `--data`, else `HEFU_DATA`, else `data` in the working folder. */
export function dataFolder({ io, globals }: CommandContext): string {
  const named = globals.data ?? io.env['HEFU_DATA'] ?? '';
  return named === '' ? join(io.cwd, DATA_FOLDER_DEFAULT) : resolve(io.cwd, named);
}

/** A path as it was typed, from the working folder. */
export function resolvePath({ io }: CommandContext, path: string): string {
  return resolve(io.cwd, path);
}

/** The first chain of a data folder. */
export interface DataFolder {
  readonly paths: DataPaths;
  readonly chain: NodeFile['chains'][number];
  readonly chainPaths: ChainPaths;
}

/** Reads a data folder. Throws StartError `data-missing` and the like. */
export function openDataFolder(context: CommandContext): DataFolder {
  const paths = dataPaths(dataFolder(context));
  const [chain] = readNodeFile(paths).chains;
  if (chain === undefined) throw new Error(`${paths.nodeFile} names no chain`);
  return { paths, chain, chainPaths: chainPaths(paths, chain.slug) };
}
