import { decodeCbor, encodeCbor, toHex } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import type { Suite } from '@hefu/crypto/algorithm';
import { hash } from '@hefu/crypto/hash';
import type { GenesisDocument } from '@hefu/protocol';
import type { Caller } from '../context.ts';
import type { Contract } from '../definitions.ts';
import type { HostFunctions } from '../host-functions.ts';
import { createHostFunctions } from '../host/host-functions.ts';
import { createNativeHost } from '../host/native-host.ts';
import type {
  ConsortiumPort,
  MigrationOutcome,
  NativeHost,
  VersionResolver,
} from '../host/native-host-types.ts';
import type { EmittedEvent, Outcome } from '../host/outcome.ts';
import { defineModule } from '../module.ts';
import type { ModuleDefinition } from '../module.ts';
import { AmbientTraps } from './ambient.ts';
import { MemoryState } from './memory-state.ts';

export interface TestHostOptions {
  /** The modules on the chain, or one contract alone. */
  readonly modules?: readonly ModuleDefinition[];
  readonly contract?: Contract;
  readonly chain?: string;
  readonly suite?: Suite;
  /** Time of the first block, milliseconds UTC. */
  readonly time?: number;
  /** When given, every contract's genesis runs with it at height 0. */
  readonly genesis?: GenesisDocument;
  readonly hostFunctions?: Partial<HostFunctions>;
  readonly consortium?: ConsortiumPort;
  /** Versions in force at the start; the newest of each module unless named. */
  readonly versions?: Readonly<Record<string, number>>;
}

/** A test's own first block: 2026-01-01T00:00:00Z. */
const TIME_DEFAULT_MS = 1_767_225_600_000;
/** Between blocks, when a test does not say. */
const BLOCK_MS = 1000;
/** Steps after which a migration that never ends is one. */
const MIGRATION_STEPS_MAX = 10_000;

/**
 * A chain of one contract (or some) in memory, for tests. Every call runs twice from the same state,
 * on separate copies and with the clock, chance, locale and network trapped; a difference, or a use of
 * what is trapped, throws: a contract that passes here gives the same on every node.
 */
export class TestHost {
  readonly native: NativeHost;
  readonly chain: string;
  readonly suite: Suite;
  /** All events so far, in order. */
  readonly events: EmittedEvent[] = [];
  readonly #traps = new AmbientTraps();
  readonly #versions: Map<string, number>;
  readonly #defaultContract: string;
  #state = MemoryState.empty();
  #height = 0;
  #time: number;
  #statements = 0;

  constructor(options: TestHostOptions) {
    const modules = modulesOf(options);
    this.chain = options.chain ?? 'test.example/chain';
    this.suite = options.suite ?? 'international';
    this.#time = options.genesis?.time ?? options.time ?? TIME_DEFAULT_MS;
    this.#defaultContract = modules[0]?.name ?? '';
    const functions = {
      ...createHostFunctions(suiteHash(this.suite)),
      ...options.hostFunctions,
    };
    this.native = createNativeHost({
      chain: this.chain,
      suite: this.suite,
      modules,
      hostFunctions: untrapped(functions, this.#traps),
      ...(options.consortium === undefined ? {} : { consortium: options.consortium }),
    });
    this.#versions = new Map(modules.map(({ name, versions }) => [name, versions.length]));
    for (const { name, versions } of modules) {
      const wanted = options.versions?.[name];
      this.#versions.set(name, wanted ?? versions.at(-1)?.version ?? 1);
    }
    if (options.genesis !== undefined) this.#genesis(options.genesis, modules);
    this.#height = 1;
  }

  get height(): number {
    return this.#height;
  }

  get time(): number {
    return this.#time;
  }

  /** A member who signs: `caller('acme/ann', ['admin'])`. */
  caller(member: string, roles: readonly string[] = [], keyId = ''): Caller {
    const organisation = member.slice(0, Math.max(0, member.indexOf('/')));
    return { member, organisation, roles, keyId };
  }

  /** One statement in the block being made. Nothing changes unless its code is `ok`. */
  call(caller: Caller, method: string, args: unknown, contract = this.#defaultContract): Outcome {
    this.#statements++;
    const statementId = this.#digest(`statement ${this.#statements}`);
    return this.#twice(`${contract}.${method}`, (port) =>
      this.native.callMethod({
        port,
        contract,
        method,
        args: roundTrip(args),
        caller,
        height: this.#height,
        time: this.#time,
        statementId,
        versionOf: this.#versionOf,
      }),
    );
  }

  /** As `call`, for what a test takes for granted: any other code throws. Gives the output. */
  must(caller: Caller, method: string, args: unknown, contract?: string): CborValue {
    const outcome = this.call(caller, method, args, contract);
    if (outcome.code === 'ok') return outcome.output;
    throw new Error(`${method}: ${outcome.code} ${JSON.stringify(outcome.data ?? {})}`);
  }

  /** Begins the next block, `ms` later; runs first what has become due. Gives its outcomes. */
  advance(ms: number = BLOCK_MS): readonly Outcome[] {
    this.#height++;
    this.#time += ms;
    const outcomes: Outcome[] = [];
    for (const { contract, id, payload } of this.#state.due(this.#time)) {
      this.#state.cancel(contract, id);
      outcomes.push(
        this.#twice(`${contract} effect ${id}`, (port) =>
          this.native.runEffect({
            port,
            contract,
            payload,
            effectDigest: this.#digest(`effect ${contract} ${id}`),
            height: this.#height,
            time: this.#time,
            versionOf: this.#versionOf,
          }),
        ),
      );
    }
    return outcomes;
  }

  /**
   * Takes a contract to its next version, at most `limit` records a step, and puts that version in
   * force. Gives the outcome of each step; stops at the first that is not `ok`.
   */
  migrate(contract: string, version: number, limit: number): readonly MigrationOutcome[] {
    const outcomes: MigrationOutcome[] = [];
    let cursor: string | null = null;
    do {
      if (outcomes.length >= MIGRATION_STEPS_MAX) throw new Error('the migration does not end');
      const from: string | null = cursor;
      const outcome: MigrationOutcome = this.#twice(`${contract} migration`, (port) =>
        this.native.migrateStep({
          port,
          contract,
          version,
          cursor: from,
          limit,
          height: this.#height,
          time: this.#time,
          versionOf: this.#versionOf,
        }),
      );
      outcomes.push(outcome);
      if (outcome.code !== 'ok') return outcomes;
      cursor = outcome.next;
    } while (cursor !== null);
    this.#versions.set(contract, version);
    return outcomes;
  }

  /** A value of the state, or undefined. */
  value(collection: string, key: string, contract = this.#defaultContract): CborValue | undefined {
    const bytes = this.#state.get(contract, collection, key);
    return bytes === undefined ? undefined : decode(bytes);
  }

  /** All values of a collection, by key. */
  values(
    collection: string,
    contract = this.#defaultContract,
  ): readonly (readonly [string, CborValue])[] {
    return this.#state
      .collection(contract, collection)
      .map(([key, bytes]) => [key, decode(bytes)] as const);
  }

  /** Everything that is in the state, as sorted lines of text: equal when the states are. */
  dump(): readonly string[] {
    return this.#state.dump();
  }

  #genesis(document: GenesisDocument, modules: readonly ModuleDefinition[]): void {
    for (const { name } of modules) {
      const outcome = this.#twice(`${name} genesis`, (port) =>
        this.native.initGenesis({
          port,
          contract: name,
          document,
          height: 0,
          time: this.#time,
          versionOf: this.#versionOf,
        }),
      );
      if (outcome.code !== 'ok') throw new Error(`genesis of ${name}: ${outcome.code}`);
    }
  }

  readonly #versionOf: VersionResolver = (contract) => this.#versions.get(contract);

  #twice<T extends Outcome>(what: string, run: (port: MemoryState) => T): T {
    const first = this.#state.fork();
    const second = this.#state.fork();
    const outcome = this.#traps.within(() => run(first));
    const again = this.#traps.within(() => run(second));
    if (this.#traps.used.size > 0) {
      const used = [...this.#traps.used].join(', ');
      this.#traps.used.clear();
      throw new Error(`${what} is not deterministic: it uses ${used}`);
    }
    const one = [toHex(encodeOutcome(outcome)), ...first.dump()].join('\n');
    const two = [toHex(encodeOutcome(again)), ...second.dump()].join('\n');
    if (one !== two) {
      throw new Error(`${what} is not deterministic: twice from one state, two results`);
    }
    if (outcome.code === 'ok') {
      this.#state = first;
      this.events.push(...outcome.events);
    }
    return outcome;
  }

  #digest(text: string): string {
    return toHex(hash(suiteHash(this.suite), encodeCbor([this.chain, text])));
  }
}

/** Makes a {@link TestHost}. */
export function createTestHost(options: TestHostOptions): TestHost {
  return new TestHost(options);
}

function modulesOf({ modules, contract }: TestHostOptions): readonly ModuleDefinition[] {
  if (contract === undefined) return modules ?? [];
  return [defineModule({ name: contract.name, versions: [contract] }), ...(modules ?? [])];
}

/** Host functions are the host's: what they use is no concern of the contract's. */
function untrapped(functions: HostFunctions, traps: AmbientTraps): HostFunctions {
  const free = Object.entries(functions).map(([name, use]) => [
    name,
    (...args: readonly unknown[]) =>
      traps.outside(() => (use as (...args: readonly unknown[]) => unknown)(...args)),
  ]);
  return Object.fromEntries(free) as HostFunctions;
}

/** As a statement carries arguments: what CBOR can't hold never reaches a contract. */
function roundTrip(args: unknown): unknown {
  return args === null || args === undefined ? null : decode(encodeCbor(args as CborValue));
}

function decode(bytes: Uint8Array): CborValue {
  const decoded = decodeCbor(bytes, { maps: 'object' });
  if (!decoded.ok) throw new Error(decoded.code);
  return decoded.value;
}

function encodeOutcome({ code, data, output, events }: Outcome): Uint8Array {
  const shown = events.map(({ contract, name, data: told }) => [contract, name, told]);
  return encodeCbor([code, (data ?? null) as CborValue, output, shown]);
}
