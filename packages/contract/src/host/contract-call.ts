import { decodeCbor, encodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { KEY_BYTES_MAX, SCAN_LIMIT_MAX, VALUE_BYTES_MAX } from '../limits.ts';
import { deepFreeze, frozenCopy, isPlainObject } from '../plain.ts';
import { LISTED_INDEX } from '../collection.ts';
import type { PageOptions } from '../context.ts';
import type { ScanOptions } from '../state-port.ts';
import type { CallScope } from './call-scope.ts';
import type { CompiledCollection, CompiledContract } from './compiled-contract.ts';
import { utf8Length } from './utf8-length.ts';

/** Decoded values by the very array they were decoded from; only of collections without bytes. */
export type DecodeCache = WeakMap<Uint8Array, CborValue>;

/** One contract within a scope: its collections, checked and metered. */
export class ContractCall {
  readonly scope: CallScope;
  readonly compiled: CompiledContract;
  readonly callerContract: string | undefined;
  readonly #cache: DecodeCache;

  constructor(
    scope: CallScope,
    compiled: CompiledContract,
    cache: DecodeCache,
    callerContract: string | undefined,
  ) {
    this.scope = scope;
    this.compiled = compiled;
    this.callerContract = callerContract;
    this.#cache = cache;
  }

  get(collection: CompiledCollection, key: string): CborValue | undefined {
    checkText(key, 1);
    const bytes = this.scope.get(this.compiled.name, collection.name, key);
    return bytes === undefined ? undefined : this.#decode(collection, bytes);
  }

  has(collection: CompiledCollection, key: string): boolean {
    checkText(key, 1);
    return this.scope.get(this.compiled.name, collection.name, key) !== undefined;
  }

  put(collection: CompiledCollection, key: string, given: unknown): void {
    checkText(key, 1);
    this.scope.ensureOpen();
    const value = frozenCopy(given);
    if (!collection.test(value)) throw new TypeError(`a value ${collection.name} does not take`);
    const bytes = encodeCbor(value);
    if (bytes.length > VALUE_BYTES_MAX) this.scope.end('writes-too-many');
    this.scope.countWrite(bytes.length);
    if (collection.dropIndexes.length > 0) this.#reindex(collection, key, value);
    this.scope.guard((port) => {
      port.put(this.compiled.name, collection.name, key, bytes);
    });
  }

  delete(collection: CompiledCollection, key: string): void {
    checkText(key, 1);
    this.scope.countWrite(0);
    if (collection.dropIndexes.length > 0) this.#reindex(collection, key, undefined);
    this.scope.guard((port) => {
      port.delete(this.compiled.name, collection.name, key);
    });
  }

  /** Keys under one value of an index. */
  scan(
    collection: CompiledCollection,
    index: string,
    value: string,
    page: PageOptions | undefined,
  ): readonly string[] {
    if (!collection.indexes.some(({ name }) => name === index)) {
      throw new TypeError(`${collection.name} has no index ${index}`);
    }
    checkText(value, 0);
    const limit = page?.limit ?? SCAN_LIMIT_MAX;
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > SCAN_LIMIT_MAX) {
      throw new TypeError(`a scan of ${limit} keys`);
    }
    const after = page?.after;
    const options: ScanOptions = after === undefined ? { limit } : { limit, after };
    const { name } = this.compiled;
    return Object.freeze([...this.scope.scan(name, collection.name, index, value, options)]);
  }

  /** All keys of a listed collection. */
  keys(collection: CompiledCollection, page: PageOptions | undefined): readonly string[] {
    return this.scan(collection, LISTED_INDEX, '', page);
  }

  #decode(collection: CompiledCollection, bytes: Uint8Array): CborValue {
    const known = collection.holdsBytes ? undefined : this.#cache.get(bytes);
    if (known !== undefined) return known;
    const decoded = decodeCbor(bytes, { maps: 'object' });
    if (!decoded.ok) {
      return this.scope.damaged(
        `state of ${this.compiled.name}/${collection.name}: ${decoded.code}`,
      );
    }
    const value = deepFreeze(decoded.value);
    // Only objects: a map's keys must be told apart from "not there".
    if (!collection.holdsBytes && value !== null) this.#cache.set(bytes, value);
    return value;
  }

  #reindex(collection: CompiledCollection, key: string, value: CborValue | undefined): void {
    const { name } = this.compiled;
    const bytes = this.scope.peek(name, collection.name, key);
    const old = bytes === undefined ? undefined : this.#decode(collection, bytes);
    this.scope.guard((port) => {
      for (const { name: index, field } of old === undefined ? [] : collection.dropIndexes) {
        for (const text of textsOf(old, field)) {
          // An entry that the new value has too stays, unless a migration may have it elsewhere.
          const kept = !collection.rebuild && textsOf(value, field).includes(text);
          if (!kept) port.indexDelete(name, collection.name, index, text, key);
        }
      }
      for (const { name: index, field } of value === undefined ? [] : collection.indexes) {
        for (const text of textsOf(value, field)) {
          const had = !collection.rebuild && textsOf(old, field).includes(text);
          if (!had) port.indexPut(name, collection.name, index, text, key);
        }
      }
    });
  }
}

const NO_TEXTS: readonly string[] = Object.freeze([]);
/** What the index of all keys files every value under. */
const EVERY: readonly string[] = Object.freeze(['']);

/** The texts that a value is filed under in an index over `field`. */
function textsOf(value: CborValue | undefined, field: string | undefined): readonly string[] {
  if (value === undefined) return NO_TEXTS;
  if (field === undefined) return EVERY;
  const held = isPlainObject(value) ? value[field] : undefined;
  if (typeof held === 'string') return [held];
  if (!Array.isArray(held)) return NO_TEXTS;
  return (held as readonly unknown[]).filter((text) => typeof text === 'string');
}

/** UTF-8 never takes more than three bytes for one UTF-16 code unit. */
const UNIT_BYTES_MAX = 3;

function checkText(text: unknown, lengthMin: number): void {
  if (typeof text !== 'string') throw new TypeError('a key that is no text');
  const fits =
    text.length >= lengthMin &&
    (text.length * UNIT_BYTES_MAX <= KEY_BYTES_MAX || utf8Length(text) <= KEY_BYTES_MAX);
  if (!fits || !text.isWellFormed()) throw new TypeError('a key of another size or malformed');
}
