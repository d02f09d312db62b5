import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonLines, jsonOf, Sandbox } from '../e2e/sandbox.ts';
import { openDepositor } from '../faults/depositor.ts';
import { Random } from '../faults/random.ts';
import { makeCallers, PASSWORD } from './callers.ts';
import type { Caller } from './callers.ts';
import { codeOf, faultOf, plainBody } from './check.ts';
import { readApi } from './document.ts';
import type { ApiUnderTest } from './document.ts';
import { Pool } from './pool.ts';
import { repeatCommand } from './repeat.ts';
import { makeRequest, scopeOf } from './requests.ts';
import type { FuzzRequest, RequestSource } from './requests.ts';
import { send } from './wire.ts';
import type { WireResult } from './wire.ts';

export interface FuzzOptions {
  readonly seed: number;
  readonly count: number;
  readonly suite: 'international' | 'gm';
  /** Faults after which it stops. */
  readonly faultsMax: number;
  onProgress?(done: number, faults: number): void;
}

/** One thing that should not have been. */
export interface FuzzFault {
  readonly index: number;
  readonly what: string;
  /** A command that does it again. */
  readonly repeat: string;
}

export interface FuzzReport {
  readonly sent: number;
  readonly answered: number;
  /** Of the operations in the document, those that answered 2xx or 3xx, and those there are. */
  readonly reached: number;
  readonly operations: number;
  /** Requests by kind. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly codes: ReadonlySet<string>;
  readonly unreached: readonly string[];
  readonly faults: readonly FuzzFault[];
}

/** What no answer tells under the name that a request has for it. */
const KNOWN_VALUES: Readonly<Record<string, readonly string[]>> = {
  password: [PASSWORD],
  organisation: ['lanhe-dairy', 'kite-freight'],
  name: ['depositor', 'admin', 'fuzz-member-0'],
  path: ['0/000.p/1', '0/000.p/3', 'entries/000.p/2', '1/000'],
  index: ['0', '1', '2'],
  contract: ['membership', 'evidence', 'sharing'],
  collection: ['organisations', 'members', 'keys', 'deposits', 'proposals'],
  url: ['http://127.0.0.1:9/hook', 'https://127.0.0.1:9/'],
  code: ['queue-full', 'membership/already-voted'],
  height: ['0', '1', '2'],
  '/v1/state contract': ['membership'],
  '/v1/state collection': ['organisations', 'members'],
  '/v1/state key': ['lanhe-dairy', 'lanhe-dairy/depositor'],
};

/** Requests under way at the same time. */
const AT_ONCE = 6;
/** Callers are made anew after so many requests: what is sent ends sessions and keys. */
const ROUND_REQUESTS = 2_500;
/** The process may take so much memory at the end. */
const MEMORY_BYTES_MAX = 1_500_000_000;

interface State {
  readonly api: ApiUnderTest;
  readonly url: string;
  readonly pool: Pool;
  readonly faults: FuzzFault[];
  readonly statuses: Record<string, number>;
  readonly kinds: Record<string, number>;
  readonly codes: Set<string>;
  readonly reached: Set<string>;
  answered: number;
}

/** Starts a node with something on it, sends it requests made from its own document, and looks at every answer. */
export async function runFuzz(options: FuzzOptions): Promise<FuzzReport> {
  await using sandbox = new Sandbox();
  await sandbox.must('init', '--suite', options.suite);
  Object.assign(sandbox.env, {
    HEFU_LOG__LEVEL: 'debug',
    // All of them come from this machine and, in a session, from few principals.
    HEFU_HTTP__REQUESTS_PER_SECOND_MAX: '0',
    HEFU_HTTP__PRINCIPAL_REQUESTS_PER_SECOND_MAX: '0',
    HEFU_WEBHOOKS__PRIVATE_ADDRESSES_ALLOWED: 'true',
  });
  const node = await sandbox.start();
  const { token } = JSON.parse(readFileSync(join(sandbox.data, 'credentials.json'), 'utf8')) as {
    readonly token: string;
  };
  await fill(sandbox);
  const api = await readApi(node.url);
  const random = new Random(options.seed);
  const pool = new Pool();
  for (const [name, values] of Object.entries(KNOWN_VALUES)) {
    for (const value of values) pool.add(name, value, random);
  }
  const state: State = {
    api,
    url: node.url,
    pool,
    faults: [],
    statuses: {},
    kinds: {},
    codes: new Set(),
    reached: new Set(),
    answered: 0,
  };
  for (const { id } of jsonLines<{ readonly id: string }>(
    (await sandbox.must('key', 'list', '--json')).stdout,
  )) {
    pool.add('/v1/keys id', id, random);
  }
  await addAttachment(node.url, token, pool, random);
  const slug = readdirSync(join(sandbox.data, 'chains'))[0] ?? '';
  const depositor = openDepositor({
    keys: join(sandbox.data, 'keys'),
    masterKeyFile: sandbox.env['HEFU_MASTER_KEY_FILE'] ?? '',
    dataDirectory: sandbox.data,
    chain: slug.replaceAll('__', '/'),
    suite: options.suite,
    member: 'lanhe-dairy/depositor',
  });
  let sent = 0;
  let callers: readonly Caller[] = [];
  const { port, hostname } = new URL(node.url);
  const address = { host: hostname, port: Number(port) };
  async function work(end: number): Promise<void> {
    while (sent < end && state.faults.length < options.faultsMax) {
      const index = sent++;
      // Each request follows from the seed and its number, and from what the node has told before.
      const own = new Random(options.seed * 1_000_003 + index);
      const source: RequestSource = {
        operations: api.operations,
        components: api.schemas,
        hashName: options.suite === 'gm' ? 'sm3' : 'sha256',
        statement: () => depositor.deposit().bytes,
        random: own,
        pool,
        callers,
        slug,
      };
      const request = makeRequest(source);
      const result = await send(request.wire, address);
      look(state, index, request, result, own);
    }
  }
  for (let round = 0; sent < options.count && state.faults.length < options.faultsMax; round++) {
    callers = await makeCallers(node.url, token, round);
    const end = Math.min(options.count, (round + 1) * ROUND_REQUESTS);
    await Promise.all(Array.from({ length: AT_ONCE }, async () => work(end)));
    await requireAlive(state, token);
    options.onProgress?.(sent, state.faults.length);
  }
  const exit = await node.stop();
  if (exit !== 0) note(state, sent, `the node ended with ${exit}: ${node.said()}`, 'none');
  checkLog(state, sandbox, sent);
  for (const words of [
    ['fsck', '--replay', '--json'],
    ['account', 'audit', '--verify', '--json'],
  ]) {
    const ran = await sandbox.run(...words);
    if (ran.exit !== 0) note(state, sent, `${words.join(' ')}: ${ran.stdout}${ran.stderr}`, 'none');
  }
  return {
    sent,
    answered: state.answered,
    reached: state.reached.size,
    operations: api.operations.length,
    kinds: state.kinds,
    statuses: state.statuses,
    codes: state.codes,
    unreached: api.operations.filter(({ id }) => !state.reached.has(id)).map(({ id }) => id),
    faults: state.faults,
  };
}

/** Something to find: deposits of one and of many, a kept content, a proposal. */
async function fill(sandbox: Sandbox): Promise<void> {
  mkdirSync(sandbox.path('many'));
  for (const name of ['a', 'b', 'c']) writeFileSync(sandbox.path('many', `${name}.txt`), name);
  await sandbox.must('evidence', 'deposit', 'many', '--out', 'receipts', '--keep');
  await sandbox.must(
    'evidence',
    'deposit',
    sandbox.path('many', 'a.txt'),
    '--out',
    'one',
    '--case',
    'c-1',
  );
  const actions = [{ method: 'setParameters', args: { heartbeatMs: 30_000 } }];
  writeFileSync(sandbox.path('actions.json'), JSON.stringify(actions));
  await sandbox.must('proposal', 'create', '--actions', 'actions.json', '--title', 'Fill');
}

/** The batch's attachment, which is given out under its statement alone. */
async function addAttachment(
  url: string,
  token: string,
  pool: Pool,
  random: Random,
): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const found = await fetch(`${url}/v1/evidence?limit=50`, { headers });
  const { items } = (await found.json()) as { readonly items: readonly { readonly id: string }[] };
  for (const { id } of items) {
    const statement = await fetch(`${url}/v1/statements/${id}`, { headers });
    const { args } = (await statement.json()) as {
      readonly args?: { readonly attachment?: { readonly digest?: string } };
    };
    const digest = args?.attachment?.digest;
    if (digest === undefined) continue;
    pool.add('/v1/attachments digest', digest, random);
    pool.add('/v1/attachments statement', id, random);
  }
}

function look(
  state: State,
  index: number,
  request: FuzzRequest,
  result: WireResult,
  random: Random,
): void {
  const { statuses, kinds, codes, reached, pool } = state;
  kinds[request.kind] = (kinds[request.kind] ?? 0) + 1;
  const repeat = (): string => repeatCommand(request.wire, state.url);
  if (result.kind !== 'answer') {
    // Whoever breaks off in the middle may be left without an answer.
    if (request.brokenOff && result.kind === 'closed') return;
    note(state, index, `${result.kind}: ${result.got}`, repeat());
    return;
  }
  const { answer } = result;
  state.answered++;
  statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
  const code = codeOf(answer);
  if (code !== '') codes.add(code);
  if (answer.status < 400 && request.wire.method === request.operation.method) {
    reached.add(request.operation.id);
  }
  const fault = faultOf(state.api, request, answer);
  if (fault !== undefined) note(state, index, `${request.caller.name}, ${fault}`, repeat());
  // Not what the fuzzer knows itself by.
  if (answer.status < 300 && !/^post(?:AccountsKeys|Session)/.test(request.operation.id)) {
    try {
      const value = JSON.parse(plainBody(answer).toString('utf8')) as unknown;
      pool.harvest(value, random);
      pool.harvestUnder(scopeOf(request.operation), value, random);
    } catch {
      // Not JSON: nothing to take.
    }
  }
}

function note(state: State, index: number, what: string, repeat: string): void {
  state.faults.push({ index, what, repeat });
}

async function requireAlive({ url, ...state }: State, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const ready = await fetch(`${url}/readyz`, { headers });
  if (ready.status !== 200) throw new Error(`the node is not ready: ${await ready.text()}`);
  const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
  const memory = Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]);
  if (!(memory < MEMORY_BYTES_MAX)) {
    state.faults.push({ index: -1, what: `the node takes ${memory} bytes`, repeat: 'none' });
  }
}

/** Every line is one object, whatever was sent, and none tells of a failure inside. */
function checkLog(state: State, sandbox: Sandbox, sent: number): void {
  for (const line of readFileSync(join(sandbox.data, 'node.log'), 'utf8').split('\n')) {
    if (line === '') continue;
    let told: { readonly level?: string; readonly msg?: string } = {};
    try {
      told = jsonOf<typeof told>(line);
    } catch {
      note(state, sent, `the log has a line that is none: ${line.slice(0, 300)}`, 'none');
    }
    if (told.level === 'error') note(state, sent, `the log tells: ${line.slice(0, 2_000)}`, 'none');
  }
}
