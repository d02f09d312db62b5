// Runs everything that decides whether a change is good: `node scripts/test.mjs [--only STAGE]…`.
//
// Cheap stages come first. A stage that fails does not stop the ones behind it, so that one run
// tells all. The last line is `N passed, N failed`, where each stage but the unit tests counts as
// one; the exit code is 0 only when nothing failed.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const RESULTS = join(ROOT, 'test-results');
const UNIT_REPORT = join(RESULTS, 'unit.json');
const FAULTS = join('test', 'src', 'faults', 'main.ts');

/** How often the short run of the fault test kills a node; the full run is `npm run test:faults`. */
const FAULT_ROUNDS_SHORT = 12;

/**
 * Checks that a generated or documented file still says what the sources say. Each entry is a
 * script that prints the differences and exits non-zero: `{ name, script, args }`.
 */
const DRIFT_CHECKS = [];

/** The script behind a package's command, so that it runs on this very Node on every system. */
function binOf(packageName, command = packageName) {
  const folder = join(ROOT, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[command]);
}

/** Runs a script on this Node; `live` shows its output at once, else it is kept for a failure. */
function runNode(args, { live = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    });
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ ok: false, output: String(error) }));
    child.on('close', (code) =>
      resolve({ ok: code === 0, output: Buffer.concat(chunks).toString('utf8') }),
    );
  });
}

async function runDriftChecks() {
  let output = '';
  for (const { name, script, args = [] } of DRIFT_CHECKS) {
    const result = await runNode(['--conditions=source', script, ...args]);
    if (!result.ok) output += `${name}\n${result.output}\n`;
  }
  return { ok: output === '', output };
}

/** Vitest tells the counts in a JSON file; its own words go straight to the screen. */
async function runUnitTests() {
  mkdirSync(RESULTS, { recursive: true });
  rmSync(UNIT_REPORT, { force: true });
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${UNIT_REPORT}`];
  const { ok } = await runNode([binOf('vitest'), ...args], { live: true });
  if (!existsSync(UNIT_REPORT)) return { ok: false, output: 'vitest left no report.\n' };
  const report = JSON.parse(readFileSync(UNIT_REPORT, 'utf8'));
  const skipped = report.numPendingTests + report.numTodoTests;
  const filesWithoutTests = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + filesWithoutTests;
  return {
    ok: ok && failed === 0,
    output: '',
    // A run that failed without a failed test (an unhandled error, say) is one failure.
    counts: { passed: report.numPassedTests, failed: ok ? failed : Math.max(failed, 1), skipped },
  };
}

/** The last line of the fault test sums it up, and is shown when all went well, too. */
async function runFaults() {
  const args = ['--conditions=source', FAULTS, '--rounds', String(FAULT_ROUNDS_SHORT)];
  const result = await runNode(args);
  return { ...result, summary: result.output.trim().split('\n').at(-1) };
}

const STAGES = [
  { name: 'format', run: () => runNode([binOf('oxfmt'), '--check']) },
  { name: 'lint', run: () => runNode([binOf('oxlint'), '--type-aware', '--deny-warnings']) },
  { name: 'types', run: () => runNode([binOf('typescript', 'tsc'), '-b', '--pretty']) },
  { name: 'unused', run: () => runNode([binOf('knip'), '--no-config-hints']) },
  { name: 'workspace', run: () => runNode([binOf('sherif'), '--fail-on-warnings']) },
  { name: 'drift', run: runDriftChecks },
  { name: 'unit', run: runUnitTests },
  { name: 'faults', run: runFaults },
];

/** The stages asked for, or undefined after saying what is wrong with the arguments. */
function chosenStages(args) {
  const wanted = [];
  for (let position = 0; position < args.length; position += 2) {
    const name = args[position + 1];
    if (args[position] !== '--only' || !STAGES.some((stage) => stage.name === name)) {
      const names = STAGES.map((stage) => stage.name).join(', ');
      process.stderr.write(`usage: npm test -- [--only STAGE]…   STAGE is one of: ${names}\n`);
      return undefined;
    }
    wanted.push(name);
  }
  return wanted.length === 0 ? STAGES : STAGES.filter((stage) => wanted.includes(stage.name));
}

async function main() {
  const stages = chosenStages(process.argv.slice(2));
  if (stages === undefined) {
    process.exitCode = 2;
    return;
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failedStages = [];
  for (const { name, run } of stages) {
    const started = performance.now();
    const { ok, output, counts, summary } = await run();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (!ok) {
      failedStages.push(name);
      process.stdout.write(output.endsWith('\n') || output === '' ? output : `${output}\n`);
    }
    const note = ok && summary ? `  ${summary}` : '';
    process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds} s${note}\n`);
    total.passed += counts?.passed ?? (ok ? 1 : 0);
    total.failed += counts?.failed ?? (ok ? 0 : 1);
    total.skipped += counts?.skipped ?? 0;
  }
  if (failedStages.length > 0) process.stdout.write(`failed: ${failedStages.join(', ')}\n`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
  process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
  process.exitCode = failedStages.length > 0 ? 1 : 0;
}

await main();
