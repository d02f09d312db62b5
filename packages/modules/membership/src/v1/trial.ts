import type { CborValue } from '@hefu/bytes';
import type { PageOptions } from '@hefu/contract';
import type { Action } from '../schemas/args.ts';
import { carryOut } from './actions.ts';
import type { MembershipContext, refusals } from './declarations.ts';
import { scheduleRecount } from './recount.ts';

/** Events that the actions of one proposal may emit; the vote that carries it and its closing need some of the call's. */
const EVENTS_MAX = 48;
/** Reads of the actions of one proposal. Made twice in a call, beside the votes, they stay within the call's. */
const READS_MAX = 1_200;

type RefusalCode = keyof typeof refusals;
type State = MembershipContext['state'];

/** What came of trying: how to make it true, or which action was refused why. */
export type Trial =
  | { readonly ok: true; apply(): void }
  | {
      readonly ok: false;
      readonly action: number;
      readonly code: RefusalCode;
      readonly data: { readonly [name: string]: CborValue };
    };

/** Unwinds an action that refuses. */
class TrialRefused extends Error {
  override readonly name = 'TrialRefused';
  readonly code: RefusalCode;
  readonly data: { readonly [name: string]: CborValue };

  constructor(code: RefusalCode, data: { readonly [name: string]: CborValue } = {}) {
    super(code);
    this.code = code;
    this.data = data;
  }
}

/**
 * Runs actions over a copy of what they write, so that a refusal ends the actions and not the statement: the vote that would have
 * carried them stays, and the proposal is closed with the reason.
 */
export function tryActions(context: MembershipContext, actions: readonly Action[]): Trial {
  const deeds: (() => void)[] = [];
  const meters = { events: 0, reads: 0 };
  let recounts = false;
  let newValidators: (() => void) | undefined;
  const read = (): void => {
    if (++meters.reads > READS_MAX) throw new TrialRefused('proposal-too-large');
  };
  const { state } = context;
  const organisations = new Overlay(state.organisations, read);
  const members = new Overlay(state.members, read);
  const keys = new Overlay(state.keys, read, ({ member }, value) => member === value);
  const admins = new Overlay(state.admins, read);
  const modules = new Overlay(state.modules, read);
  const parameters = new Overlay(state.parameters, read);
  const removals = new Overlay(state.removals, read);
  const policies = new Overlay(state.policies, read);
  const issuers = new Overlay(state.issuers, read);
  const validators = new Overlay(state.validators, read);
  const overlays = [
    organisations,
    members,
    keys,
    admins,
    modules,
    parameters,
    removals,
    policies,
    issuers,
    validators,
  ] as const;
  const trial = {
    chain: context.chain,
    suite: context.suite,
    height: context.height,
    time: context.time,
    statementId: context.statementId,
    caller: context.caller,
    host: context.host,
    state: {
      organisations,
      members,
      keys,
      admins,
      modules,
      parameters,
      removals,
      policies,
      issuers,
      validators,
      usage: state.usage,
      proposals: state.proposals,
      ballots: state.ballots,
    } as unknown as State,
    emit(...event: Parameters<MembershipContext['emit']>) {
      if (++meters.events > EVENTS_MAX) throw new TrialRefused('proposal-too-large');
      // Each tells of the whole set: the last one of the proposal says it all.
      if (event[0] === 'validatorsChanged') {
        newValidators = () => {
          context.emit(...event);
        };
        return;
      }
      deeds.push(() => {
        context.emit(...event);
      });
    },
    refuse(code: RefusalCode, data?: { readonly [name: string]: CborValue }): never {
      throw new TrialRefused(code, data);
    },
    schedule() {
      recounts = true;
    },
  } as unknown as MembershipContext;
  for (const [index, action] of actions.entries()) {
    try {
      carryOut(trial, action);
    } catch (error) {
      // All else is the host's way of ending the statement, or a fault.
      if (!(error instanceof TrialRefused)) throw error;
      return { ok: false, action: index, code: error.code, data: error.data };
    }
  }
  return {
    ok: true,
    apply() {
      for (const overlay of overlays) overlay.apply();
      for (const deed of deeds) deed();
      newValidators?.();
      // All that actions schedule. Asked anew: by now the proposal itself is closed.
      if (recounts) scheduleRecount(context);
    },
  };
}

interface Handle<V> {
  get(key: string): V | undefined;
  put(key: string, value: V): void;
  by?(index: never, value: string, options?: PageOptions): readonly string[];
}

/** A collection with what was written over it. */
class Overlay<V> {
  readonly #under: Handle<V>;
  readonly #read: () => void;
  readonly #isUnder: ((value: V, indexed: string) => boolean) | undefined;
  readonly #written = new Map<string, V>();

  constructor(
    under: Handle<V>,
    read: () => void,
    isUnder?: (value: V, indexed: string) => boolean,
  ) {
    this.#under = under;
    this.#read = read;
    this.#isUnder = isUnder;
  }

  get(key: string): V | undefined {
    this.#read();
    return this.#written.get(key) ?? this.#under.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  put(key: string, value: V): void {
    this.#written.set(key, value);
  }

  /** Keys under one value of the one index that actions ask; what they write never leaves it. */
  by(index: never, value: string, options?: PageOptions): readonly string[] {
    const found = new Set(this.#under.by?.(index, value, options));
    for (const [key, written] of this.#written) {
      if (this.#isUnder?.(written, value) === true) found.add(key);
    }
    for (const _ of found) this.#read();
    return [...found].toSorted().slice(0, options?.limit);
  }

  apply(): void {
    for (const [key, value] of this.#written) this.#under.put(key, value);
  }
}
