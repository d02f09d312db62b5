import type { GenesisDocument } from '@hefu/protocol';
import type { z } from 'zod';
import type {
  CollectionsShape,
  Context,
  EventsShape,
  MigrationContext,
  RefusalsShape,
} from './context.ts';
import { checkContract } from './check-contract.ts';
import type { Policy } from './policy.ts';
import type { Readers } from './readers.ts';
import type { ItemFault } from './schema/item-check.ts';

/**
 * A method: written as a plain object inside `defineContract`, where the compiler infers `context`
 * and `args` from what the contract declares.
 */
export interface MethodDefinition<A = unknown, O = unknown, X = Context> {
  /** Schema of the arguments. */
  readonly args: z.ZodType<A>;
  /** Schema of what `run` returns; without it, it returns nothing. */
  readonly output?: z.ZodType<O>;
  /** Who may call it. */
  readonly policy: Policy;
  /** Who may read its arguments in a statement; the consortium unless named. */
  readonly readers?: Readers;
  /** One sentence for people: what it does. */
  readonly summary?: string;
  /** What must travel beside a statement that calls it. */
  readonly attachment?: AttachmentDeclaration;
  run(context: X, args: A): NoInfer<O>;
}

/**
 * Names the argument that points to an attachment: `args[field] = {digest, size}`. Nodes check it before a statement is
 * ordered; contracts never read it.
 */
export interface AttachmentDeclaration {
  readonly field: string;
  /**
   * Present when the attachment is a bundle of items (u16 length, then deterministic CBOR, each), of which the named arguments
   * hold the RFC 9162 root under the chain's hash and the count.
   */
  readonly items?: {
    readonly root: string;
    readonly count: string;
    readonly schema: z.ZodType;
    /** A faster form of `createItemCheck(schema)`, which it must equal, or be stricter by rules no schema can say. */
    readonly check?: (item: Uint8Array) => ItemFault | undefined;
  };
}

/** What becomes due in block order, scheduled by a method or another effect. */
export interface EffectDefinition<A = unknown, X = Context> {
  readonly args: z.ZodType<A>;
  run(context: X, args: A): void;
}

/** How a version takes over the state of the one before, in steps of bounded size. */
export interface MigrationDefinition<X = MigrationContext> {
  /** The version it follows. */
  readonly from: number;
  /**
   * Treats at most `limit` records after `cursor` (null at first); returns the next cursor, or null
   * when all is done. Each step is one transaction of its own.
   */
  step(context: X, cursor: string | null, limit: number): string | null;
}

/** What `defineContract` takes. */
export interface ContractDraft<C, E, R, A, O, F> {
  readonly name: string;
  /** 1, 2, 3, …: every version that ever ran stays in the code. */
  readonly version: number;
  readonly collections: C;
  readonly events?: E;
  /** Each code with one sentence for people. */
  readonly refusals?: R;
  readonly effects?: { readonly [K in keyof F]: EffectDefinition<F[K], Context<C, E, R, F>> };
  // Two mapped types, since the compiler infers one type parameter from each.
  readonly methods: {
    readonly [K in keyof A]: MethodDefinition<
      A[K],
      K extends keyof O ? O[K] : unknown,
      Context<C, E, R, F>
    >;
  } & { readonly [K in keyof O]: { readonly output?: z.ZodType<O[K]> } };
  readonly migrate?: MigrationDefinition<MigrationContext<C, E, R, F>>;
  /** Writes the initial state; runs once, in the genesis block. */
  genesis?(context: Context<C, E, R, F>, document: GenesisDocument): void;
}

/** A contract: a value. Everything that a host needs, and nothing that only authors' types know. */
export interface Contract {
  readonly name: string;
  readonly version: number;
  readonly collections: CollectionsShape;
  readonly events: EventsShape;
  readonly refusals: RefusalsShape;
  readonly effects: Readonly<Record<string, EffectDefinition>>;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
  readonly migrate?: MigrationDefinition;
  genesis?(context: Context, document: GenesisDocument): void;
}

/** A contract that remembers the types of its declarations, for those who write tests and clients. */
export interface TypedContract<C, E, R, A, O, F> extends Contract {
  /** Never there: carries the types alone. */
  readonly types?: {
    readonly collections: C;
    readonly events: E;
    readonly refusals: R;
    readonly args: A;
    readonly outputs: O;
    readonly effects: F;
  };
}

/**
 * Makes a contract of its declarations. Throws a TypeError that names the place when a name, schema,
 * index, readers field or policy is not allowed: at start, never inside a block.
 */
export function defineContract<
  C extends CollectionsShape,
  E extends EventsShape,
  R extends RefusalsShape,
  A,
  O,
  F,
>(draft: ContractDraft<C, E, R, A, O, F>): TypedContract<C, E, R, A, O, F> {
  const contract = {
    ...draft,
    events: draft.events ?? {},
    refusals: draft.refusals ?? {},
    effects: draft.effects ?? {},
  } as unknown as Contract;
  checkContract(contract);
  for (const definitions of [
    contract.collections,
    contract.events,
    contract.methods,
    contract.effects,
  ]) {
    for (const definition of Object.values(definitions)) Object.freeze(definition);
    Object.freeze(definitions);
  }
  Object.freeze(contract.refusals);
  return Object.freeze(contract);
}
