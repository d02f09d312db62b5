import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { concatBytes } from '@hefu/bytes';
import { ChainReader, fsck } from '@hefu/ledger';
import type { FsckReport } from '@hefu/ledger';
import { initData } from '@hefu/server';
import { openStore } from '@hefu/store-lmdb';
import { openDepositor } from './depositor.ts';
import type { Depositor } from './depositor.ts';
import { startNodeProcess } from './node-process.ts';
import { Random } from './random.ts';

// Goal: kill -9 at any moment loses nothing that was acknowledged. Method: a real node under load is killed again and again on one
// data folder, at random moments of starting, taking in, and committing; after each kill every acknowledged statement must be
// there, and the whole store must prove.

/** Rounds between two proofs of the whole store; the acknowledged statements are looked up after every round. */
const PROVE_EVERY = 20;
/** Loads at a time. */
const CLIENTS = 4;
const STATEMENTS_PER_BODY_MAX = 40;

interface Options {
  readonly rounds: number;
  readonly seed: number;
  readonly suite: 'international' | 'gm';
}

interface Totals {
  acknowledged: number;
  killedWhileStarting: number;
  proofs: number;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '500' },
      seed: { type: 'string' },
      suite: { type: 'string', default: 'international' },
    },
  });
  const rounds = Number(values.rounds);
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
  const { suite } = values;
  if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number');
  if (suite !== 'international' && suite !== 'gm') throw new Error('--suite international|gm');
  return { rounds, seed, suite };
}

/** Sends bodies until the node dies; notes what it acknowledged. */
async function load(
  url: string,
  depositor: Depositor,
  random: Random,
  acknowledged: Set<string>,
): Promise<void> {
  for (;;) {
    const count = random.between(1, STATEMENTS_PER_BODY_MAX);
    const statements = Array.from({ length: count }, () => depositor.deposit());
    let answer: {
      readonly results?: readonly { readonly id?: string; readonly status?: string }[];
    };
    try {
      const response = await fetch(`${url}/v1/statements`, {
        method: 'POST',
        headers: { 'content-type': 'application/cbor-seq' },
        body: concatBytes(...statements.map(({ bytes }) => bytes)) as Uint8Array<ArrayBuffer>,
      });
      if (response.status !== 202) throw new Error(`status ${response.status}`);
      answer = (await response.json()) as typeof answer;
    } catch {
      // The node is gone, and with it the answer: nothing was acknowledged.
      return;
    }
    for (const { id, status } of answer.results ?? []) {
      if (status === 'committed' && id !== undefined) acknowledged.add(id);
    }
  }
}

function lookUp(storePath: string, acknowledged: ReadonlySet<string>): string[] {
  const store = openStore({ path: storePath });
  try {
    const reader = new ChainReader(store);
    return [...acknowledged].filter((id) => reader.lookup(Buffer.from(id, 'hex')) === undefined);
  } finally {
    store.close();
  }
}

function prove(storePath: string): FsckReport {
  const store = openStore({ path: storePath });
  try {
    const walk = fsck({ store, signatures: false, faultsMax: 20 });
    for (let step = walk.next(); ; step = walk.next()) {
      if (step.done === true) return step.value;
    }
  } finally {
    store.close();
  }
}

function requireClean(report: FsckReport, round: number): void {
  if (report.faults.length === 0) return;
  throw new Error(
    `after round ${round} the store does not prove: ${JSON.stringify(report.faults)}`,
  );
}

function requireNoneLost(lost: readonly string[], round: number): void {
  if (lost.length === 0) return;
  const some = lost.slice(0, 3).join(', ');
  throw new Error(`after round ${round}, ${lost.length} acknowledged are missing: ${some}`);
}

async function run(options: Options, root: string): Promise<Totals> {
  const random = new Random(options.seed);
  const directory = join(root, 'data');
  const masterKeyFile = join(root, 'master.key');
  const environment = { HEFU_MASTER_KEY_FILE: masterKeyFile };
  const made = initData({ directory, suite: options.suite, consortium: 'sample', environment });
  const storePath = join(directory, 'chains', made.slug, 'store');
  const depositor = openDepositor({
    keys: join(directory, 'keys'),
    masterKeyFile,
    dataDirectory: directory,
    chain: made.chain,
    suite: options.suite,
    member: `${made.organisation}/depositor`,
  });
  const totals: Totals = { acknowledged: 0, killedWhileStarting: 0, proofs: 0 };
  const acknowledged = new Set<string>();
  const everAcknowledged = new Set<string>();
  for (let round = 1; round <= options.rounds; round++) {
    const node = startNodeProcess(directory, environment);
    const whileStarting = random.next() < 0.1;
    const delayMs = whileStarting ? random.between(50, 900) : random.between(20, 1_200);
    const url = whileStarting ? undefined : await node.url;
    const loads =
      url === undefined
        ? []
        : Array.from({ length: CLIENTS }, () => load(url, depositor, random, acknowledged));
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    node.process.kill('SIGKILL');
    await node.ended;
    await Promise.all(loads);
    if (whileStarting) totals.killedWhileStarting++;
    requireNoneLost(lookUp(storePath, acknowledged), round);
    totals.acknowledged += acknowledged.size;
    for (const id of acknowledged) everAcknowledged.add(id);
    acknowledged.clear();
    if (round % PROVE_EVERY === 0 || round === options.rounds) {
      requireClean(prove(storePath), round);
      requireNoneLost(lookUp(storePath, everAcknowledged), round);
      totals.proofs++;
      process.stdout.write(
        `round ${round} of ${options.rounds}: ${totals.acknowledged} acknowledged, none lost\n`,
      );
    }
  }
  return totals;
}

const options = readOptions();
const root = mkdtempSync(join(tmpdir(), 'hefu-faults-'));
process.stdout.write(
  `kill -9, ${options.rounds} rounds, suite ${options.suite}, seed ${options.seed}\n`,
);
try {
  const totals = await run(options, root);
  if (totals.acknowledged === 0) {
    throw new Error('no statement was acknowledged: nothing was tested');
  }
  process.stdout.write(
    `${options.rounds} kills (${totals.killedWhileStarting} while starting), ${totals.acknowledged} statements acknowledged, ` +
      `0 lost, ${totals.proofs} proofs of the whole store without a fault\n`,
  );
} finally {
  rmSync(root, { recursive: true, force: true });
}
