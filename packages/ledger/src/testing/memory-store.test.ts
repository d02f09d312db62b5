// Goal: the store in memory keeps the port's promises, and crashes as told. Method: the conformance suite that the
// store on disk passes too, and crashes before and after each of several commits.
import { describe, expect, it } from 'vitest';
import { MemoryStore, StoreCrash } from './memory-store.ts';
import { testStoreConformance } from './store-conformance.ts';

testStoreConformance(
  'MemoryStore',
  () => {
    let store = new MemoryStore();
    return {
      get store() {
        return store;
      },
      reopen: () => (store = store.reopen()),
      dispose: () => {
        store.close();
      },
    };
  },
  { runs: 100 },
);

describe('MemoryStore crashes as told', () => {
  const KEY = Uint8Array.of(1);
  const put = (store: MemoryStore, value: number): void => {
    store.commit((transaction) => {
      transaction.put('meta', KEY, Uint8Array.of(value));
      transaction.put('entries', Uint8Array.of(value), Uint8Array.of(value));
    });
  };

  for (const when of ['before', 'after'] as const) {
    for (const nth of [1, 2, 5]) {
      it(`${when} commit ${nth} is durable`, () => {
        const store = new MemoryStore();
        put(store, 100);
        store.crashAt(nth, when);
        for (let value = 1; value < nth; value += 1) put(store, value);
        expect(() => {
          put(store, nth);
        }).toThrow(StoreCrash);
        expect(() => store.get('meta', KEY)).toThrow(StoreCrash);
        expect(() => {
          put(store, nth);
        }).toThrow(StoreCrash);
        const reopened = store.reopen();
        const durable = when === 'after' ? nth : nth - 1;
        expect(reopened.get('meta', KEY)).toEqual(Uint8Array.of(durable === 0 ? 100 : durable));
        expect([...reopened.range('entries', { to: Uint8Array.of(100) })].length).toBe(durable);
        put(reopened, 42);
        expect(reopened.get('meta', KEY)).toEqual(Uint8Array.of(42));
      });
    }
  }
});
