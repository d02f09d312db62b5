import { equalBytes } from '@hefu/bytes';
import { suiteHash } from '@hefu/crypto/algorithm';
import { decodeEntryBundle, entriesPath, TILE_WIDTH, TileAppender, tilePath } from '@hefu/merkle';
import type { ChangedTile } from '@hefu/merkle';
import { parseCheckpoint, setForSize, treeHasher, verifyCheckpoint } from '@hefu/protocol';
import type { Trust } from '@hefu/protocol';
import { EntryOrder } from './entry-order.ts';

/** Where the log is read: a node's `/log/`, or a folder that was exported. */
export interface LogSource {
  checkpoint(): Promise<string>;
  /** Bytes of `tile/…`. Throws when there are none. */
  tile(path: string): Promise<Uint8Array>;
}

export type LogCode =
  | 'checkpoint-malformed'
  | 'checkpoint-origin'
  | 'checkpoint-line-wrong'
  | 'checkpoint-unknown-signers'
  | 'checkpoint-quorum-short'
  | 'bundle-malformed'
  | 'entry-malformed'
  | 'genesis-wrong'
  | 'entry-out-of-order'
  | 'tile-wrong'
  | 'root-wrong'
  | 'log-shrank'
  | 'history-rewritten';

export type LogVerdict =
  | {
      readonly ok: true;
      readonly checkpoint: string;
      readonly size: number;
      readonly root: Uint8Array;
      readonly tiles: number;
      /** Size of the checkpoint that was seen before; undefined when none was. */
      readonly since: number | undefined;
    }
  | {
      readonly ok: false;
      readonly code: LogCode;
      /** Log index, tile or sizes at which it was seen. */
      readonly at: string;
    };

export interface LogCheck {
  readonly source: LogSource;
  readonly trust: Trust;
  /** The checkpoint seen last time: today's log must begin with that one. */
  readonly last: string | undefined;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Proves a whole log from outside: every entry hashed into the tree again, every tile compared, the root and the
 * signatures of the checkpoint, and that the log of last time is where this one begins (RFC 9162 §2.1.4, by
 * recomputation). Throws what the source throws.
 */
export async function checkLog(check: LogCheck): Promise<LogVerdict> {
  const { source, trust } = check;
  const note = await source.checkpoint();
  const parsed = parseCheckpoint(note);
  if (!parsed.ok) return { ok: false, code: 'checkpoint-malformed', at: 'checkpoint' };
  const { size, root } = parsed.checkpoint;
  const { suite, chain } = trust;
  const signed = verifyCheckpoint({ note, suite, chain, set: setForSize(trust, size) });
  if (!signed.ok) return { ok: false, code: signed.code, at: `checkpoint of size ${size}` };
  // Lines by others are none of our business; one that claims to be a validator's and is not, is.
  const wrong = signed.lines.find(({ kind, ok }) => kind !== undefined && !ok);
  if (wrong !== undefined) {
    return {
      ok: false,
      code: 'checkpoint-line-wrong',
      at: `checkpoint of size ${size}, ${wrong.name}`,
    };
  }
  const last = lastSeen(check.last);
  if (last !== undefined && last.size > size) {
    return { ok: false, code: 'log-shrank', at: `${last.size} entries before, ${size} now` };
  }
  const walk = new LogWalk(check, size, last);
  const fault = await walk.run();
  if (fault !== undefined) return fault;
  if (!equalBytes(walk.root(), root)) {
    return { ok: false, code: 'root-wrong', at: `checkpoint of size ${size}` };
  }
  return { ok: true, checkpoint: note, size, root, tiles: walk.tiles, since: last?.size };
}

interface Seen {
  readonly size: number;
  readonly root: Uint8Array;
}

function lastSeen(note: string | undefined): Seen | undefined {
  if (note === undefined) return undefined;
  const parsed = parseCheckpoint(note);
  return parsed.ok ? parsed.checkpoint : undefined;
}

type Fault = Extract<LogVerdict, { readonly ok: false }>;

class LogWalk {
  tiles = 0;
  readonly #check: LogCheck;
  readonly #size: number;
  readonly #last: Seen | undefined;
  readonly #appender: TileAppender;
  readonly #order: EntryOrder;
  /** Unfinished tiles as they stand: only their last form is served for this size. */
  readonly #edges: Map<string, ChangedTile> = new Map();

  constructor(check: LogCheck, size: number, last: Seen | undefined) {
    this.#check = check;
    this.#size = size;
    this.#last = last;
    this.#appender = TileAppender.create(treeHasher(suiteHash(check.trust.suite)));
    this.#order = new EntryOrder(check.trust.genesis);
  }

  root(): Uint8Array {
    return this.#appender.root();
  }

  async run(): Promise<Fault | undefined> {
    const size = this.#size;
    for (let index = 0; index * TILE_WIDTH < size; index++) {
      const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
      const path = entriesPath(index, width);
      const bundle = decodeEntryBundle(await this.#check.source.tile(path));
      if (!bundle.ok || bundle.entries.length !== width) {
        return { ok: false, code: 'bundle-malformed', at: path };
      }
      const fault = this.#take(bundle.entries) ?? (await this.#compareFull());
      if (fault !== undefined) return fault;
      this.#check.onProgress(index * TILE_WIDTH + width, size);
    }
    if (!this.#order.isClosed) {
      return { ok: false, code: 'entry-out-of-order', at: `entry ${size - 1}` };
    }
    for (const tile of this.#edges.values()) {
      const fault = await this.#compare(tile);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  /** Entries of one bundle; where the log ended last time, its root is compared. */
  #take(entries: readonly Uint8Array[]): Fault | undefined {
    const hasher = treeHasher(suiteHash(this.#check.trust.suite));
    for (const entry of entries) {
      const fault = this.#order.next(entry);
      if (fault !== undefined) {
        return { ok: false, code: fault.code, at: `entry ${fault.index}` };
      }
    }
    const leaves = entries.map((entry) => hasher.leaf(entry));
    const last = this.#last;
    const from = this.#appender.size;
    if (last === undefined || last.size <= from || last.size > from + leaves.length) {
      this.#append(leaves);
      return undefined;
    }
    this.#append(leaves.slice(0, last.size - from));
    if (!equalBytes(this.#appender.root(), last.root)) {
      return { ok: false, code: 'history-rewritten', at: `the first ${last.size} entries` };
    }
    this.#append(leaves.slice(last.size - from));
    return undefined;
  }

  #append(leaves: readonly Uint8Array[]): void {
    for (const tile of this.#appender.append(leaves)) {
      this.#edges.set(`${tile.level} ${tile.index}`, tile);
    }
  }

  /** Tiles that are full never change: they are compared at once and forgotten. */
  async #compareFull(): Promise<Fault | undefined> {
    for (const [key, tile] of this.#edges) {
      if (tile.width < TILE_WIDTH) continue;
      this.#edges.delete(key);
      const fault = await this.#compare(tile);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  async #compare({ level, index, width, hashes }: ChangedTile): Promise<Fault | undefined> {
    const path = tilePath(level, index, width);
    this.tiles++;
    if (equalBytes(await this.#check.source.tile(path), hashes)) return undefined;
    return { ok: false, code: 'tile-wrong', at: path };
  }
}
