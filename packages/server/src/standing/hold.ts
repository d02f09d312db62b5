import { existsSync, rmSync } from 'node:fs';
import { fromHex, toHex } from '@hefu/bytes';
import { z } from 'zod';
import { readDocument } from '../node/data-folder.ts';
import { jsonText, writeFileAtomic } from '../node/files.ts';
import { StartError } from '../node/start-fault.ts';
import type { LogHead } from './signing-state.ts';

const headSchema = z.strictObject({
  size: z.int().min(0),
  root: z.string().regex(/^[0-9a-f]{64}$/),
});

const holdSchema = z.strictObject({
  format: z.literal('hefu-hold/1'),
  /** The backup that the chain was restored from; absent when only a published checkpoint is to be reached. */
  restored: z
    .strictObject({ backup: z.string().max(100), restoredMs: z.int(), ...headSchema.shape })
    .optional(),
  /** The longest published checkpoint that the operator has shown. */
  published: headSchema.optional(),
  /** The chain that goes on instead of this one, after a declared break. */
  successor: z.string().max(50).optional(),
});

type HoldFile = z.output<typeof holdSchema>;

/**
 * What keeps a chain from being written to, in a file beside it: after a restore until the operator has shown what was published,
 * and until the log reaches that.
 */
export interface Hold {
  readonly restored?: { readonly backup: string; readonly restoredMs: number } & LogHead;
  readonly published?: LogHead;
  /** The chain that goes on instead: this one is never written to again. */
  readonly successor?: string;
}

/** Reads the hold on a chain; undefined when there is none. Throws StartError `data-damaged`. */
export function readHold(path: string): Hold | undefined {
  const value = readDocument(path);
  if (value === undefined) return undefined;
  const parsed = holdSchema.safeParse(value);
  if (!parsed.success) throw new StartError('data-damaged', `${path} does not hold what it must`);
  const { restored, published, successor } = parsed.data;
  return {
    ...(restored === undefined ? {} : { restored: { ...restored, root: bytesOf(restored.root) } }),
    ...(published === undefined
      ? {}
      : { published: { ...published, root: bytesOf(published.root) } }),
    ...(successor === undefined ? {} : { successor }),
  };
}

export function writeHold(path: string, { restored, published, successor }: Hold): void {
  const file: HoldFile = {
    format: 'hefu-hold/1',
    ...(restored === undefined ? {} : { restored: { ...restored, root: toHex(restored.root) } }),
    ...(published === undefined
      ? {}
      : { published: { size: published.size, root: toHex(published.root) } }),
    ...(successor === undefined ? {} : { successor }),
  };
  writeFileAtomic(path, jsonText(file));
}

/** The chain may be written to again. */
export function endHold(path: string): void {
  if (existsSync(path)) rmSync(path);
}

function bytesOf(hex: string): Uint8Array {
  const bytes = fromHex(hex);
  if (bytes === undefined) throw new TypeError('not hex');
  return bytes;
}
