import type { CborValue } from '@hefu/bytes';
import type { CollectionHandle, ListedHandle, PageOptions } from '../context.ts';
import { LISTED_INDEX } from '../collection.ts';
import type { CompiledCollection, CompiledContract } from './compiled-contract.ts';
import type { ContractCall } from './contract-call.ts';

/** A collection in a contract's hands. */
class CollectionView implements CollectionHandle<CborValue> {
  readonly #call: ContractCall;
  readonly #collection: CompiledCollection;

  constructor(call: ContractCall, collection: CompiledCollection) {
    this.#call = call;
    this.#collection = collection;
    Object.freeze(this);
  }

  get(key: string): CborValue | undefined {
    return this.#call.get(this.#collection, key);
  }

  has(key: string): boolean {
    return this.#call.has(this.#collection, key);
  }

  put(key: string, value: CborValue): void {
    this.#call.put(this.#collection, key, value);
  }

  delete(key: string): void {
    this.#call.delete(this.#collection, key);
  }

  by(index: string, value: string, options?: PageOptions): readonly string[] {
    if (index === LISTED_INDEX) throw new TypeError('keys() lists a collection');
    return this.#call.scan(this.#collection, index, value, options);
  }

  keys(options?: PageOptions): readonly string[] {
    return this.#call.keys(this.#collection, options);
  }
}

/** All collections of a contract, each made when it is first asked for in an expression. */
export type StateView = Readonly<Record<string, CollectionHandle<CborValue> & ListedHandle>>;

// Getters on a class of each contract's own: a call pays for the collections it uses, no others.
class StateBase {
  readonly #call: ContractCall;

  constructor(call: ContractCall) {
    this.#call = call;
    Object.freeze(this);
  }

  static collectionOf(state: StateBase, collection: CompiledCollection): CollectionView {
    return new CollectionView(state.#call, collection);
  }
}

/** Makes the class whose instances are `context.state` of this contract. */
export function stateClassOf(compiled: CompiledContract): (call: ContractCall) => StateView {
  class State extends StateBase {}
  for (const collection of compiled.collections) {
    Object.defineProperty(State.prototype, collection.name, {
      enumerable: true,
      get(this: State) {
        return StateBase.collectionOf(this, collection);
      },
    });
  }
  Object.freeze(State.prototype);
  return (call) => new State(call) as unknown as StateView;
}

Object.freeze(CollectionView.prototype);
Object.freeze(StateBase.prototype);
