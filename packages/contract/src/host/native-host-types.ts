import type { Suite } from '@hefu/crypto/algorithm';
import type { GenesisDocument } from '@hefu/protocol';
import type { Caller } from '../context.ts';
import type { Contract } from '../definitions.ts';
import type { HostFunctions } from '../host-functions.ts';
import type { ModuleDefinition } from '../module.ts';
import type { Policy } from '../policy.ts';
import type { StatePort } from '../state-port.ts';
import type { Outcome } from './outcome.ts';

export interface NativeHostOptions {
  readonly chain: string;
  readonly suite: Suite;
  readonly modules: readonly ModuleDefinition[];
  /** Replaces some of the built-in host functions; for tests and for other hosts. */
  readonly hostFunctions?: Partial<HostFunctions>;
  /** What `policy.governance()` and `policy.majority()` ask; reads membership's state unless given. */
  readonly consortium?: ConsortiumPort;
}

/** What policies must know of the consortium as a whole. */
export interface ConsortiumPort {
  /** The governance policy of the chain; undefined makes every such policy fail. */
  governancePolicy(state: StatePort): Policy | undefined;
  /** Organisations that count for a majority. */
  organisationCount(state: StatePort): number;
  /** What is asked of who calls a method besides what its contract asks; undefined when nothing is. */
  methodPolicy?(
    state: StatePort,
    contract: string,
    method: string,
    height: number,
  ): Policy | undefined;
}

/** Which version of a contract is in force; undefined when the chain does not run it. */
export type VersionResolver = (contract: string) => number | undefined;

interface Place {
  readonly port: StatePort;
  readonly height: number;
  /** The block's time, milliseconds UTC. */
  readonly time: number;
  /** The newest version that the host knows, unless given. */
  readonly versionOf?: VersionResolver;
}

export interface MethodCall extends Place {
  readonly contract: string;
  /** As `versionOf` says unless given. */
  readonly version?: number;
  readonly method: string;
  /** As decoded from deterministic CBOR with `maps: 'object'`; null stands for no arguments. */
  readonly args: unknown;
  readonly caller: Caller;
  /** Lower-case hex. */
  readonly statementId: string;
}

/** A call, as far as its form goes. */
export type ArgsCheck = Pick<MethodCall, 'contract' | 'version' | 'method' | 'args'>;

/** A code with what it tells. */
export type CallFault = Pick<Outcome, 'code' | 'data'>;

export interface EffectCall extends Place {
  readonly contract: string;
  readonly version?: number;
  /** What `schedule` was given. */
  readonly payload: Uint8Array;
  /** Hex digest that the entry of the effect names. */
  readonly effectDigest: string;
}

export interface GenesisCall extends Place {
  readonly contract: string;
  readonly version?: number;
  readonly document: GenesisDocument;
}

export interface MigrationCall extends Place {
  readonly contract: string;
  /** The version to migrate to. */
  readonly version: number;
  /** Null at first. */
  readonly cursor: string | null;
  /** Records to treat at most; up to MIGRATION_STEP_MAX. */
  readonly limit: number;
}

export type MigrationOutcome = Outcome & {
  /** Where the next step begins; null when there is nothing left, and when this one failed. */
  readonly next: string | null;
};

/** Runs contracts natively. Synchronous; never throws for what a contract or a caller does. */
export interface NativeHost {
  readonly modules: readonly ModuleDefinition[];
  /** A contract by name and version (the newest unless given), or undefined. */
  contract(name: string, version?: number): Contract | undefined;
  callMethod(call: MethodCall): Outcome;
  /**
   * Why a call would be refused for its form alone, or undefined: `unknown-contract`, `unknown-method`, `args-invalid` with the
   * same faults as the call itself. Runs nothing.
   */
  checkArgs(call: ArgsCheck): CallFault | undefined;
  runEffect(call: EffectCall): Outcome;
  /** Writes a contract's initial state; `ok` when it has none to write. */
  initGenesis(call: GenesisCall): Outcome;
  migrateStep(call: MigrationCall): MigrationOutcome;
}
