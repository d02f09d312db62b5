import type { CborValue } from '@hefu/bytes';
import type { Caller } from '../context.ts';
import { CALL_DEPTH_MAX, CALLS_MAX, SCHEDULES_MAX } from '../limits.ts';
import type { ScanOptions, StatePort } from '../state-port.ts';
import type { EmittedEvent, HostCode, OutcomeData } from './outcome.ts';
import type { VersionResolver } from './native-host-types.ts';
import type { Meters } from './meters.ts';

/** Why a statement ends with another code than `ok`. */
export interface CallFault {
  readonly code: string;
  readonly data?: OutcomeData;
}

/** What unwinds a contract that has ended. Holds nothing: the scope knows why. */
class CallEnded extends Error {
  override readonly name = 'CallEnded';
}

// One for all: making an error costs a stack trace, and what it holds must not reach a contract.
const ENDED = new CallEnded('the call has ended');
Object.defineProperty(ENDED, 'stack', { value: '' });
Object.freeze(ENDED);

export interface ScopeOptions {
  readonly port: StatePort;
  readonly height: number;
  readonly time: number;
  readonly statementId: string;
  readonly caller: Caller;
  readonly versionOf: VersionResolver | undefined;
  readonly meters: Meters;
}

/**
 * One statement (or effect, genesis, migration step) from its first contract to its last: its meters,
 * its events and, once something has ended it, why. An end is final: a contract that catches it can
 * do nothing more, so that what a callee refused is never half done.
 */
export class CallScope {
  readonly port: StatePort;
  readonly height: number;
  readonly time: number;
  readonly statementId: string;
  readonly caller: Caller;
  readonly versionOf: VersionResolver | undefined;
  readonly events: EmittedEvent[] = [];
  fault: CallFault | undefined = undefined;
  /** What the port threw: the node's trouble, never the contract's. */
  crash: { readonly error: unknown } | undefined = undefined;
  readonly meters: Meters;
  #hostChecks = 0;
  #hostBytes = 0;
  #closed = false;
  #reads = 0;
  #writes = 0;
  #writeBytes = 0;
  #schedules = 0;
  #calls = 0;
  #depth = 1;

  constructor(options: ScopeOptions) {
    this.port = options.port;
    this.height = options.height;
    this.time = options.time;
    this.statementId = options.statementId;
    this.caller = options.caller;
    this.versionOf = options.versionOf;
    this.meters = options.meters;
  }

  /** Ends the statement; the first reason stands. */
  end(code: HostCode | `${string}/${string}`, data?: OutcomeData): never {
    this.fault ??= data === undefined ? { code } : { code, data };
    throw ENDED;
  }

  /** No use of a context is possible any more. */
  close(): void {
    this.#closed = true;
  }

  ensureOpen(): void {
    if (this.#closed || this.fault !== undefined || this.crash !== undefined) throw ENDED;
  }

  get(contract: string, collection: string, key: string): Uint8Array | undefined {
    this.ensureOpen();
    if (++this.#reads > this.meters.reads) this.end('reads-too-many');
    return this.peek(contract, collection, key);
  }

  /** A read that the host makes for itself, not metered. */
  peek(contract: string, collection: string, key: string): Uint8Array | undefined {
    try {
      return this.port.get(contract, collection, key);
    } catch (error) {
      return this.#crashed(error);
    }
  }

  scan(
    contract: string,
    collection: string,
    index: string,
    value: string,
    options: ScanOptions,
  ): readonly string[] {
    this.ensureOpen();
    if (++this.#reads > this.meters.reads) this.end('reads-too-many');
    const keys = this.guard((port) => port.scan(contract, collection, index, value, options));
    this.#reads += keys.length;
    if (this.#reads > this.meters.reads) this.end('reads-too-many');
    return keys;
  }

  /** Counts a write of `sizeBytes` before it is made. */
  countWrite(sizeBytes: number): void {
    this.ensureOpen();
    this.#writes++;
    this.#writeBytes += sizeBytes;
    if (this.#writes > this.meters.writes || this.#writeBytes > this.meters.writeBytes) {
      this.end('writes-too-many');
    }
  }

  countSchedule(): void {
    this.ensureOpen();
    if (++this.#schedules > SCHEDULES_MAX) this.end('schedules-too-many');
  }

  /** Counts `checks` expensive host functions over `sizeBytes` in all, before they run. */
  countHost(checks: number, sizeBytes: number): void {
    this.ensureOpen();
    this.#hostChecks += checks;
    this.#hostBytes += sizeBytes;
    if (this.#hostChecks > this.meters.hostChecks || this.#hostBytes > this.meters.hostBytes) {
      this.end('host-calls-too-many');
    }
  }

  enterCall(): void {
    this.ensureOpen();
    if (++this.#calls > CALLS_MAX) this.end('calls-too-many');
    if (this.#depth >= CALL_DEPTH_MAX) this.end('call-too-deep');
    this.#depth++;
  }

  leaveCall(): void {
    this.#depth--;
  }

  /** Uses the port; what it throws is kept apart from what contracts throw. */
  guard<T>(use: (port: StatePort) => T): T {
    try {
      return use(this.port);
    } catch (error) {
      return this.#crashed(error);
    }
  }

  #crashed(error: unknown): never {
    this.crash ??= { error };
    throw ENDED;
  }

  /** For damage that the host finds itself, such as state that does not decode. */
  damaged(message: string): never {
    return this.#crashed(new Error(message));
  }

  /** An event with its data as it is now; the caller has checked it. */
  addEvent(contract: string, name: string, data: CborValue): void {
    if (this.events.length >= this.meters.events) this.end('events-too-many');
    this.events.push(Object.freeze({ contract, name, data }));
  }
}
