import { equalBytes, utf8Encode } from '@hefu/bytes';
import { verify } from '@hefu/crypto/sign';
import {
  EMPTY_STATE_ROOT,
  getState,
  LogFrontier,
  NodeCache,
  rootFromTiles,
  TileAppender,
  TileError,
} from '@hefu/merkle';
import type { NodeReader, StateRoot, TileReader } from '@hefu/merkle';
import type { NativeHost } from '@hefu/contract';
import { encodeEntry, stateKeyHash } from '@hefu/protocol';
import type { ForeignStatement, GenesisDocument, Statement } from '@hefu/protocol';
import { ATTACHMENT_BYTES_PARAMETER } from './attachment-size.ts';
import type { Attachment } from './attachments.ts';
import { chainSpec } from './chain-spec.ts';
import type { ChainSpec } from './chain-spec.ts';
import { commitBlock } from './commit.ts';
import { LedgerFault } from './errors.ts';
import { execute } from './execution.ts';
import type { Candidate, NewEntry, StatementResult } from './execution.ts';
import { judgeForeign } from './foreign/judge-foreign.ts';
import type { ForeignJudgement } from './foreign/judge-foreign.ts';
import type { ForeignCandidate } from './foreign/register.ts';
import type { Head } from './head.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judge.ts';
import { DUE_START, numberOfKey, parseDueKey, tileKey } from './keys.ts';
import { META_FORMAT, META_GENESIS, META_HEAD } from './meta-keys.ts';
import { readHead, readSpec, STORE_CONTENT_VERSION } from './meta.ts';
import { ActiveContracts, readModuleRecord } from './modules.ts';
import { ParametersReader } from './parameters.ts';
import type { Parameters } from './parameters.ts';
import { isPrunable, pruneStep } from './prune.ts';
import { QuotaMeter } from './quota.ts';
import { seal } from './sealing.ts';
import type { Sealed } from './sealing.ts';
import { BlockState } from './state/block-state.ts';
import { splitStatePath, statePath } from './state/path.ts';
import type { StatePath } from './state/path.ts';
import { rememberSigners, SignerDirectory } from './state/signer-directory.ts';
import type { FindSigner, ReadValue } from './state/signer-directory.ts';
import { ValueCache } from './state/value-cache.ts';
import type { Store } from './store-port.ts';
import { requireVersion, runUpgrades, upgradeDue } from './upgrade.ts';
import { ValidatorsReader } from './validators.ts';
import type { ValidatorsRecord } from './validators.ts';

/** A block that was executed and sealed, but is not on disk: dropping it changes nothing. */
export interface ExecutedBlock {
  readonly height: number;
  /** The head that it follows, and no other. */
  readonly after: Head;
  readonly results: readonly StatementResult[];
  readonly head: Head;
  readonly state: BlockState;
  /** What travelled beside the statements that went through. */
  readonly attachments: readonly Attachment[];
  /** Undefined for a heartbeat: no entries, the log stays as it is. */
  readonly sealed: Sealed | undefined;
}

export interface ChainOptions {
  readonly store: Store;
  readonly host: NativeHost;
}

/**
 * One chain's writing side: executes blocks and commits them. A value, not a singleton; it owns its store. Everything that it
 * decides follows from the bytes of statements, the state and the block's time.
 */
export class Chain {
  readonly spec: ChainSpec;
  readonly #store: Store;
  readonly #host: NativeHost;
  readonly #nodes = new NodeCache();
  readonly #readNode: NodeReader;
  readonly #values = new ValueCache();
  readonly #directory = new SignerDirectory();
  readonly #parameters: ParametersReader;
  readonly #validators: ValidatorsReader;
  /** Signers as committed. */
  readonly #signerOf: FindSigner = rememberSigners(
    (keyId) =>
      this.#directory.find(keyId, (contract, collection, key) =>
        this.#committedValue(statePath(contract, collection, key)),
      ),
    () => this.#head.state,
  );
  #head: Head;
  #appender: TileAppender;
  #contracts: ActiveContracts | undefined;

  private constructor(options: ChainOptions, spec: ChainSpec, head: Head, appender: TileAppender) {
    this.#store = options.store;
    this.#host = options.host;
    this.#readNode = this.#nodes.wrap((key) => options.store.get('state', key));
    this.spec = spec;
    this.#parameters = new ParametersReader(spec);
    this.#validators = new ValidatorsReader(spec);
    this.#head = head;
    this.#appender = appender;
  }

  /** Whether the store holds a chain already. */
  static exists(store: Store): boolean {
    return store.get('meta', META_HEAD) !== undefined;
  }

  /**
   * Makes the genesis block in an empty store. `sign` gives the lines of the first checkpoint. Throws LedgerFault
   * `genesis-failed` when a contract refuses the document.
   */
  static create(
    options: ChainOptions & {
      readonly genesis: GenesisDocument;
      readonly sign: (head: Head) => readonly string[];
    },
  ): Chain {
    const { genesis, store } = options;
    if (Chain.exists(store)) throw new LedgerFault({ code: 'chain-exists' });
    const spec = chainSpec(genesis);
    const appender = TileAppender.create(spec.hasher);
    const chain = new Chain(options, spec, emptyHead(genesis.time, appender), appender);
    const executed = chain.#executeGenesis();
    const block = { executed, chain: spec.chain, lines: options.sign(executed.head) };
    store.commit((transaction) => {
      transaction.put('meta', META_FORMAT, Uint8Array.of(STORE_CONTENT_VERSION));
      transaction.put('meta', META_GENESIS, utf8Encode(JSON.stringify(genesis)));
      commitBlock(transaction, block);
    });
    chain.#take(executed);
    return chain;
  }

  /**
   * Opens the chain in a store. Throws LedgerFault: `store-empty`, `store-content-too-new`,
   * `genesis-other` (the node was started with another genesis), `store-inconsistent`, `module-version-missing`.
   */
  static open(options: ChainOptions & { readonly genesisDigest?: Uint8Array }): Chain {
    const { store } = options;
    const spec = readSpec(store);
    if (
      options.genesisDigest !== undefined &&
      !equalBytes(options.genesisDigest, spec.genesisDigest)
    ) {
      throw new LedgerFault({ code: 'genesis-other' });
    }
    const head = readHead(store);
    const frontier = LogFrontier.deserialise(spec.hasher, head.frontier);
    if (frontier === undefined || !equalBytes(frontier.root(), head.root)) {
      throw new LedgerFault({ code: 'store-inconsistent', what: 'right edge of the log' });
    }
    const chain = new Chain(options, spec, head, resumeAppender(store, frontier, spec));
    chain.#requireVersions();
    return chain;
  }

  get head(): Head {
    return this.#head;
  }

  /** Those in force for the next block: as of the last one. */
  get parameters(): Parameters {
    return this.#parameters.read(this.#readCommitted).values;
  }

  /** Who signs the checkpoint of the next block: as of the last one. */
  get validators(): ValidatorsRecord {
    return this.#validators.read(this.#readCommitted);
  }

  /** Whether the next block, at `timeMs`, has no room left for a statement of this organisation to this contract. */
  isQuotaSpent(organisation: string, contract: string, timeMs: number): boolean {
    return this.#quotaAt(Math.max(timeMs, this.#head.timeMs)).isSpent(organisation, contract);
  }

  /** Whether the log has an entry for this statement id. */
  seen(id: Uint8Array): boolean {
    return this.#store.has('ids', id);
  }

  /** Log index of a statement's entry. */
  logIndexOf(id: Uint8Array): number | undefined {
    const row = this.#store.get('ids', id);
    return row === undefined ? undefined : numberOfKey(row);
  }

  /** Judges as the next block would, at `timeMs`, without the signature. Saves a block from what has no chance. */
  preview(statement: Statement, timeMs: number): Judgement {
    return judge(statement, {
      rules: this.spec,
      signerOf: this.#signerOf,
      height: this.#head.height + 1,
      timeMs: Math.max(timeMs, this.#head.timeMs),
    });
  }

  /** The same of a foreign statement. */
  previewForeign(statement: ForeignStatement, timeMs: number): ForeignJudgement {
    return judgeForeign(statement, {
      spec: this.spec,
      directory: this.#directory,
      read: this.#readCommitted,
      height: this.#head.height + 1,
      timeMs: Math.max(timeMs, this.#head.timeMs),
    });
  }

  /** Whether a contract's state is being taken over by its next version, so that nothing may call it. */
  isMigrating(contract: string): boolean {
    return this.#contractsNow().isMigrating(contract);
  }

  /** The version of a contract that the next block will run; undefined when there is none. */
  versionOf(contract: string): number | undefined {
    return this.#contractsNow().versionOf(contract);
  }

  /** When the chain next has something to do of itself; undefined when nothing is planned. */
  nextDueMs(): number | undefined {
    if (upgradeDue(this.#host, this.#newState(), this.#head.height + 1)) return this.#head.timeMs;
    if (this.#hasNewValidators()) return this.#head.timeMs;
    for (const [key] of this.#store.range('due', { from: DUE_START, to: DUE_END, limit: 1 })) {
      return parseDueKey(key).timeMs;
    }
    return undefined;
  }

  /** Whether stale state nodes lie beyond the horizon, for an idle moment. */
  prunable(): boolean {
    return isPrunable(this.#store, this.#head.prunedHeight);
  }

  /** Deletes some stale state nodes in a transaction of its own. Changes nothing that anyone can read. */
  prune(): void {
    this.#store.commit((transaction) => {
      pruneStep(transaction, this.#head.prunedHeight);
    });
  }

  /** Executes and seals the next block. Nothing is stored, and nothing of the chain changes, before `commit`. */
  execute(block: {
    /** Wall clock; the block's time is this or the last block's, whichever is later. */
    readonly timeMs: number;
    readonly candidates: readonly (Candidate | ForeignCandidate)[];
    /** Where heights without entries are passed over, as when a log is executed again; the next one unless given. */
    readonly height?: number;
  }): ExecutedBlock {
    const height = block.height ?? this.#head.height + 1;
    const timeMs = Math.max(block.timeMs, this.#head.timeMs);
    if (height <= this.#head.height) {
      throw new Error(`block ${height} can't follow ${this.#head.height}`);
    }
    const state = this.#newState();
    const upgraded = runUpgrades(this.#host, state, { height, timeMs });
    const { entries, results } = execute(block.candidates, {
      height,
      timeMs,
      firstIndex: this.#head.size,
      state,
      directory: this.#directory,
      rules: this.spec,
      host: this.#host,
      contracts: new ActiveContracts(state),
      quota: this.#quotaAt(timeMs),
      attachmentBytesMax: this.parameters[ATTACHMENT_BYTES_PARAMETER],
      hash: this.spec.hash,
      seen: (id) => this.seen(id),
      verify: verifyStatement,
    });
    if (entries.length === 0 && !upgraded && !this.#hasNewValidators()) {
      return this.#heartbeat(height, timeMs, state, results);
    }
    const attachments = block.candidates.flatMap(({ attachment }, index) =>
      attachment !== undefined && wentThrough(results[index]) ? [attachment] : [],
    );
    return { ...this.#seal(height, timeMs, state, entries, results), attachments };
  }

  /** Makes the block durable, with the signature lines over its checkpoint. Atomic: on an error nothing has changed. */
  commit(executed: ExecutedBlock, lines: readonly string[]): void {
    if (executed.after !== this.#head) {
      throw new Error(`block ${executed.height} was not executed after ${this.#head.height}`);
    }
    this.#store.commit((transaction) => {
      commitBlock(transaction, { executed, chain: this.spec.chain, lines });
    });
    this.#take(executed);
  }

  #take(executed: ExecutedBlock): void {
    this.#head = executed.head;
    if (executed.sealed === undefined) return;
    this.#contracts = undefined;
    this.#appender = executed.sealed.appender;
    this.#nodes.applied(executed.sealed.applied);
    for (const [path, value] of executed.state.changes()) {
      this.#values.update(path, value ?? undefined);
    }
  }

  /**
   * Without a version that the chain runs, what called it would be refused here and not elsewhere. One that the next block
   * switches to counts: the chain has stopped before that block for want of it, or would.
   */
  #requireVersions(): void {
    const state = this.#newState();
    for (const { name } of this.spec.genesis.modules) {
      const record = readModuleRecord(state, name);
      if (record === undefined) continue;
      requireVersion(this.#host, name, record.version);
      const { next, cursor } = record;
      if (next === null || cursor !== null || next.height > this.#head.height + 1) continue;
      requireVersion(this.#host, name, next.version);
    }
  }

  /** The contracts as committed; asked for each statement that comes in, so made once a block. */
  #contractsNow(): ActiveContracts {
    this.#contracts ??= new ActiveContracts(this.#newState());
    return this.#contracts;
  }

  #newState(): BlockState {
    return new BlockState((path) => this.#committedValue(path), this.#store);
  }

  readonly #readCommitted: ReadValue = (contract, collection, key) =>
    this.#committedValue(statePath(contract, collection, key));

  #quotaAt(timeMs: number): QuotaMeter {
    return new QuotaMeter({ parameters: this.parameters, timeMs, read: this.#readCommitted });
  }

  #committedValue(path: StatePath): Uint8Array | undefined {
    const cached = this.#values.get(path);
    if (cached !== undefined) return cached.bytes;
    const { contract, collection, key } = splitStatePath(path);
    const keyHash = stateKeyHash(this.spec.hashName, contract, collection, key);
    const bytes = getState({ reader: this.#readNode, root: this.#head.state, keyHash });
    this.#values.remember(path, bytes);
    return bytes;
  }

  /**
   * Whether the log ends with the block that changed the validators. Its checkpoint is the old set's last, so that the new one must sign
   * a larger log: the next block gets an entry even when nothing waits.
   */
  #hasNewValidators(): boolean {
    const { number, changed } = this.validators;
    return number > 0 && changed === this.#head.entryHeight;
  }

  #heartbeat(
    height: number,
    timeMs: number,
    state: BlockState,
    results: readonly StatementResult[],
  ): ExecutedBlock {
    const head = { ...this.#head, height, timeMs };
    return { height, after: this.#head, results, head, state, attachments: [], sealed: undefined };
  }

  #seal(
    height: number,
    timeMs: number,
    state: BlockState,
    entries: readonly NewEntry[],
    results: readonly StatementResult[],
  ): ExecutedBlock {
    const sealed = seal({
      spec: this.spec,
      parameters: this.#parameters,
      validators: this.#validators,
      height,
      timeMs,
      entries,
      state,
      stateRoot: this.#head.state,
      readNode: this.#readNode,
      appender: this.#appender,
    });
    const head: Head = {
      height,
      timeMs,
      size: sealed.appender.size,
      root: sealed.appender.root(),
      frontier: sealed.appender.frontier().serialise(),
      state: sealed.applied.root,
      prunedHeight: this.#prunedHeight(height),
      entryHeight: height,
    };
    return { height, after: this.#head, results, head, state, attachments: [], sealed };
  }

  /** The horizon after a block: state of heights at or below it may go. */
  #prunedHeight(height: number): number {
    const { prunedHeight } = this.#head;
    if (this.#head.height < 0) return prunedHeight;
    const horizon = this.parameters.stateHorizonBlocks;
    // What is gone does not come back when the horizon moves further away.
    return horizon === 0 ? prunedHeight : Math.max(prunedHeight, height - horizon);
  }

  #executeGenesis(): ExecutedBlock {
    const { genesis, genesisDigest } = this.spec;
    const state = this.#newState();
    const events: NewEntry = { entry: encodeEntry({ kind: 'genesis', genesisDigest }) };
    for (const { name, version } of genesis.modules) {
      requireVersion(this.#host, name, version);
      const outcome = this.#host.initGenesis({
        port: state,
        contract: name,
        version,
        document: genesis,
        height: 0,
        time: genesis.time,
        versionOf: (contract) => genesis.modules.find((each) => each.name === contract)?.version,
      });
      if (outcome.code !== 'ok') {
        throw new LedgerFault({ code: 'genesis-failed', contract: name, reason: outcome.code });
      }
    }
    return this.#seal(0, genesis.time, state, [events], []);
  }
}

/** End of the rows that are ordered by time; the rows by id follow. */
const DUE_END: Uint8Array = Uint8Array.of(1);

/** The log's right edge, which must agree with its tiles: what is appended to a wrong tile stays wrong. */
function resumeAppender(store: Store, frontier: LogFrontier, spec: ChainSpec): TileAppender {
  const read: TileReader = (level, index) => store.get('tiles', tileKey(level, index));
  try {
    const root = rootFromTiles(spec.hasher, frontier.size, read);
    if (equalBytes(root, frontier.root())) return TileAppender.resume(frontier, read);
  } catch (error) {
    if (!(error instanceof TileError)) throw error;
  }
  throw new LedgerFault({ code: 'store-inconsistent', what: 'tiles at the right edge of the log' });
}

function wentThrough(result: StatementResult | undefined): boolean {
  return result?.entered === true && result.code === 'ok';
}

function verifyStatement(statement: Statement, publicKey: Uint8Array): boolean {
  return verify(statement.algorithm, publicKey, statement.toBeSigned, statement.signature);
}

function emptyHead(timeMs: number, appender: TileAppender): Head {
  const state: StateRoot = EMPTY_STATE_ROOT;
  return {
    height: -1,
    timeMs,
    size: 0,
    root: appender.root(),
    frontier: appender.frontier().serialise(),
    state,
    prunedHeight: 0,
    entryHeight: 0,
  };
}
