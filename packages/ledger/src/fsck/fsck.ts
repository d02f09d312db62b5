import { equalBytes, toHex, utf8Decode } from '@hefu/bytes';
import { verify } from '@hefu/crypto/sign';
import { checkStateTree, TileAppender } from '@hefu/merkle';
import type { ChangedTile } from '@hefu/merkle';
import { decodeEntry, parseStatement, signerStanding, verifyCheckpoint } from '@hefu/protocol';
import type { BlockEntry, DueEntry, Entry, StatementEntry } from '@hefu/protocol';
import { decodeStatementRow } from '../head.ts';
import { numberKey, numberOfKey, tileKey } from '../keys.ts';
import { ChainReader } from '../reader.ts';
import { SignerDirectory } from '../state/signer-directory.ts';
import type { StoreReader } from '../store-port.ts';

/** Something in a store that does not hold. */
export interface FsckFault {
  readonly code:
    | 'entry-missing'
    | 'entry-malformed'
    | 'entry-out-of-order'
    | 'block-row-wrong'
    | 'statement-missing'
    | 'statement-wrong'
    | 'statement-signature-wrong'
    | 'statement-signer-wrong'
    | 'outcome-wrong'
    | 'id-index-wrong'
    | 'tile-wrong'
    | 'checkpoint-wrong'
    | 'head-wrong'
    | 'state-wrong'
    | 'attachment-wrong';
  /** Where: a log index, height, digest or key, as text. */
  readonly at: string;
  readonly detail?: string;
}

export interface FsckProgress {
  readonly stage: 'entries' | 'checkpoints' | 'state' | 'attachments';
  readonly done: number;
  readonly total: number;
}

export interface FsckReport {
  readonly entries: number;
  readonly statements: number;
  readonly blocks: number;
  readonly checkpoints: number;
  readonly stateLeaves: number;
  readonly attachments: number;
  readonly faults: readonly FsckFault[];
}

export interface FsckOptions {
  readonly store: StoreReader;
  /** Whether every statement's signature is checked again; the slowest part by far. */
  readonly signatures: boolean;
  /** Faults after which the walk stops; a damaged store has them without end. */
  readonly faultsMax: number;
}

/** Entries between two reports of progress. */
const PROGRESS_EVERY = 10_000;

/**
 * Proves a store from its first entry to its last: every entry hashed into the tree again, tiles, checkpoints, statements and their
 * outcomes, indexes and the state tree compared with it. A generator, so that the caller can show progress and stop.
 */
export function* fsck(options: FsckOptions): Generator<FsckProgress, FsckReport> {
  const check = new Check(options);
  yield* check.entries();
  yield* check.checkpoints();
  yield { stage: 'state', done: 0, total: 1 };
  check.state();
  yield* check.attachments();
  return check.report();
}

class Check {
  readonly #options: FsckOptions;
  readonly #store: StoreReader;
  readonly #reader: ChainReader;
  readonly #appender: TileAppender;
  readonly #directory = new SignerDirectory();
  readonly #faults: FsckFault[] = [];
  /** Root of the log after each block, by size, for the checkpoints. */
  readonly #roots = new Map<number, Uint8Array>();
  readonly #counts = { statements: 0, blocks: 0, checkpoints: 0, stateLeaves: 0, attachments: 0 };
  #height = -1;
  #timeMs = 0;
  #firstIndex = 0;
  #stateRoot: Uint8Array | undefined;

  constructor(options: FsckOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#reader = new ChainReader(options.store);
    this.#appender = TileAppender.create(this.#reader.spec.hasher);
  }

  *entries(): Generator<FsckProgress> {
    const { spec } = this.#reader;
    const head = this.#reader.head();
    const tiles = new Map<string, ChangedTile>();
    for (let index = 0; index < head.size && !this.#full; index++) {
      const bytes = this.#store.get('entries', numberKey(index));
      if (bytes === undefined) {
        this.#fault('entry-missing', index);
        break;
      }
      const changed = this.#appender.append([spec.hasher.leaf(bytes)]);
      for (const tile of changed) this.#keepTile(tile, tiles);
      const verdict = decodeEntry(bytes);
      if (verdict.ok) this.#entry(index, verdict.entry);
      else this.#fault('entry-malformed', index);
      if (index % PROGRESS_EVERY === 0) yield { stage: 'entries', done: index, total: head.size };
    }
    for (const tile of tiles.values()) this.#compareTile(tile);
    if (!equalBytes(this.#appender.root(), head.root)) this.#fault('head-wrong', 'root');
    if (head.entryHeight !== this.#height) this.#fault('head-wrong', 'height');
    let ids = 0;
    for (const [id, row] of this.#store.range('ids')) {
      ids++;
      if (this.#full) break;
      const entry = this.#reader.decodedEntry(numberOfKey(row));
      if (entry?.kind !== 'statement' || !equalBytes(entry.statementId, id)) {
        this.#fault('id-index-wrong', toHex(id));
      }
    }
    if (ids !== this.#counts.statements) this.#fault('id-index-wrong', `${ids} ids`);
    yield { stage: 'entries', done: head.size, total: head.size };
  }

  *checkpoints(): Generator<FsckProgress> {
    const { spec } = this.#reader;
    for (const [key, bytes] of this.#store.range('checkpoints')) {
      if (this.#full) return;
      const verdict = verifyCheckpoint({
        note: utf8Decode(bytes) ?? '',
        suite: spec.genesis.suite,
        chain: spec.chain,
        set: spec.validators,
      });
      const size = numberOfKey(key.subarray(0, 8));
      if (!verdict.ok) this.#fault('checkpoint-wrong', size, verdict.code);
      else if (verdict.size !== size || !equalBytes(verdict.root, this.#roots.get(size) ?? NONE)) {
        this.#fault('checkpoint-wrong', size, 'root');
      }
      this.#counts.checkpoints++;
      if (this.#counts.checkpoints % PROGRESS_EVERY === 0) {
        const total = this.#counts.blocks;
        yield { stage: 'checkpoints', done: this.#counts.checkpoints, total };
      }
    }
  }

  /** The tree in force, whole, against the last block entry. */
  state(): void {
    const head = this.#reader.head();
    const verdict = checkStateTree({
      hasher: this.#reader.spec.hasher,
      reader: (key) => this.#store.get('state', key),
      root: head.state,
    });
    if (verdict.ok) this.#counts.stateLeaves = verdict.leaves;
    else this.#fault('state-wrong', toHex(verdict.key), verdict.code);
    if (!equalBytes(head.state.hash, this.#stateRoot ?? NONE)) this.#fault('state-wrong', 'root');
  }

  *attachments(): Generator<FsckProgress> {
    for (const [digest, bytes] of this.#store.range('attachments')) {
      if (this.#full) return;
      if (!equalBytes(this.#reader.spec.hash(bytes), digest)) {
        this.#fault('attachment-wrong', toHex(digest));
      }
      this.#counts.attachments++;
      yield {
        stage: 'attachments',
        done: this.#counts.attachments,
        total: this.#counts.attachments,
      };
    }
  }

  report(): FsckReport {
    return { entries: this.#appender.size, ...this.#counts, faults: this.#faults };
  }

  get #full(): boolean {
    return this.#faults.length >= this.#options.faultsMax;
  }

  #fault(code: FsckFault['code'], at: string | number, detail?: string): void {
    this.#faults.push({ code, at: String(at), ...(detail === undefined ? {} : { detail }) });
  }

  #entry(index: number, entry: Entry): void {
    switch (entry.kind) {
      case 'genesis':
        if (index !== 0) this.#fault('entry-out-of-order', index);
        if (!equalBytes(entry.genesisDigest, this.#reader.spec.genesisDigest)) {
          this.#fault('head-wrong', 'genesis');
        }
        return;
      case 'statement':
      case 'due':
        if (entry.index !== index - this.#firstIndex) this.#fault('entry-out-of-order', index);
        this.#outcome(index, entry);
        if (entry.kind === 'statement') this.#statement(index, entry);
        return;
      case 'block':
        this.#block(index, entry);
        return;
      default:
        entry satisfies never;
    }
  }

  #block(index: number, entry: BlockEntry): void {
    const ordered = entry.height > this.#height && entry.time >= this.#timeMs;
    const counted = entry.count === index - this.#firstIndex;
    if (!ordered || !counted) this.#fault('entry-out-of-order', index);
    const row = this.#reader.block(entry.height);
    const agrees =
      row !== undefined &&
      row.firstIndex === this.#firstIndex &&
      row.size === index + 1 &&
      row.timeMs === entry.time &&
      equalBytes(row.state.hash, entry.stateRoot);
    if (!agrees) this.#fault('block-row-wrong', entry.height);
    this.#height = entry.height;
    this.#timeMs = entry.time;
    this.#firstIndex = index + 1;
    this.#stateRoot = entry.stateRoot;
    this.#roots.set(index + 1, this.#appender.root());
    this.#counts.blocks++;
  }

  #outcome(index: number, entry: StatementEntry | DueEntry): void {
    const row = this.#store.get('statements', numberKey(index));
    if (row === undefined) {
      this.#fault('statement-missing', index);
      return;
    }
    const { output, events } = decodeStatementRow(row);
    const { hash } = this.#reader.spec;
    const agrees =
      equalBytes(hash(output), entry.outputDigest) && equalBytes(hash(events), entry.eventsDigest);
    if (!agrees) this.#fault('outcome-wrong', index);
  }

  #statement(index: number, entry: StatementEntry): void {
    this.#counts.statements++;
    const row = this.#store.get('statements', numberKey(index));
    if (row === undefined) return;
    const parsed = parseStatement(decodeStatementRow(row).bytes, this.#reader.spec.hashName);
    if (!parsed.ok || !equalBytes(parsed.statement.id, entry.statementId)) {
      this.#fault('statement-wrong', index, parsed.ok ? 'id' : parsed.code);
      return;
    }
    const known = this.#reader.indexOf(entry.statementId);
    if (known !== index) this.#fault('id-index-wrong', index);
    if (!this.#options.signatures) return;
    const { statement } = parsed;
    // Records are never deleted and hold the heights in which they count, so the present state judges the past.
    const signer = this.#directory.find(statement.keyId, (contract, collection, key) => {
      const verdict = this.#reader.state({ contract, collection, key });
      return verdict.ok ? verdict.record.value : undefined;
    });
    if (signer === undefined) {
      this.#fault('statement-signer-wrong', index, 'unknown-signer');
      return;
    }
    const { algorithm, toBeSigned, signature } = statement;
    if (!verify(algorithm, signer.key.publicKey, toBeSigned, signature)) {
      this.#fault('statement-signature-wrong', index);
    }
    const standing = signerStanding(
      entry.height,
      signer.key,
      signer.memberRecord,
      signer.organisationRecord,
    );
    const expected = standing.ok ? undefined : standing.code;
    if (expected !== undefined && expected !== entry.code) {
      this.#fault('statement-signer-wrong', index, expected);
    }
  }

  /** Full tiles are compared when they fill; of the others only the last version counts. */
  #keepTile(tile: ChangedTile, tiles: Map<string, ChangedTile>): void {
    const name = `${tile.level}/${tile.index}`;
    if (tile.width < 256) {
      tiles.set(name, tile);
      return;
    }
    tiles.delete(name);
    this.#compareTile(tile);
  }

  #compareTile({ level, index, hashes }: ChangedTile): void {
    const stored = this.#store.get('tiles', tileKey(level, index));
    if (stored === undefined || !equalBytes(stored, hashes)) {
      this.#fault('tile-wrong', `${level}/${index}`);
    }
  }
}

const NONE = new Uint8Array(0);
