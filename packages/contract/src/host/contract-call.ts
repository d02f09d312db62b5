import { decodeCbor, encodeCbor } from '@hefu/bytes';
import type { CborValue } from '@hefu/bytes';
import { KEY_BYTES_MAX, SCAN_LIMIT_MAX, VALUE_BYTES_MAX } from '../limits.ts';
import { deepFreeze, frozenCopy, isPlainObject } from '../plain.ts';
import { LISTED_INDEX } from '../collection.ts';
import type { PageOptions } from '../context.ts';
import type { ScanOptions } from '../state-port.ts';
import type { CallScope } from './call-scope.ts';
import type { CompiledCollection, CompiledContract, CompiledIndex } from './compiled-contract.ts';
import { utf8Length } from './utf8-length.ts';

/** Decoded values by the very array they were decoded from; only of collections without bytes. */
export type DecodeCache = WeakMap<Uint8Array, CborValue>;

const NO_ENTRIES: ReadonlySet<string> = new Set();
/** Stands between an index's name, which has none, and the indexed value. */
const SEPARATOR = '\u0000';

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
    const old = this.scope.peek(name, collection.name, key);
    const before =
      old === undefined
        ? NO_ENTRIES
        : entriesOf(collection.dropIndexes, this.#decode(collection, old));
    const after = value === undefined ? NO_ENTRIES : entriesOf(collection.indexes, value);
    this.scope.guard((port) => {
      for (const entry of before) {
        if (after.has(entry)) continue;
        const [index, text] = split(entry);
        port.indexDelete(name, collection.name, index, text, key);
      }
      for (const entry of after) {
        if (before.has(entry) && !collection.rebuild) continue;
        const [index, text] = split(entry);
        port.indexPut(name, collection.name, index, text, key);
      }
    });
  }
}

function split(entry: string): readonly [string, string] {
  const at = entry.indexOf(SEPARATOR);
  return [entry.slice(0, at), entry.slice(at + 1)];
}

function entriesOf(indexes: readonly CompiledIndex[], value: CborValue): ReadonlySet<string> {
  const entries = new Set<string>();
  for (const { name, field } of indexes) {
    if (field === undefined) {
      entries.add(name + SEPARATOR);
      continue;
    }
    const held = isPlainObject(value) ? value[field] : undefined;
    for (const text of Array.isArray(held) ? (held as readonly unknown[]) : [held]) {
      if (typeof text === 'string') entries.add(name + SEPARATOR + text);
    }
  }
  return entries;
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
