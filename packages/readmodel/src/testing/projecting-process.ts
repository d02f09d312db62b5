// Projects the sample chain into the file given, telling each height it has reached; ends when killed.
import { writeSync } from 'node:fs';
import { createReadModel } from '../read-model.ts';
import { sampleSource } from './sample-chain.ts';

const [, , file = '', batchItems = ''] = process.argv;
await createReadModel({
  file,
  modules: [new URL('./sample-module.ts', import.meta.url).href],
  source: sampleSource(1_000_000, Number(batchItems)),
  onProgress: ({ height }) => {
    // Not console.log, which may still hold the line when the process is killed.
    writeSync(1, `${height}\n`);
  },
});
