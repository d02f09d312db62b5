import { parseArgs } from 'node:util';
import { ledgerBench } from './ledger-bench.ts';
import { tableOf } from './measure/report.ts';

/** `npm run bench -- ledger [--quick] [--scale N] [--json]` */
const USAGE = `usage: npm run bench -- ledger [--quick] [--scale STATEMENTS] [--json]

  --quick   a tenth of the statements and no long run: for a first look, not for figures
  --scale   statements of the long run (1,000,000 unless given; 0 leaves it out)
  --json    figures and conditions as JSON
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    scale: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

if (positionals[0] === 'ledger') {
  const scale = values.scale === undefined ? (values.quick ? 0 : 1_000_000) : Number(values.scale);
  const { conditions, figures } = await ledgerBench({
    statements: values.quick ? 6_000 : 60_000,
    scale,
    say: (text) => {
      process.stderr.write(`${text}\n`);
    },
  });
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ conditions, figures }, null, 2)}\n`);
  } else {
    const { cpu, cores, memoryGib, runtime, fsyncMsMedian, fsyncMsP99 } = conditions;
    process.stdout.write(
      `${cpu}, ${cores} cores, ${memoryGib} GiB; ${runtime}; ` +
        `sync of 4 KiB: median ${fsyncMsMedian.toFixed(2)} ms, p99 ${fsyncMsP99.toFixed(2)} ms\n\n` +
        `${tableOf(figures)}\n`,
    );
  }
} else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}
