import type { ChangedTile } from '../tiles/appender.ts';
import type { TileReader } from '../tiles/nodes.ts';

/** Tiles in memory: of each, the widest version put, as a node keeps them. */
export class TileStore {
  readonly tiles: Map<string, ChangedTile> = new Map();

  put(tiles: readonly ChangedTile[]): void {
    for (const tile of tiles) this.tiles.set(`${tile.level}/${tile.index}`, tile);
  }

  readonly read: TileReader = (level, index) => this.tiles.get(`${level}/${index}`)?.hashes;
}
