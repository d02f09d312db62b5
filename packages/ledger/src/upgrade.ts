import type { NativeHost, StatePort } from '@hefu/contract';
import { LedgerFault } from './errors.ts';
import { readModuleRecord, writeModuleRecord } from './modules.ts';

/** Records that one block migrates at most, so that no block stalls the chain. */
export const MIGRATION_RECORDS_PER_BLOCK = 1_000;

/**
 * Begins planned switches whose height has come and takes running migrations one step further. Runs first in its block.
 * Returns whether anything was written, so that an otherwise idle chain makes the block.
 */
export function runUpgrades(
  host: NativeHost,
  port: StatePort,
  place: { readonly height: number; readonly timeMs: number },
): boolean {
  let changed = false;
  for (const { name } of host.modules) {
    const record = readModuleRecord(port, name);
    if (record === undefined) continue;
    const begins =
      record.cursor === null && record.next !== null && record.next.height <= place.height;
    if (!begins && record.cursor === null) continue;
    const version = begins && record.next !== null ? record.next.version : record.version;
    if (host.contract(name, version) === undefined) {
      // Better to stop than to go on with another version than the others run.
      throw new LedgerFault({ code: 'module-version-missing', contract: name, version });
    }
    const outcome = host.migrateStep({
      port,
      contract: name,
      version,
      cursor: begins ? null : record.cursor,
      limit: MIGRATION_RECORDS_PER_BLOCK,
      height: place.height,
      time: place.timeMs,
    });
    if (outcome.code !== 'ok') {
      throw new Error(`migration of ${name} to version ${version} failed: ${outcome.code}`);
    }
    writeModuleRecord(port, name, { version, next: null, cursor: outcome.next });
    changed = true;
  }
  return changed;
}

/** Whether a migration is under way or a planned switch is due at `height`. */
export function upgradeDue(host: NativeHost, port: StatePort, height: number): boolean {
  return host.modules.some(({ name }) => {
    const record = readModuleRecord(port, name);
    if (record === undefined) return false;
    return record.cursor !== null || (record.next !== null && record.next.height <= height);
  });
}
