/**
 * Where a client keeps the newest checkpoint it has seen of each chain. Whoever can write there can make the client
 * forget; whoever can only read learns nothing secret.
 */
export interface SeenStore {
  /** What was saved under a chain's id; undefined when nothing was. */
  load(chain: string): Promise<string | undefined>;
  save(chain: string, text: string): Promise<void>;
}

/** Remembers as long as the process or page lives. */
export function memorySeenStore(): SeenStore {
  const texts = new Map<string, string>();
  return {
    load: async (chain) => texts.get(chain),
    save: async (chain, text) => {
      texts.set(chain, text);
    },
  };
}

/** The part of the Web Storage API that is used. */
export interface StorageLike {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Remembers in a browser: `localStorageSeenStore(localStorage)`. */
export function localStorageSeenStore(storage: StorageLike, prefix = 'hefu-seen:'): SeenStore {
  return {
    load: async (chain) => storage.getItem(prefix + chain) ?? undefined,
    save: async (chain, text) => {
      storage.setItem(prefix + chain, text);
    },
  };
}
