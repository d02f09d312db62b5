import type { NativeHost, StatePort } from '@hefu/contract';
import { LedgerFault } from './errors.ts';
import { ActiveContracts, readModuleRecord, writeModuleRecord } from './modules.ts';

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
  // In the order of the names: that of the host's own list is this build's, not the chain's.
  for (const name of host.modules.map((module) => module.name).toSorted()) {
    const record = readModuleRecord(port, name);
    if (record === undefined) continue;
    const begins =
      record.cursor === null && record.next !== null && record.next.height <= place.height;
    if (!begins && record.cursor === null) continue;
    const version = begins && record.next !== null ? record.next.version : record.version;
    requireVersion(host, name, version);
    const outcome = host.migrateStep({
      port,
      contract: name,
      version,
      cursor: begins ? null : record.cursor,
      limit: MIGRATION_RECORDS_PER_BLOCK,
      height: place.height,
      time: place.timeMs,
      // A step that calls another contract finds the version in force, not the newest that this build has.
      versionOf: new ActiveContracts(port).versionOf,
    });
    if (outcome.code !== 'ok') {
      const reason = outcome.code;
      throw new LedgerFault({ code: 'migration-failed', contract: name, version, reason });
    }
    // A switch planned while the migration runs waits for its end.
    const next = begins ? null : record.next;
    writeModuleRecord(port, name, { version, next, cursor: outcome.next });
    changed = true;
  }
  return changed;
}

/** Stops a node that lacks a version of a contract that the chain runs: it would come to other outcomes than the others. */
export function requireVersion(host: NativeHost, contract: string, version: number): void {
  if (host.contract(contract, version) !== undefined) return;
  throw new LedgerFault({ code: 'module-version-missing', contract, version });
}

/** Whether a migration is under way or a planned switch is due at `height`. */
export function upgradeDue(host: NativeHost, port: StatePort, height: number): boolean {
  return host.modules.some(({ name }) => {
    const record = readModuleRecord(port, name);
    if (record === undefined) return false;
    return record.cursor !== null || (record.next !== null && record.next.height <= height);
  });
}
