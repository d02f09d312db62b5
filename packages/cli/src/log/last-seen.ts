import { existsSync } from 'node:fs';
import { toHex } from '@hefu/bytes';
import { parseCheckpoint } from '@hefu/protocol';
import type { Trust, TrustDocument } from '@hefu/protocol';
import { EXIT } from '../exit-codes.ts';
import { CliFault } from '../fault.ts';
import { jsonText, writeDurable } from '../files/write-file.ts';
import { readJson } from '../verify/trust-file.ts';

/** What was seen of a log: its checkpoint, and the trust file it was checked with. */
export interface LogMemory {
  readonly format: 'hefu-log-seen/1';
  readonly checkpoint: string;
  readonly trust: TrustDocument;
}

/** Reads what was seen last time; undefined at the first time. Throws CliFault `log-seen-damaged`. */
export function readMemory(path: string): LogMemory | undefined {
  if (!existsSync(path)) return undefined;
  const memory = readJson(path) as Partial<LogMemory> | undefined | null;
  const { checkpoint, trust } = memory ?? {};
  if (memory?.format === 'hefu-log-seen/1' && typeof checkpoint === 'string') {
    if (trust !== undefined && parseCheckpoint(checkpoint).ok) return memory as LogMemory;
  }
  throw new CliFault({
    code: 'log-seen-damaged',
    exitCode: EXIT.failure,
    what: `${path} does not hold what it must`,
    advice: 'Restore it. Without it nobody here can tell whether the log was rewritten meanwhile.',
  });
}

export function writeMemory(path: string, checkpoint: string, trust: TrustDocument): void {
  const memory: LogMemory = { format: 'hefu-log-seen/1', checkpoint, trust };
  writeDurable(path, jsonText(memory));
}

/** Throws CliFault `foreign-chain` when two trust files are of different chains. */
export function requireSameChain(seen: TrustDocument, trust: Trust, path: string): void {
  if (seen.chain === trust.chain && seen.genesis === toHex(trust.genesis)) return;
  throw new CliFault({
    code: 'foreign-chain',
    exitCode: EXIT.refused,
    what: `${path} is of ${seen.chain}, genesis ${seen.genesis}; this log is of ${trust.chain}, genesis ${toHex(trust.genesis)}`,
    advice: 'Somebody has replaced the chain, or --url or --state name the wrong one.',
  });
}
