import type { ChainReader } from '@hefu/ledger';
import { rootFromTiles, TileError } from '@hefu/merkle';

/** Root of the log as it was at `size` entries; undefined when it does not reach so far or its tiles are damaged. */
export function rootOfSize(reader: ChainReader, size: number): Uint8Array | undefined {
  if (size < 1 || size > reader.head().size) return undefined;
  try {
    return rootFromTiles(reader.spec.hasher, size, (level, index, width) =>
      reader.tile(level, index, width),
    );
  } catch (error) {
    if (error instanceof TileError) return undefined;
    throw error;
  }
}
