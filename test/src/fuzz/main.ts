import { parseArgs } from 'node:util';
import { runFuzz } from './run.ts';
import type { FuzzOptions } from './run.ts';

// Goal: nothing that can be sent makes a node fail, or answer what it has not described. Method: requests made from its own
// OpenAPI document, right ones, nearly right ones and hostile ones, by everybody there is; every answer held against the
// document; at the end the whole store proved and the audit trail checked. `npm run test:fuzz -- --seed 1 --count 100000`.

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    count: { type: 'string', default: '100000' },
    suite: { type: 'string', default: 'international' },
    faults: { type: 'string', default: '20' },
  },
});
const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
const { suite } = values;
if (suite !== 'international' && suite !== 'gm') throw new Error('--suite international|gm');
const options: FuzzOptions = {
  seed,
  suite,
  count: Number(values.count),
  faultsMax: Number(values.faults),
  onProgress: (done, faults) => {
    process.stdout.write(`${done} sent, ${faults} faults\n`);
  },
};
process.stdout.write(`${options.count} requests, suite ${suite}, seed ${seed}\n`);
const report = await runFuzz(options);
for (const { index, what, repeat } of report.faults) {
  process.stdout.write(`\n#${index} ${what}\n  ${repeat}\n`);
}
const table = Object.entries(report.statuses).map(([status, count]) => `${status}: ${count}`);
process.stdout.write(
  `\n${report.sent} requests sent (${Object.entries(report.kinds)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ')}), ` +
    `${report.answered} answered (${table.join(', ')}), ${report.codes.size} problem codes, ` +
    `${report.reached} of ${report.operations} operations answered well\n` +
    `not reached: ${report.unreached.join(', ')}\n${report.faults.length} faults\n`,
);
process.exitCode = report.faults.length > 0 ? 1 : 0;
