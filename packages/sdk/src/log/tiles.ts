import { TILE_WIDTH, TileError, tilePath } from '@hefu/merkle';
import type { TileReader } from '@hefu/merkle';
import { problemOf } from '../http.ts';
import type { NodeHttp } from '../http.ts';
import { ProblemError } from '../problem.ts';

/** Tiles kept: 2 MB at most. */
const TILES_KEPT_MAX = 256;
/** Tiles that one proof may need: two paths through the seven levels of the largest log, twice over. */
const TILES_PER_PROOF_MAX = 64;

/** Hash tiles of a log, fetched as a proof asks for them. They are the node's word until a proof made of them holds. */
export class LogTiles {
  readonly #http: NodeHttp;
  readonly #kept = new Map<string, Uint8Array>();

  constructor(http: NodeHttp) {
    this.#http = http;
  }

  /**
   * What `work` makes of tiles: it is run again with each tile that it lacked. Throws TileError when the node has no
   * such tile or gives one of another form.
   */
  async use<T>(work: (read: TileReader) => T, signal: AbortSignal | undefined): Promise<T> {
    for (let fetched = 0; ; fetched++) {
      try {
        return work((level, index, width) => this.#kept.get(tilePath(level, index, width)));
      } catch (error) {
        const missing = error instanceof TileError && error.code === 'tile-missing';
        if (!missing || fetched >= TILES_PER_PROOF_MAX) throw error;
        await this.#fetch(error, signal);
      }
    }
  }

  /** Forgets all: some of it was wrong. */
  clear(): void {
    this.#kept.clear();
  }

  async #fetch(missing: TileError, signal: AbortSignal | undefined): Promise<void> {
    const { level, index, width } = missing;
    // A partial tile may be gone once the whole one is there (C2SP tlog-tiles, Partial Tiles).
    const bytes =
      (await this.#bytes(tilePath(level, index, width), signal)) ??
      (width < TILE_WIDTH ? await this.#bytes(tilePath(level, index), signal) : undefined);
    if (bytes === undefined) throw missing;
    if (this.#kept.size >= TILES_KEPT_MAX) this.#kept.clear();
    this.#kept.set(tilePath(level, index, width), bytes);
  }

  async #bytes(path: string, signal: AbortSignal | undefined): Promise<Uint8Array | undefined> {
    return readLogFile(this.#http, path, signal);
  }
}

/** A file under `/log/`; undefined when the node has none such. Throws ProblemError. */
export async function readLogFile(
  http: NodeHttp,
  path: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | undefined> {
  const address = `/log/${path}`;
  const answer = await http.ask({ path: address, headers: { accept: '*/*' }, signal });
  if (answer.status < 400) return new Uint8Array(await answer.arrayBuffer());
  const problem = await problemOf(answer, address);
  if (answer.status === 404 && problem instanceof ProblemError) return undefined;
  throw problem;
}
