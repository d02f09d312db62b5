import { equalBytes, toHex } from '@hefu/bytes';
import { LogFrontier, TileAppender } from '@hefu/merkle';
import type { ChangedTile } from '@hefu/merkle';
import { decodeEntry, digestOfParameters, validatorsDigest } from '@hefu/protocol';
import type {
  BlockEntry,
  DueEntry,
  Entry,
  RegistrationEntry,
  StatementEntry,
} from '@hefu/protocol';
import type { ChainSpec } from '../chain-spec.ts';
import { decodeBlockRow } from '../head.ts';
import type { BlockRow, Head } from '../head.ts';
import { numberKey, numberOfKey, tileKey } from '../keys.ts';
import type { ParametersRecord } from '../parameters.ts';
import { handoverKey, HANDOVERS } from '../meta-keys.ts';
import { encodeHandover } from '../validators.ts';
import type { NumberedSet } from '../validators.ts';
import type { StoreReader } from '../store-port.ts';
import { CheckpointCheck } from './check-checkpoints.ts';
import type { StatementCheck } from './check-statement.ts';
import { PROGRESS_EVERY } from './report.ts';
import type { Findings, FsckProgress } from './report.ts';
import { ExpectedRows, readRow, walkRows } from './rows.ts';

/** Width of a full tile. */
const TILE_WIDTH = 256;

export interface LogCheckOptions {
  readonly store: StoreReader;
  readonly findings: Findings;
  readonly spec: ChainSpec;
  readonly head: Head;
  readonly statements: StatementCheck;
}

/**
 * Proves the log: every entry hashed into the tree again, block by block, and beside it tiles, block rows, checkpoints, statements
 * and their index.
 */
export class LogCheck {
  readonly #options: LogCheckOptions;
  readonly #findings: Findings;
  readonly #entries: ExpectedRows;
  readonly #blocks: ExpectedRows;
  readonly #checkpoints: CheckpointCheck;
  readonly #appender: TileAppender;
  /** Tiles that are not full yet, as the log stands. */
  readonly #edges = new Map<string, ChangedTile>();
  /** Leaf hashes since the last block. */
  #leaves: Uint8Array[] = [];
  #height = -1;
  #timeMs = 0;
  #firstIndex = 0;
  /** A foreign statement's digest whose registration has to follow. */
  #foreign: { readonly index: number; readonly digest: Uint8Array } | undefined;
  #last: BlockRow | undefined;
  /** In force for the block that follows, with the digest that the last one names. */
  #parameters: ParametersRecord;
  /** Up to where these parameters let states be pruned. */
  #prunedHeight = 0;
  /** Who signs the next checkpoint, with the digest that the last block names. */
  #validators: NumberedSet & { readonly digest: Uint8Array };

  constructor(options: LogCheckOptions) {
    const { store, findings, spec } = options;
    this.#options = options;
    this.#findings = findings;
    this.#entries = new ExpectedRows(store, findings, 'entries');
    this.#blocks = new ExpectedRows(store, findings, 'blocks');
    this.#checkpoints = new CheckpointCheck(store, findings, spec);
    this.#appender = TileAppender.create(spec.hasher);
    this.#parameters = { values: spec.parameters, digest: spec.parametersDigest };
    this.#validators = { number: 0, set: spec.validators, digest: spec.validatorsDigest };
  }

  /** Gives whether it came to the end of the log. */
  *run(): Generator<FsckProgress, boolean> {
    const { head, statements } = this.#options;
    const whole = yield* this.#walkEntries();
    if (whole) {
      this.#head();
      for (const tile of this.#edges.values()) this.#compareTile(tile);
      this.#extraTiles();
      this.#entries.finish();
      this.#blocks.finish();
      this.#checkpoints.finish(head, this.#height);
      statements.finish();
      this.#ids();
    }
    this.#entries.close();
    this.#blocks.close();
    this.#checkpoints.close();
    statements.close();
    yield { stage: 'entries', done: this.#findings.counts.entries, total: head.size };
    return whole;
  }

  /** Whether it came to the end: behind an entry that is missing nothing can be hashed. */
  *#walkEntries(): Generator<FsckProgress, boolean> {
    const { head, spec } = this.#options;
    for (let index = 0; index < head.size && !this.#findings.full; index++) {
      const bytes = this.#entries.take(numberKey(index));
      if (bytes === undefined) {
        this.#findings.add('entry-missing', index);
        return false;
      }
      this.#findings.counts.entries++;
      this.#leaves.push(spec.hasher.leaf(bytes));
      const verdict = decodeEntry(bytes);
      if (verdict.ok) this.#entry(index, verdict.entry);
      else this.#findings.add('entry-malformed', index, verdict.code);
      if (index % PROGRESS_EVERY === 0) yield { stage: 'entries', done: index, total: head.size };
    }
    this.#append();
    return !this.#findings.full;
  }

  #entry(index: number, entry: Entry): void {
    if (this.#foreign !== undefined && entry.kind !== 'registration') {
      // The one before says nothing but a digest: its registration has to follow it.
      this.#findings.add('entry-out-of-order', index);
      this.#foreign = undefined;
    }
    switch (entry.kind) {
      case 'genesis':
        if (index !== 0) this.#findings.add('entry-out-of-order', index);
        if (!equalBytes(entry.genesisDigest, this.#options.spec.genesisDigest)) {
          this.#findings.add('meta-wrong', 'genesis', 'not that of the first entry');
        }
        return;
      case 'statement':
      case 'due':
        this.#outcome(index, entry);
        return;
      case 'foreign':
        this.#foreign = { index, digest: entry.digest };
        return;
      case 'registration':
        this.#registration(index, entry);
        return;
      case 'block':
        this.#block(index, entry);
        return;
      default:
        entry satisfies never;
    }
  }

  #outcome(index: number, entry: StatementEntry | DueEntry): void {
    if (entry.index !== index - this.#firstIndex || entry.height <= this.#height) {
      this.#findings.add('entry-out-of-order', index);
    }
    this.#options.statements.check(index, entry);
  }

  #registration(index: number, entry: RegistrationEntry): void {
    const foreign = this.#foreign;
    this.#foreign = undefined;
    const follows = foreign?.index === index - 1 && equalBytes(foreign.digest, entry.digest);
    const isInPlace = entry.index === index - this.#firstIndex && entry.height > this.#height;
    if (!follows || !isInPlace) this.#findings.add('entry-out-of-order', index);
    this.#options.statements.checkRegistration(index, entry);
  }

  #block(index: number, entry: BlockEntry): void {
    const ordered = entry.height > this.#height && entry.time >= this.#timeMs;
    const counted = entry.count === index - this.#firstIndex;
    if (!ordered || !counted) this.#findings.add('entry-out-of-order', index);
    const { set } = this.#validators;
    this.#rulesOf(entry, index + 1);
    this.#append();
    const row = this.#blockRow(index, entry);
    if (row !== undefined) this.#last = row;
    this.#height = entry.height;
    this.#timeMs = entry.time;
    this.#firstIndex = index + 1;
    this.#findings.counts.blocks++;
    const root = this.#appender.root();
    this.#checkpoints.block({ height: entry.height, size: index + 1, root, set });
  }

  #rulesOf(entry: BlockEntry, size: number): void {
    const { spec, statements } = this.#options;
    const { stateHorizonBlocks } = this.#parameters.values;
    if (entry.height > 0 && stateHorizonBlocks > 0) {
      this.#prunedHeight = Math.max(this.#prunedHeight, entry.height - stateHorizonBlocks);
    }
    const { parameters, validators } = statements.endBlock(entry);
    this.#validatorsOf(entry, size, validators);
    if (parameters !== undefined) {
      const digest = digestOfParameters(spec.genesis.suite, parameters);
      this.#parameters = { values: parameters, digest };
    }
    if (!equalBytes(entry.parametersDigest, this.#parameters.digest)) {
      this.#findings.add('parameters-wrong', entry.height);
    }
  }

  #validatorsOf(entry: BlockEntry, size: number, next: NumberedSet | undefined): void {
    const { spec, store } = this.#options;
    if (next !== undefined) {
      const digest = validatorsDigest(spec.hashName, next.set, next.number);
      const inOrder = next.number === this.#validators.number + 1;
      this.#validators = { ...next, digest };
      const row = readRow(store, this.#findings, 'meta', handoverKey(next.number));
      const isKept = row !== undefined && equalBytes(row, encodeHandover({ ...next, size }));
      if (!inOrder || !isKept) this.#findings.add('validators-wrong', entry.height, 'handover');
    }
    if (!equalBytes(entry.validatorsDigest, this.#validators.digest)) {
      this.#findings.add('validators-wrong', entry.height);
    }
  }

  #blockRow(index: number, entry: BlockEntry): BlockRow | undefined {
    const bytes = this.#blocks.take(numberKey(entry.height));
    const row = bytes === undefined ? undefined : blockRowOf(bytes);
    const before = this.#last?.state;
    const agrees =
      row !== undefined &&
      row.firstIndex === this.#firstIndex &&
      row.size === index + 1 &&
      row.timeMs === entry.time &&
      equalBytes(row.state.hash, entry.stateRoot) &&
      // A state that did not change keeps the version of the block that made it.
      row.state.version ===
        (before !== undefined && equalBytes(before.hash, row.state.hash)
          ? before.version
          : entry.height);
    if (!agrees) this.#findings.add('block-row-wrong', entry.height);
    return row;
  }

  #append(): void {
    for (const tile of this.#appender.append(this.#leaves)) {
      const name = `${tile.level}/${tile.index}`;
      if (tile.width < TILE_WIDTH) {
        this.#edges.set(name, tile);
      } else {
        this.#edges.delete(name);
        this.#compareTile(tile);
      }
    }
    this.#leaves = [];
  }

  #compareTile({ level, index, hashes }: ChangedTile): void {
    const { store } = this.#options;
    const stored = readRow(store, this.#findings, 'tiles', tileKey(level, index));
    if (stored === undefined || !equalBytes(stored, hashes)) {
      this.#findings.add('tile-wrong', `${level}/${index}`);
    }
  }

  #extraTiles(): void {
    const { store, head } = this.#options;
    for (const [key] of walkRows(store, this.#findings, 'tiles')) {
      const level = key[0] ?? 0;
      const index = key.length === 9 ? numberOfKey(key.subarray(1)) : Number.POSITIVE_INFINITY;
      if (index >= head.size / TILE_WIDTH ** (level + 1) && !this.#edges.has(`${level}/${index}`)) {
        this.#findings.add('row-unexpected', `tiles/${toHex(key)}`);
      }
    }
  }

  #head(): void {
    const { head, spec, statements } = this.#options;
    const last = this.#last;
    const wrong = (what: string, holds: boolean): void => {
      if (!holds) this.#findings.add('head-wrong', what);
    };
    wrong('root', equalBytes(this.#appender.root(), head.root));
    const frontier = LogFrontier.deserialise(spec.hasher, head.frontier);
    wrong('frontier', frontier !== undefined && equalBytes(frontier.root(), head.root));
    wrong('height', head.entryHeight === this.#height && head.height >= this.#height);
    wrong('last entry', last === undefined || last.size === head.size);
    const idle = head.height > head.entryHeight;
    wrong('time', head.timeMs === this.#timeMs || (idle && head.timeMs > this.#timeMs));
    wrong(
      'state',
      last !== undefined &&
        equalBytes(head.state.hash, last.state.hash) &&
        head.state.version === last.state.version,
    );
    wrong('pruned height', head.prunedHeight === this.#prunedHeight);
    const now = statements.parametersNow();
    if (now !== undefined && !equalBytes(now.digest, this.#parameters.digest)) {
      this.#findings.add('parameters-wrong', 'state');
    }
    const { number, digest } = this.#validators;
    const set = statements.validatorsNow();
    if (set !== undefined && !equalBytes(set.digest, digest)) {
      this.#findings.add('validators-wrong', 'state');
    }
    const rows = walkRows(this.#options.store, this.#findings, 'meta', HANDOVERS);
    if (Array.from(rows).length !== number) {
      this.#findings.add('validators-wrong', 'handovers');
    }
  }

  /** Every statement was found through its id already; here, that each id leads to one. */
  #ids(): void {
    const { store } = this.#options;
    for (const [id, row] of walkRows(store, this.#findings, 'ids')) {
      if (this.#findings.full) return;
      const bytes = row.length === 8 ? readRow(store, this.#findings, 'entries', row) : undefined;
      const verdict = bytes === undefined ? undefined : decodeEntry(bytes);
      const leads =
        verdict?.ok === true &&
        ((verdict.entry.kind === 'statement' && equalBytes(verdict.entry.statementId, id)) ||
          (verdict.entry.kind === 'foreign' && equalBytes(verdict.entry.digest, id)));
      if (!leads) this.#findings.add('id-index-wrong', toHex(id));
    }
  }
}

function blockRowOf(bytes: Uint8Array): BlockRow | undefined {
  try {
    return decodeBlockRow(bytes);
  } catch {
    return undefined;
  }
}
