import { utf8Encode } from '@hefu/bytes';
import { formatCheckpoint } from '@hefu/protocol';
import type { ExecutedBlock } from './chain.ts';
import { encodeBlockRow, encodeHead } from './head.ts';
import { checkpointKey, numberKey, tileKey } from './keys.ts';
import { handoverKey, META_HEAD } from './meta-keys.ts';
import { pruneBacklog } from './prune.ts';
import { frameStaleKeys } from './stale.ts';
import type { StoreTransaction } from './store-port.ts';
import { encodeHandover } from './validators.ts';

/** Writes all of a block into the transaction that makes it durable. */
export function commitBlock(
  transaction: StoreTransaction,
  block: {
    readonly executed: ExecutedBlock;
    readonly chain: string;
    readonly lines: readonly string[];
  },
): void {
  const { executed } = block;
  const { head, height, sealed } = executed;
  if (sealed === undefined) {
    dropHeartbeatLines(transaction, head.size, height);
  } else {
    writeEntries(transaction, executed, sealed);
    for (const { level, index, hashes } of sealed.tiles) {
      transaction.put('tiles', tileKey(level, index), hashes);
    }
    for (const [key, bytes] of sealed.applied.puts) transaction.put('state', key, bytes);
    const { stale } = sealed.applied;
    if (stale.length > 0) transaction.put('stale', numberKey(height), frameStaleKeys(stale));
    executed.state.writeDerived(transaction);
    const next = sealed.nextValidators;
    if (next !== undefined) {
      transaction.put(
        'meta',
        handoverKey(next.number),
        encodeHandover({ ...next, size: head.size }),
      );
    }
    for (const { digest, bytes } of executed.attachments) {
      // Named by a second statement, it is there already; large values are appended, so that writing it again would cost disk.
      if (!transaction.has('attachments', digest)) transaction.put('attachments', digest, bytes);
    }
  }
  pruneBacklog(transaction, head.prunedHeight);
  const { size, root } = head;
  const note = formatCheckpoint({ chain: block.chain, size, root }, block.lines);
  transaction.put('checkpoints', checkpointKey(size, height), utf8Encode(note));
  transaction.put('meta', META_HEAD, encodeHead(head));
}

function writeEntries(
  transaction: StoreTransaction,
  executed: ExecutedBlock,
  sealed: NonNullable<ExecutedBlock['sealed']>,
): void {
  const { head, height } = executed;
  const firstIndex = head.size - sealed.entries.length;
  for (const [position, { entry, row, id }] of sealed.entries.entries()) {
    const key = numberKey(firstIndex + position);
    transaction.put('entries', key, entry);
    if (row !== undefined) transaction.put('statements', key, row);
    if (id !== undefined) transaction.put('ids', id, key);
  }
  transaction.put(
    'blocks',
    numberKey(height),
    encodeBlockRow({ timeMs: head.timeMs, firstIndex, size: head.size, state: head.state }),
  );
}

/**
 * Of the checkpoints of one size the first stays, because receipts name it, and the last, because it is the freshest; the
 * heartbeats between them go.
 */
function dropHeartbeatLines(transaction: StoreTransaction, size: number, height: number): void {
  const range = { from: checkpointKey(size, 0), to: checkpointKey(size, height), reverse: true };
  const keys = Array.from(transaction.range('checkpoints', { ...range, limit: 2 }), ([key]) => key);
  const [latest, earlier] = keys;
  if (latest !== undefined && earlier !== undefined) transaction.delete('checkpoints', latest);
}
