import { encodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import type { Suite } from '@hefu/crypto/algorithm';
import type { Caller, Context, MigrationContext, PageOptions } from '../context.ts';
import type { HostFunctions } from '../host-functions.ts';
import {
  EFFECT_BYTES_MAX,
  KEY_BYTES_MAX,
  REFUSAL_BYTES_MAX,
  SCHEDULE_AHEAD_MAX_MS,
} from '../limits.ts';
import { frozenCopy, isPlainObject } from '../plain.ts';
import type { CompiledCollection, CompiledContract } from './compiled-contract.ts';
import type { ContractCall } from './contract-call.ts';
import type { StateView } from './state-view.ts';
import { utf8Length } from './utf8-length.ts';

/** What a context needs from the host that made it. */
export interface ContextServices {
  readonly chain: string;
  readonly suite: Suite;
  readonly host: HostFunctions;
  /** Runs a method of another contract in the same scope. */
  callOther(from: ContractCall, contract: string, method: string, args: unknown): CborValue;
}

/** What `run` is given. Frozen; all it can do goes through the call it belongs to. */
export class RunContext implements Omit<Context, 'state'> {
  readonly chain: string;
  readonly suite: Suite;
  readonly height: number;
  readonly time: number;
  readonly statementId: string;
  readonly caller: Caller;
  declare readonly callerContract?: string;
  readonly state: StateView;
  readonly host: HostFunctions;
  readonly #call: ContractCall;
  readonly #services: ContextServices;

  constructor(call: ContractCall, state: StateView, services: ContextServices) {
    const { scope } = call;
    this.chain = services.chain;
    this.suite = services.suite;
    this.height = scope.height;
    this.time = scope.time;
    this.statementId = scope.statementId;
    this.caller = scope.caller;
    if (call.callerContract !== undefined) this.callerContract = call.callerContract;
    this.state = state;
    this.host = services.host;
    this.#call = call;
    this.#services = services;
    if (new.target === RunContext) Object.freeze(this);
  }

  emit(name: string, data: unknown): void {
    const { scope, compiled } = this.#call;
    scope.ensureOpen();
    const test = compiled.events.get(name);
    if (test === undefined) throw new TypeError(`${compiled.name} declares no event ${name}`);
    const copied = frozenCopy(data);
    if (!test(copied)) throw new TypeError(`data that the event ${name} does not take`);
    scope.addEvent(compiled.name, name, copied);
  }

  refuse(code: string, data?: { readonly [name: string]: CborValue }): never {
    const { scope, compiled } = this.#call;
    scope.ensureOpen();
    if (!Object.hasOwn(compiled.contract.refusals, code)) {
      throw new TypeError(`${compiled.name} declares no refusal ${code}`);
    }
    if (data === undefined) return scope.end(`${compiled.name}/${code}`);
    const copied = frozenCopy(data);
    if (!isPlainObject(copied) || encodeCbor(copied).length > REFUSAL_BYTES_MAX) {
      throw new TypeError(`the data of the refusal ${code}`);
    }
    return scope.end(`${compiled.name}/${code}`, copied);
  }

  call(contract: string, method: string, args: unknown): CborValue {
    return this.#services.callOther(this.#call, contract, method, args);
  }

  schedule(atMs: number, effect: string, args: unknown, id: string): void {
    const { scope, compiled } = this.#call;
    checkId(id);
    scope.countSchedule();
    const compiledEffect = compiled.effects.get(effect);
    if (compiledEffect === undefined) {
      throw new TypeError(`${compiled.name} declares no effect ${effect}`);
    }
    const ahead = atMs - scope.time;
    // Strictly later: an effect must not make itself due again in the block it runs in.
    if (!Number.isSafeInteger(atMs) || ahead <= 0 || ahead > SCHEDULE_AHEAD_MAX_MS) {
      throw new TypeError(`an effect due in ${ahead} ms`);
    }
    const copied = frozenCopy(args);
    if (!compiledEffect.testArgs(copied)) throw new TypeError(`arguments of the effect ${effect}`);
    const payload = encodeCbor([effect, copied]);
    if (payload.length > EFFECT_BYTES_MAX) throw new TypeError(`the effect ${effect} is too large`);
    scope.guard((port) => {
      port.schedule(atMs, compiled.name, id, payload);
    });
  }

  cancel(id: string): void {
    const { scope, compiled } = this.#call;
    checkId(id);
    scope.countSchedule();
    scope.guard((port) => {
      port.cancel(compiled.name, id);
    });
  }
}

/** What a migration step is given. */
export class MigrationRunContext extends RunContext {
  readonly previous: MigrationContext['previous'];

  constructor(
    call: ContractCall,
    state: StateView,
    services: ContextServices,
    previous: ContractCall,
  ) {
    super(call, state, services);
    this.previous = Object.freeze({
      get: (collection: string, key: string) =>
        previous.get(find(previous.compiled, collection), key),
      keys: (collection: string, options?: PageOptions) =>
        previous.keys(find(previous.compiled, collection), options),
      delete: (collection: string, key: string) => {
        previous.delete(find(previous.compiled, collection), key);
      },
    });
    Object.freeze(this);
  }
}

Object.freeze(RunContext.prototype);
Object.freeze(MigrationRunContext.prototype);

function find(compiled: CompiledContract, name: string): CompiledCollection {
  const found = compiled.collections.find((collection) => collection.name === name);
  if (found === undefined) throw new TypeError(`the version before had no collection ${name}`);
  return found;
}

function checkId(id: unknown): void {
  const fits =
    typeof id === 'string' &&
    id.length > 0 &&
    id.length <= KEY_BYTES_MAX &&
    utf8Length(id) <= KEY_BYTES_MAX &&
    id.isWellFormed();
  if (!fits) throw new TypeError('an effect id of another size or malformed');
}
