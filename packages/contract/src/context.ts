import type { CborValue } from '@hefu/bytes';
import type { Suite } from '@hefu/crypto/algorithm';
import type { z } from 'zod';
import type { CollectionDefinition } from './collection.ts';
import type { EventDefinition } from './event.ts';
import type { HostFunctions } from './host-functions.ts';
import type { Approver } from './policy.ts';

/** Who signed the statement. In a genesis, a migration and a due effect: {@link NOBODY}. */
export interface Caller extends Approver {
  /** Hex of the signing key's id. */
  readonly keyId: string;
}

/** The caller where nobody signed; no role, member or organisation policy holds for it. */
export const NOBODY: Caller = Object.freeze({
  member: '',
  organisation: '',
  roles: Object.freeze([]),
  keyId: '',
});

export type CollectionsShape = Readonly<Record<string, CollectionDefinition>>;
export type EventsShape = Readonly<Record<string, EventDefinition>>;
export type RefusalsShape = Readonly<Record<string, string>>;

/**
 * All that a `run` may touch. Everything in it is frozen; byte strings are the call's own copies. It
 * dies with the call: kept for later, it only throws.
 */
export interface Context<
  C = CollectionsShape,
  E = EventsShape,
  R = RefusalsShape,
  F = Readonly<Record<string, unknown>>,
> {
  readonly chain: string;
  readonly suite: Suite;
  /** Height of the block being made. */
  readonly height: number;
  /** The block's time: milliseconds UTC, never going back. */
  readonly time: number;
  /** Hex of the statement's id; of the effect's digest in a due effect; empty in a genesis. */
  readonly statementId: string;
  readonly caller: Caller;
  /** The contract that made this call, when it was not a statement itself. */
  readonly callerContract?: string;
  readonly state: StateOf<C>;
  readonly host: HostFunctions;
  /** Tells the world. The event's data is taken as it is now: later changes to it don't count. */
  emit<N extends keyof E & string>(name: N, data: EventDataOf<E[N]>): void;
  /**
   * Ends the statement with `contract/code` and nothing changed. To let the compiler see that nothing
   * follows, write `return context.refuse(…)`. Catching it changes nothing.
   */
  refuse(code: keyof R & string, data?: { readonly [name: string]: CborValue }): never;
  /**
   * Calls a method of another contract, as the same caller; its policy sees this contract's name. What
   * it refuses ends the whole statement.
   */
  call(contract: string, method: string, args: unknown): CborValue;
  /** Makes an effect due at `atMs`, in the first block of that time or later; same id replaces. */
  schedule<N extends keyof F & string>(atMs: number, effect: N, args: F[N], id: string): void;
  /** Takes an effect back that was scheduled under `id`; nothing happens when there is none. */
  cancel(id: string): void;
}

export type StateOf<C> = {
  readonly [K in keyof C]: C[K] extends CollectionDefinition<infer V, infer I, infer L>
    ? CollectionHandle<z.output<V>, I> & (L extends true ? ListedHandle : unknown)
    : never;
};

export type EventDataOf<E> = E extends EventDefinition<infer D> ? z.output<D> : never;

/** A collection as `run` sees it. Keys are strings of 1 to 200 UTF-8 bytes. */
export interface CollectionHandle<V, I extends string = string> {
  /** The value, deeply frozen, or undefined. */
  get(key: string): V | undefined;
  has(key: string): boolean;
  /** Writes a value, checked against the collection's schema and copied. */
  put(key: string, value: V): void;
  delete(key: string): void;
  /** Keys of the records whose indexed field is (or holds) `value`, in key order. */
  by(index: I, value: string, options?: PageOptions): readonly string[];
}

/** What a collection declared `listed: true` offers besides. */
export interface ListedHandle {
  /** All keys, in key order. */
  keys(options?: PageOptions): readonly string[];
}

export interface PageOptions {
  /** Only keys that sort after this one. */
  readonly after?: string;
  /** At most this many; {@link SCAN_LIMIT_MAX} (limits.ts) unless given, and at the most. */
  readonly limit?: number;
}

/** What a migration step sees besides. */
export interface MigrationContext<
  C = CollectionsShape,
  E = EventsShape,
  R = RefusalsShape,
  F = Readonly<Record<string, unknown>>,
> extends Context<C, E, R, F> {
  /** Collections as the version before declared them, to read what it wrote. */
  readonly previous: {
    /** The old value as it stands, deeply frozen. */
    get(collection: string, key: string): CborValue | undefined;
    /** Keys of a listed collection of the old version, in key order. */
    keys(collection: string, options?: PageOptions): readonly string[];
    delete(collection: string, key: string): void;
  };
}
