import { requireSize } from '../log/sizes.ts';

/** Hashes in a full tile and entries in a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
/** Levels of the log tree that one tile spans: 2^8 = {@link TILE_WIDTH}. */
export const TILE_HEIGHT = 8;
/** Highest tile level that a path may name (C2SP tlog-tiles: 0 to 63). */
export const TILE_LEVEL_MAX = 63;

/** What a path below a log's prefix names. `width` is 256 for a full tile or bundle. */
export type TilePath =
  | {
      readonly kind: 'hashes';
      readonly level: number;
      readonly index: number;
      readonly width: number;
    }
  | { readonly kind: 'entries'; readonly index: number; readonly width: number };

/** Groups of three digits, all but the last with an `x` before them; none of the form x000 first. */
const TILE_PATH =
  /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d?|1\d\d|2[0-4]\d|25[0-5]))?$/;

/**
 * Path of a hash tile: `tile/0/x001/x234/067`, with `.p/5` at the end when it is partial (C2SP
 * tlog-tiles, Merkle tree). `width` is 1 to 256 and 256 unless given.
 */
export function tilePath(level: number, index: number, width: number = TILE_WIDTH): string {
  if (!Number.isSafeInteger(level) || level < 0 || level > TILE_LEVEL_MAX) {
    throw new RangeError(`no tile level ${level}`);
  }
  return `tile/${level}/${indexPath(index)}${widthPath(width)}`;
}

/** Path of an entry bundle: `tile/entries/x001/x234/067` (C2SP tlog-tiles, Log entries). */
export function entriesPath(index: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${indexPath(index)}${widthPath(width)}`;
}

/**
 * Reads a path that {@link tilePath} or {@link entriesPath} could have written; undefined for any
 * other text, so that each tile has one address.
 */
export function parseTilePath(path: string): TilePath | undefined {
  const match = TILE_PATH.exec(path);
  if (match === null) return undefined;
  const [, level = '', groups = '', partial] = match;
  if (groups.startsWith('x000/')) return undefined;
  const index = Number(groups.replaceAll(/[x/]/g, ''));
  if (!Number.isSafeInteger(index)) return undefined;
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  if (level === 'entries') return { kind: 'entries', index, width };
  const tileLevel = Number(level);
  return tileLevel > TILE_LEVEL_MAX
    ? undefined
    : { kind: 'hashes', level: tileLevel, index, width };
}

function indexPath(index: number): string {
  requireSize(index, 'tile index');
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  }
  return path;
}

function widthPath(width: number): string {
  if (!Number.isSafeInteger(width) || width < 1 || width > TILE_WIDTH) {
    throw new RangeError(`no tile of width ${width}`);
  }
  return width === TILE_WIDTH ? '' : `.p/${width}`;
}
