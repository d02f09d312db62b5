import { decodeCbor, encodeCbor } from '@hefu/bytes';
import { MEMBERSHIP_CONTRACT } from '@hefu/protocol';
import type { StatePort } from '@hefu/contract';

/** Collection of membership that says which version of each contract runs; key = contract name. */
export const MODULES_COLLECTION = 'modules';

/** Which version of a contract runs, and which one follows when. */
export interface ModuleRecord {
  readonly version: number;
  /** The version to switch to and the height from which it applies; null when none is planned. */
  readonly next: { readonly version: number; readonly height: number } | null;
  /** Where the migration in progress stands; null when none is. */
  readonly cursor: string | null;
}

/** Reads a module record; undefined when there is none. */
export function readModuleRecord(port: StatePort, contract: string): ModuleRecord | undefined {
  const bytes = port.get(MEMBERSHIP_CONTRACT, MODULES_COLLECTION, contract);
  if (bytes === undefined) return undefined;
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (!decoded.ok) throw new Error(`the module record of ${contract} is malformed`);
  return decoded.value as unknown as ModuleRecord;
}

/** Writes a module record. */
export function writeModuleRecord(port: StatePort, contract: string, record: ModuleRecord): void {
  const value = encodeCbor({
    version: record.version,
    next: record.next === null ? null : { ...record.next },
    cursor: record.cursor,
  });
  port.put(MEMBERSHIP_CONTRACT, MODULES_COLLECTION, contract, value);
}

/** The versions in force in one block. A switch takes effect between blocks only, so they are fixed for the block. */
export class ActiveContracts {
  readonly #port: StatePort;
  readonly #records = new Map<string, ModuleRecord>();

  constructor(port: StatePort) {
    this.#port = port;
  }

  /** The version of a contract that runs; undefined when the chain has no such contract or is migrating it. */
  readonly versionOf = (contract: string): number | undefined => {
    const record = this.#record(contract);
    return record === undefined || record.cursor !== null ? undefined : record.version;
  };

  /** Whether the contract's state is being taken over by a new version, so that nothing may call it. */
  isMigrating(contract: string): boolean {
    const record = this.#record(contract);
    return record !== undefined && record.cursor !== null;
  }

  #record(contract: string): ModuleRecord | undefined {
    const known = this.#records.get(contract);
    if (known !== undefined) return known;
    const record = readModuleRecord(this.#port, contract);
    // Only what there is: names that nobody has, anyone can make up.
    if (record !== undefined) this.#records.set(contract, record);
    return record;
  }
}
