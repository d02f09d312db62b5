import { decodeCbor, encodeCborShortLived } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import { NOBODY } from '../context.ts';
import type { Caller, Context } from '../context.ts';
import type { Contract } from '../definitions.ts';
import { evaluatePolicy } from '../evaluate-policy.ts';
import { MIGRATION_STEP_MAX, OUTPUT_BYTES_MAX } from '../limits.ts';
import type { ModuleDefinition } from '../module.ts';
import { frozenCopy } from '../plain.ts';
import { explainFaults } from '../schema/explain.ts';
import { CallScope } from './call-scope.ts';
import { compileContract, compileMigration } from './compiled-contract.ts';
import type { CompiledContract, CompiledMethod } from './compiled-contract.ts';
import { membershipConsortium } from './consortium.ts';
import { ContractCall } from './contract-call.ts';
import type { DecodeCache } from './contract-call.ts';
import { createHostFunctions } from './host-functions.ts';
import { CALL_METERS, GENESIS_METERS, MIGRATION_METERS } from './meters.ts';
import type { Meters } from './meters.ts';
import { MeteredHost } from './metered-host.ts';
import type {
  ArgsCheck,
  CallFault,
  EffectCall,
  GenesisCall,
  MethodCall,
  MigrationCall,
  MigrationOutcome,
  NativeHost,
  NativeHostOptions,
  VersionResolver,
} from './native-host-types.ts';
import type { HostCode, Outcome, OutcomeData } from './outcome.ts';
import { MigrationRunContext, RunContext } from './run-context.ts';
import type { ContextServices } from './run-context.ts';
import { stateClassOf } from './state-view.ts';
import type { StateView } from './state-view.ts';

interface Runnable {
  readonly compiled: CompiledContract;
  readonly stateOf: (call: ContractCall) => StateView;
}

interface Versions {
  readonly newest: number;
  readonly byVersion: ReadonlyMap<number, Runnable>;
}

/** Which method is called, and by which contract, when one calls. */
interface CallPlace {
  readonly contract: string;
  readonly method: string;
  readonly callerContract?: string;
}

/** What `run` returned, as it stays. */
type Finish = (scope: CallScope) => CborValue;

/**
 * A host that runs contracts in this process. Throws a TypeError when two modules have one name. Its
 * calls are synchronous and never throw for what contracts or callers do; what the state port throws
 * goes through unchanged, since a node that can't read its state must stop.
 */
export function createNativeHost(options: NativeHostOptions): NativeHost {
  return new Host(options);
}

class Host implements NativeHost {
  readonly modules: readonly ModuleDefinition[];
  readonly #options: NativeHostOptions;
  readonly #contracts: ReadonlyMap<string, Versions>;
  readonly #functions: ReturnType<typeof createHostFunctions>;
  readonly #cache: DecodeCache = new WeakMap();

  constructor(options: NativeHostOptions) {
    this.modules = Object.freeze([...options.modules]);
    this.#options = options;
    this.#contracts = compileModules(options.modules);
    this.#functions = {
      ...createHostFunctions(suiteHash(options.suite)),
      ...options.hostFunctions,
    };
  }

  contract(name: string, version?: number): Contract | undefined {
    return this.#find(name, version, undefined)?.compiled.contract;
  }

  callMethod(call: MethodCall): Outcome {
    const found = this.#find(call.contract, call.version, call.versionOf);
    if (found === undefined) return failure('unknown-contract');
    const method = found.compiled.methods.get(call.method);
    if (method === undefined) return failure('unknown-method');
    const scope = this.#open(call, call.statementId, call.caller, CALL_METERS);
    return this.#finish(scope, () => {
      const place = { contract: call.contract, method: call.method };
      if (!this.#permits(scope, method, place)) return scope.end('not-permitted');
      const args = call.args ?? {};
      if (!method.testArgs(args)) {
        return scope.end('args-invalid', { errors: explainFaults(method.argsSchema, args) });
      }
      return this.#runMethod(scope, found, method, frozenCopy(args), undefined);
    });
  }

  checkArgs(call: ArgsCheck): CallFault | undefined {
    const found = this.#find(call.contract, call.version, undefined);
    if (found === undefined) return { code: 'unknown-contract' };
    const method = found.compiled.methods.get(call.method);
    if (method === undefined) return { code: 'unknown-method' };
    const args = call.args ?? {};
    if (method.testArgs(args)) return undefined;
    return { code: 'args-invalid', data: { errors: explainFaults(method.argsSchema, args) } };
  }

  runEffect(call: EffectCall): Outcome {
    const found = this.#find(call.contract, call.version, call.versionOf);
    if (found === undefined) return failure('unknown-contract');
    const decoded = decodeCbor(call.payload, { maps: 'object' });
    const [name, args] =
      decoded.ok && Array.isArray(decoded.value) ? (decoded.value as CborValue[]) : [];
    const effect = typeof name === 'string' ? found.compiled.effects.get(name) : undefined;
    if (effect === undefined || args === undefined) return failure('unknown-method');
    const scope = this.#open(call, call.effectDigest, NOBODY, CALL_METERS);
    return this.#finish(scope, () => {
      if (!effect.testArgs(args)) {
        return scope.end('args-invalid', { errors: explainFaults(effect.argsSchema, args) });
      }
      const context = this.#context(scope, found, undefined);
      requireNothing(effect.definition.run(context, frozenCopy(args)));
      return null;
    });
  }

  initGenesis(call: GenesisCall): Outcome {
    const found = this.#find(call.contract, call.version, call.versionOf);
    if (found === undefined) return failure('unknown-contract');
    const { contract } = found.compiled;
    const scope = this.#open(call, '', NOBODY, GENESIS_METERS);
    return this.#finish(scope, () => {
      if (contract.genesis === undefined) return null;
      const document = frozenCopy(call.document) as unknown as GenesisCall['document'];
      requireNothing(contract.genesis(this.#context(scope, found, undefined), document));
      return null;
    });
  }

  migrateStep(call: MigrationCall): MigrationOutcome {
    const versions = this.#contracts.get(call.contract);
    const next = versions?.byVersion.get(call.version);
    const migrate = next?.compiled.contract.migrate;
    const old = migrate === undefined ? undefined : versions?.byVersion.get(migrate.from);
    if (next === undefined || migrate === undefined || old === undefined) {
      return { ...failure('unknown-contract'), next: null };
    }
    const { limit } = call;
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > MIGRATION_STEP_MAX) {
      throw new RangeError(`a migration step of ${limit} records`);
    }
    const scope = this.#open(call, '', NOBODY, MIGRATION_METERS);
    let cursor: string | null = null;
    const outcome = this.#finish(scope, () => {
      const compiled = compileMigration(next.compiled, old.compiled);
      const own = new ContractCall(scope, compiled, this.#cache, undefined);
      const previous = new ContractCall(scope, old.compiled, this.#cache, undefined);
      const state = stateClassOf(compiled)(own);
      const context = new MigrationRunContext(own, state, this.#services(scope), previous);
      const returned: unknown = migrate.step(context, call.cursor, limit);
      if (returned !== null && typeof returned !== 'string') throw new TypeError('a cursor');
      cursor = returned;
      return null;
    });
    return { ...outcome, next: outcome.code === 'ok' ? cursor : null };
  }

  #find(
    name: string,
    version: number | undefined,
    versionOf: VersionResolver | undefined,
  ): Runnable | undefined {
    const versions = this.#contracts.get(name);
    if (versions === undefined) return undefined;
    const wanted = version ?? (versionOf === undefined ? versions.newest : versionOf(name));
    return wanted === undefined ? undefined : versions.byVersion.get(wanted);
  }

  #open(
    call: Pick<MethodCall, 'port' | 'height' | 'time' | 'versionOf'>,
    statementId: string,
    caller: Caller,
    meters: Meters,
  ): CallScope {
    return new CallScope({
      port: call.port,
      height: call.height,
      time: call.time,
      statementId,
      caller: frozenCaller(caller),
      versionOf: call.versionOf,
      meters,
    });
  }

  #services(scope: CallScope): ContextServices {
    return {
      chain: this.#options.chain,
      suite: this.#options.suite,
      host: new MeteredHost(scope, this.#functions),
      callOther: (from, contract, method, args) => this.#callOther(from, contract, method, args),
    };
  }

  #context(scope: CallScope, found: Runnable, callerContract: string | undefined): Context {
    const call = new ContractCall(scope, found.compiled, this.#cache, callerContract);
    const services = this.#services(scope);
    return new RunContext(call, found.stateOf(call), services);
  }

  /** As the contract asks, and as the consortium asks besides. */
  #permits(scope: CallScope, method: CompiledMethod, place: CallPlace): boolean {
    const consortium = this.#options.consortium ?? membershipConsortium;
    const approvers = scope.caller === NOBODY ? [] : [scope.caller];
    const facts = {
      callerContract: place.callerContract,
      governancePolicy: () => scope.guard((port) => consortium.governancePolicy(port)),
      organisationCount: () => scope.guard((port) => consortium.organisationCount(port)),
    };
    if (!evaluatePolicy(method.definition.policy, approvers, facts)) return false;
    const asked = scope.guard((port) =>
      consortium.methodPolicy?.(port, place.contract, place.method, scope.height),
    );
    return asked === undefined || evaluatePolicy(asked, approvers, facts);
  }

  #runMethod(
    scope: CallScope,
    found: Runnable,
    method: CompiledMethod,
    args: CborValue,
    callerContract: string | undefined,
  ): CborValue {
    const context = this.#context(scope, found, callerContract);
    const returned: unknown = method.definition.run(context, args);
    if (method.testOutput === undefined) {
      requireNothing(returned);
      return null;
    }
    const output = frozenCopy(returned);
    if (!method.testOutput(output)) {
      throw new TypeError('an output that the method does not declare');
    }
    return output;
  }

  #callOther(from: ContractCall, contract: string, name: string, given: unknown): CborValue {
    const { scope } = from;
    scope.enterCall();
    try {
      const found = this.#find(contract, undefined, scope.versionOf);
      const method = found?.compiled.methods.get(name);
      // What follows is a mistake of the calling contract, which its own caller can't mend.
      if (found === undefined || method === undefined) return scope.end('contract-failed');
      const place = { contract, method: name, callerContract: from.compiled.name };
      if (!this.#permits(scope, method, place)) return scope.end('not-permitted');
      const args = frozenCopy(given ?? {});
      if (!method.testArgs(args)) return scope.end('contract-failed');
      return this.#runMethod(scope, found, method, args, from.compiled.name);
    } catch {
      // Whatever unwound the callee ends the statement, even if the caller catches it.
      return scope.end('contract-failed');
    } finally {
      scope.leaveCall();
    }
  }

  /** Runs, and turns what came of it into an outcome. */
  #finish(scope: CallScope, run: Finish): Outcome {
    let output: CborValue = null;
    try {
      output = run(scope);
    } catch {
      scope.fault ??= { code: 'contract-failed' };
    }
    scope.close();
    if (scope.crash !== undefined) throw scope.crash.error;
    if (scope.fault !== undefined) return failure(scope.fault.code, scope.fault.data);
    return successOf(output, scope);
  }
}

function compileModules(modules: readonly ModuleDefinition[]): ReadonlyMap<string, Versions> {
  const contracts = new Map<string, Versions>();
  for (const { name, versions } of modules) {
    if (contracts.has(name)) throw new TypeError(`two modules have the name ${name}`);
    const byVersion = new Map<number, Runnable>();
    for (const contract of versions) {
      const compiled = compileContract(contract);
      byVersion.set(contract.version, { compiled, stateOf: stateClassOf(compiled) });
    }
    contracts.set(name, { newest: Math.max(...byVersion.keys()), byVersion });
  }
  return contracts;
}

function frozenCaller(caller: Caller): Caller {
  if (Object.isFrozen(caller) && Object.isFrozen(caller.roles)) return caller;
  const { member, organisation, roles, keyId } = caller;
  return Object.freeze({ member, organisation, roles: Object.freeze([...roles]), keyId });
}

/** A promise, above all, is something: `run` is synchronous. */
function requireNothing(returned: unknown): void {
  if (returned !== undefined && returned !== null) throw new TypeError('an output undeclared');
}

const NO_EVENTS: readonly never[] = Object.freeze([]);

function failure(code: HostCode | (string & {}), data?: OutcomeData): Outcome {
  const outcome = { code, output: null, events: NO_EVENTS };
  return data === undefined ? outcome : { ...outcome, data };
}

function successOf(output: CborValue, scope: CallScope): Outcome {
  try {
    const { events } = scope;
    // The block they belong to holds them no longer than it takes to write it.
    const outputBytes = output === null ? undefined : encodeCborShortLived(output);
    if (outputBytes !== undefined && outputBytes.length > OUTPUT_BYTES_MAX) {
      return failure('output-too-large');
    }
    const eventsBytes = events.length === 0 ? undefined : encodeEvents(events);
    if (eventsBytes !== undefined && eventsBytes.length > scope.meters.eventsBytes) {
      return failure('events-too-many');
    }
    return {
      code: 'ok',
      output,
      events,
      ...(outputBytes === undefined ? {} : { outputBytes }),
      ...(eventsBytes === undefined ? {} : { eventsBytes }),
    };
  } catch {
    // Text with a lone surrogate has no CBOR form.
    return failure('contract-failed');
  }
}

function encodeEvents(events: Outcome['events']): Uint8Array {
  return encodeCborShortLived(
    events.map(({ contract, name, data }) => [`${contract}/${name}`, data]),
  );
}
