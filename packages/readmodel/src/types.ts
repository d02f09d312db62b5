import type { CborValue } from '@hefu/bytes';
import type { SqlRow, SqlValue } from '@hefu/contract';

/** An event as the host hands it over. */
export interface ProjectedEvent {
  readonly contract: string;
  readonly name: string;
  readonly data: CborValue;
  /** Place of the statement within its block. */
  readonly index: number;
  /** Hex; empty in the genesis. */
  readonly statementId: string;
  /** Absent in the genesis and in due effects. */
  readonly signer?: { readonly member: string; readonly organisation: string };
}

/** A block's events in order. Heights begin at 0, with the genesis, and have no gaps. */
export interface ProjectedBlock {
  readonly height: number;
  /** Milliseconds UTC. */
  readonly time: number;
  readonly events: readonly ProjectedEvent[];
}

/** Where the read models get what they miss. Called whenever they are behind, one call at a time. */
export interface BlockSource {
  /** At most `limit` blocks in order from `fromHeight`; none when the chain is not that high. */
  readonly blocks: (fromHeight: number, limit: number) => Promise<readonly ProjectedBlock[]>;
  /** What travelled beside a statement, by its digest; undefined when it is not here. */
  readonly attachment: (digest: Uint8Array) => Promise<Uint8Array | undefined>;
}

export interface ReadModelOptions {
  /** The SQLite file; or a folder, where it is `readmodel.sqlite`. */
  readonly file?: string;
  readonly directory?: string;
  /** Module specifiers to import in the threads: package names or file URLs (`import.meta.resolve` gives one). */
  readonly modules: readonly string[];
  readonly source: BlockSource;
  /** Called after each transaction, and when a projection fails or recovers. */
  readonly onProgress?: (status: ReadModelStatus) => void;
  /** Threads that run queries; 1 unless given. */
  readonly queryThreads?: number;
  readonly queryMaxMs?: number;
  readonly queryRowsMax?: number;
}

export interface ProjectionStatus {
  /** `module/projection`. */
  readonly name: string;
  readonly version: number;
  /** Last height whose rows are in its tables; −1 before the genesis. */
  readonly height: number;
  /** Why it has stopped; absent while it runs. It is tried again at the next start, or by `rebuild`. */
  readonly failure?: { readonly height: number; readonly event: string; readonly message: string };
}

export interface ReadModelStatus {
  /** Lowest height of the projections that run; −1 before the genesis, or when none runs. */
  readonly height: number;
  /** Highest height the host has spoken of or supplied. */
  readonly target: number;
  readonly projections: readonly ProjectionStatus[];
  /** Why nothing is projected at the moment; absent in good times. */
  readonly halted?: { readonly code: string; readonly message: string };
}

export interface QueryOptions {
  readonly signal?: AbortSignal;
  /** Whose tables are asked: the height told with the answer is then that module's. */
  readonly module?: string;
}

export interface QueryAnswer {
  /** The answer is exactly what was true at this height; −1 before the genesis. */
  readonly height: number;
  readonly rows: readonly SqlRow[];
}

/** All read models of one chain. SQL comes from modules alone, never from a request. */
export interface ReadModel extends AsyncDisposable {
  /**
   * Hands over a block as it is committed. Resolves when every running projection has it; a block they have already is
   * a no-op. Blocks may be left out or come early: what is missing is asked of the source.
   */
  apply(block: ProjectedBlock): Promise<void>;
  /** The same by height alone: the block itself is asked of the source. */
  advance(height: number): Promise<void>;
  height(): Promise<number>;
  status(): ReadModelStatus;
  query(
    sql: string,
    parameters?: readonly SqlValue[],
    options?: QueryOptions,
  ): Promise<readonly SqlRow[]>;
  /** A query together with the height at which its answer is true. */
  read(sql: string, parameters?: readonly SqlValue[], options?: QueryOptions): Promise<QueryAnswer>;
  /** Drops the tables of one projection (`module/projection`) or of all, and resolves when they are built again. */
  rebuild(projection?: string): Promise<void>;
  close(): Promise<void>;
}
