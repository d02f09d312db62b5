/**
 * What a host of contracts needs from whoever keeps the state. The ledger gives a journaled one over
 * the block being made; the test host one in memory. Values are deterministic CBOR. Nothing is undone
 * by the host: whoever gave the port takes back its changes when the outcome's code is not `ok`.
 */
export interface StatePort {
  /**
   * The latest value as seen inside the block, or undefined. The bytes may be kept and are never
   * written to; handing out the same array for an unchanged value lets the host reuse its decoding.
   */
  get(contract: string, collection: string, key: string): Uint8Array | undefined;
  put(contract: string, collection: string, key: string, value: Uint8Array): void;
  /** Deleting what is not there does nothing. */
  delete(contract: string, collection: string, key: string): void;
  /** Index entries are derived data, outside the state tree. Both are idempotent. */
  indexPut(contract: string, collection: string, index: string, value: string, key: string): void;
  indexDelete(
    contract: string,
    collection: string,
    index: string,
    value: string,
    key: string,
  ): void;
  /** Keys under `value` after `after`, in the order of their UTF-8 bytes, at most `limit`. */
  scan(
    contract: string,
    collection: string,
    index: string,
    value: string,
    options: ScanOptions,
  ): readonly string[];
  /** Makes `payload` due at `atMs`; the same (contract, id) again replaces the earlier one. */
  schedule(atMs: number, contract: string, id: string, payload: Uint8Array): void;
  /** Cancelling what is not scheduled does nothing. */
  cancel(contract: string, id: string): void;
}

/** Where a scan begins and how far it goes. */
export interface ScanOptions {
  /** Only keys that sort after this one. */
  readonly after?: string;
  /** At most this many. */
  readonly limit: number;
}
