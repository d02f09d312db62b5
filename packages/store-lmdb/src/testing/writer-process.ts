// Commits numbered batches into the folder given, and prints the number of each once it is durable; ends when killed.
import { writeSync } from 'node:fs';
import { openStore } from '../open-store.ts';
import { commitBatch, lastBatch } from './batches.ts';

const [, , path = '', segmentBytesMax = ''] = process.argv;
const store = openStore({ path, segmentBytesMax: Number(segmentBytesMax) });
for (let number = lastBatch(store) + 1; ; number += 1) {
  commitBatch(store, number);
  // Not console.log, which may still hold the line when the process is killed.
  writeSync(1, `${number}\n`);
}
