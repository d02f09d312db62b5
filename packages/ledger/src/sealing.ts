import { applyWrites } from '@hefu/merkle';
import type { AppliedWrites, ChangedTile, NodeReader, StateRoot, TileAppender } from '@hefu/merkle';
import { encodeEntry, stateKeyHash } from '@hefu/protocol';
import type { ChainSpec } from './chain-spec.ts';
import type { NewEntry } from './execution.ts';
import type { ParametersReader } from './parameters.ts';
import type { NumberedSet, ValidatorsReader } from './validators.ts';
import type { BlockState } from './state/block-state.ts';
import { splitStatePath } from './state/path.ts';
import type { ReadValue } from './state/signer-directory.ts';

/** A block's entries in the log and its writes in the state tree; nothing is stored yet. */
export interface Sealed {
  readonly entries: readonly NewEntry[];
  /** The log after the block, apart from the chain's own until the block is committed. */
  readonly appender: TileAppender;
  readonly tiles: readonly ChangedTile[];
  readonly applied: AppliedWrites;
  /** The set that signs from the next block on, when this one has changed it. */
  readonly nextValidators: NumberedSet | undefined;
}

export interface SealOptions {
  readonly spec: ChainSpec;
  readonly parameters: ParametersReader;
  readonly validators: ValidatorsReader;
  readonly height: number;
  readonly timeMs: number;
  readonly entries: readonly NewEntry[];
  readonly state: BlockState;
  readonly stateRoot: StateRoot;
  readonly readNode: NodeReader;
  readonly appender: TileAppender;
}

/** Closes a block: its writes into the state tree, the new state root into the block entry, all entries into the log. */
export function seal(options: SealOptions): Sealed {
  const { spec, height } = options;
  const applied = applyStateChanges(options);
  const read: ReadValue = (contract, collection, key) =>
    options.state.get(contract, collection, key);
  const validators = options.validators.read(read);
  const blockEntry = encodeEntry({
    kind: 'block',
    height,
    time: options.timeMs,
    count: options.entries.length,
    stateRoot: applied.root.hash,
    // Those that the state after this block holds: they are in force from the next one on.
    parametersDigest: options.parameters.read(read).digest,
    validatorsDigest: validators.digest,
  });
  const entries = [...options.entries, { entry: blockEntry }];
  const appender = options.appender.clone();
  const tiles = appender.append(entries.map(({ entry }) => spec.hasher.leaf(entry)));
  const changed = validators.number > 0 && validators.changed === height;
  return { entries, appender, tiles, applied, nextValidators: changed ? validators : undefined };
}

function applyStateChanges(options: SealOptions): AppliedWrites {
  const { spec, state } = options;
  const writes = Array.from(state.changes(), ([path, value]) => {
    const { contract, collection, key } = splitStatePath(path);
    return { keyHash: stateKeyHash(spec.hashName, contract, collection, key), value };
  });
  return applyWrites({
    hasher: spec.hasher,
    reader: options.readNode,
    root: options.stateRoot,
    writes,
    version: options.height,
  });
}
