import { parentPort } from 'node:worker_threads';
import { unpackItems } from './pool-batch.ts';
import { verify } from './sign.ts';

/** One thread of the pool: takes packed items, gives a byte for each, 1 where the signature holds. */
if (parentPort === null) throw new Error('pool-worker runs as a worker thread');
const port = parentPort;
port.on('message', (packed: Uint8Array) => {
  const items = unpackItems(packed);
  const verdicts = new Uint8Array(items.length);
  for (const [i, item] of items.entries()) {
    verdicts[i] = verify(item.algorithm, item.publicKey, item.message, item.signature) ? 1 : 0;
  }
  port.postMessage(verdicts, [verdicts.buffer]);
});
