import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { TRANSPARENT_STATEMENT_BYTES_MAX } from '@hefu/protocol';
import type { CommandContext } from '../command.ts';
import { usageFault } from '../fault.ts';
import { resolvePath } from '../node/data-folder.ts';

/** What Transparent Statements' files end with. */
export const TRANSPARENT_ENDING = '.transparent.cose';

/** The bytes of a statement's file. Throws CliFault for what is larger than any can be. */
export function readStatementFile(context: CommandContext, path: string): Uint8Array {
  const file = resolvePath(context, path);
  if (statSync(file).size > TRANSPARENT_STATEMENT_BYTES_MAX) {
    throw usageFault('scitt-too-large', `${path} is larger than any Signed Statement`);
  }
  return new Uint8Array(readFileSync(file));
}

/** Where the Transparent Statement of a file goes: beside it, or into a folder. */
export function transparentPath(
  context: CommandContext,
  path: string,
  out: string | undefined,
): string {
  const file = resolvePath(context, path);
  const folder = out === undefined ? dirname(file) : resolvePath(context, out);
  const name = basename(file).replace(/\.cose$/, '');
  return join(folder, `${name}${TRANSPARENT_ENDING}`);
}
