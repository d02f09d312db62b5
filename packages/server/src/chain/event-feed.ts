import { toHex } from '@hefu/bytes';
import type { ModuleDefinition } from '@hefu/contract';
import type { ChainReader } from '@hefu/ledger';
import type { ProjectedBlock } from '@hefu/readmodel';
import { createBlockFeed } from './block-feed.ts';

/** A block with its events in order. */
export interface EventBlock extends ProjectedBlock {
  /** Of the log after the block; undefined for a heartbeat, which has no entries. */
  readonly log?: {
    readonly size: number;
    /** Entries of statements and due effects. */
    readonly statements: number;
    /** Hex. */
    readonly stateRoot: string;
  };
}

/** Where streams and webhooks get what happened. */
export interface EventFeed {
  /** At most `limit` blocks in order from `fromHeight`, fewer when they are large; none when the chain is not that high. */
  blocks(fromHeight: number, limit: number): Promise<readonly EventBlock[]>;
}

export function createEventFeed(
  reader: ChainReader,
  modules: readonly ModuleDefinition[],
): EventFeed {
  const feed = createBlockFeed(reader, modules);
  return {
    async blocks(fromHeight, limit) {
      const blocks = await feed.blocks(fromHeight, limit);
      return blocks.map((block) => {
        const row = reader.block(block.height);
        if (row === undefined) return block;
        const { size, firstIndex, state } = row;
        const log = { size, statements: size - firstIndex - 1, stateRoot: toHex(state.hash) };
        return { ...block, log };
      });
    },
  };
}
