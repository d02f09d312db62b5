import { parseArgs } from 'node:util';
import { API_ROWS, apiBench } from './api-bench.ts';
import type { ApiRow } from './api-bench.ts';
import { ledgerBench } from './ledger-bench.ts';
import { tableOf } from './measure/report.ts';

const USAGE = `usage: npm run bench -- ledger [--quick] [--scale STATEMENTS] [--json]
       npm run bench -- api [--quick] [--only ROWS]… [--size MIB] [--json]

  --quick   a tenth of the statements and no long run: for a first look, not for figures
  --scale   statements of the long run (1,000,000 unless given; 0 leaves it out)
  --only    rows to measure: reads, streams, vault, sign-in, browser; all unless given
  --size    MiB of the object that the vault takes and gives (1,024 unless given)
  --json    figures and conditions as JSON
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    scale: { type: 'string' },
    only: { type: 'string', multiple: true },
    size: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

async function measure(): Promise<Awaited<ReturnType<typeof ledgerBench>> | undefined> {
  if (positionals[0] === 'api') {
    const { quick, only = API_ROWS, size = quick ? 128 : 1_024 } = values;
    const rows = only.filter((row): row is ApiRow => API_ROWS.some((each) => each === row));
    if (rows.length < only.length) return undefined;
    const [requests, streamSeconds] = quick ? [5_000, 6] : [40_000, 30];
    return apiBench({ requests, streamSeconds, sizeMib: Number(size), rows, say });
  }
  if (positionals[0] !== 'ledger') return undefined;
  const scale = values.scale === undefined ? (values.quick ? 0 : 1_000_000) : Number(values.scale);
  return ledgerBench({ statements: values.quick ? 6_000 : 60_000, scale, say });
}

const measured = await measure();
if (measured === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else if (values.json) {
  process.stdout.write(`${JSON.stringify(measured, null, 2)}\n`);
} else {
  const { cpu, cores, memoryGib, runtime, fsyncMsMedian, fsyncMsP99 } = measured.conditions;
  process.stdout.write(
    `${cpu}, ${cores} cores, ${memoryGib} GiB; ${runtime}; ` +
      `sync of 4 KiB: median ${fsyncMsMedian.toFixed(2)} ms, p99 ${fsyncMsP99.toFixed(2)} ms\n\n` +
      `${tableOf(measured.figures)}\n`,
  );
}
