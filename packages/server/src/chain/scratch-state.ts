import type { ScanOptions, StatePort } from '@hefu/contract';

/** State in memory that nobody keeps: what a contract's genesis writes while its events are listened to. */
export function createScratchState(): StatePort {
  const values = new Map<string, Uint8Array>();
  const indexes = new Map<string, Set<string>>();
  const nameOf = (...parts: readonly string[]): string => JSON.stringify(parts);
  return {
    get: (contract, collection, key) => values.get(nameOf(contract, collection, key)),
    put(contract, collection, key, value) {
      values.set(nameOf(contract, collection, key), value);
    },
    delete(contract, collection, key) {
      values.delete(nameOf(contract, collection, key));
    },
    indexPut(contract, collection, index, value, key) {
      const name = nameOf(contract, collection, index, value);
      const keys = indexes.get(name) ?? new Set();
      indexes.set(name, keys.add(key));
    },
    indexDelete(contract, collection, index, value, key) {
      indexes.get(nameOf(contract, collection, index, value))?.delete(key);
    },
    scan(contract, collection, index, value, options) {
      const keys = indexes.get(nameOf(contract, collection, index, value)) ?? new Set<string>();
      return page([...keys], options);
    },
    // What becomes due later is the ledger's affair.
    schedule: () => undefined,
    cancel: () => undefined,
  };
}

function page(keys: readonly string[], { after, limit }: ScanOptions): string[] {
  const bytesOf = (key: string): Buffer => Buffer.from(key, 'utf8');
  return keys
    .filter((key) => after === undefined || Buffer.compare(bytesOf(key), bytesOf(after)) > 0)
    .toSorted((left, right) => Buffer.compare(bytesOf(left), bytesOf(right)))
    .slice(0, limit);
}
