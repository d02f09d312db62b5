// Opens the folder for writing, then commits one batch for each number it is sent, and answers once it is durable.
import { parentPort, workerData } from 'node:worker_threads';
import { StoreError } from '../errors.ts';
import { openStore } from '../open-store.ts';
import { commitBatch } from './batches.ts';

try {
  const store = openStore({ path: workerData as string });
  parentPort?.on('message', (number: number) => {
    if (number === 0) {
      store.close();
      parentPort?.close();
      return;
    }
    commitBatch(store, number);
    parentPort?.postMessage(number, []);
  });
  parentPort?.postMessage('open', []);
} catch (error) {
  parentPort?.postMessage(error instanceof StoreError ? error.code : String(error), []);
}
