// Goal: the store on disk keeps the port's promises. Method: the conformance suite that the store in memory passes too,
// with LMDB and real files; small segments, so that values cross from one into the next.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testStoreConformance } from '@hefu/ledger/testing/store-conformance';
import { openStore } from './open-store.ts';

testStoreConformance(
  'LmdbStore',
  () => {
    const path = mkdtempSync(join(tmpdir(), 'hefu-store-'));
    const options = { path, segmentBytesMax: 20_000 };
    let store = openStore(options);
    return {
      get store() {
        return store;
      },
      reopen: () => {
        store.close();
        store = openStore(options);
        return store;
      },
      dispose: () => {
        store.close();
        rmSync(path, { recursive: true, force: true });
      },
    };
  },
  { runs: 20 },
);
