// Goal: a log written by another implementation is read exactly. Method: the eight sizes of a small
// C2SP tile log: roots from hash tiles and from entry bundles, consistency of all pairs of
// checkpoints, and any changed byte noticed.
import { fromBase64, utf8Decode } from '@hefu/bytes';
import { fixturesDir, readFixture } from '@hefu/bytes/testing';
import { describe, expect, it } from 'vitest';
import { rootOf } from '../log/tree.ts';
import { verifyConsistency } from '../log/verify.ts';
import { HASHERS } from '../testing/hashers.ts';
import { TileAppender } from './appender.ts';
import { decodeEntryBundle, encodeEntryBundle } from './bundle.ts';
import { consistencyPathFromTiles, rootFromTiles } from './nodes.ts';
import { entriesPath, tilePath } from './path.ts';

const hasher = HASHERS.sha256;
const fixtures = fixturesDir();
const sizes = [0, 1, 2, 3, 4, 5, 6, 7];

function readLog(path: string): Uint8Array {
  return readFixture(`tlog/log/${path}`);
}

/** Root in the body of a checkpoint: origin, size, root, one a line. */
function checkpointRoot(size: number): Uint8Array {
  const [, sizeLine, rootLine = ''] = (utf8Decode(readLog(`checkpoint.${size}`)) ?? '').split('\n');
  if (sizeLine !== String(size)) throw new Error(`checkpoint ${size} says ${sizeLine}`);
  return fromBase64(rootLine) ?? new Uint8Array(0);
}

function entriesOf(bundle: Uint8Array): readonly Uint8Array[] | undefined {
  const decoded = decodeEntryBundle(bundle);
  return decoded.ok ? decoded.entries : undefined;
}

/** A root from leaf hashes, as a reader of entry bundles makes it; undefined for a broken bundle. */
function rootFromBundle(bundle: Uint8Array): Uint8Array | undefined {
  const entries = entriesOf(bundle);
  return (
    entries &&
    rootOf(
      hasher,
      entries.map((entry) => hasher.leaf(entry)),
    )
  );
}

describe.skipIf(fixtures === undefined)('a tile log by another implementation', () => {
  const read = (level: number, index: number, width: number): Uint8Array =>
    readLog(tilePath(level, index, width));

  it.each(sizes)('has the roots of its checkpoints at size %i', (size) => {
    expect(rootFromTiles(hasher, size, read)).toStrictEqual(checkpointRoot(size));
    if (size === 0) return;
    const bundle = readLog(entriesPath(0, size));
    const entries = entriesOf(bundle) ?? [];
    expect(entries.length).toBe(size);
    expect(encodeEntryBundle(entries)).toStrictEqual(bundle);
    expect(rootFromBundle(bundle)).toStrictEqual(checkpointRoot(size));
    const tiles = TileAppender.create(hasher).append(entries.map((entry) => hasher.leaf(entry)));
    expect(tiles).toStrictEqual([{ level: 0, index: 0, width: size, hashes: read(0, 0, size) }]);
  });

  it('grew consistently between all pairs of sizes', () => {
    let pairs = 0;
    for (const size1 of sizes.slice(1)) {
      for (const size2 of sizes.slice(size1)) {
        const path = consistencyPathFromTiles(hasher, size1, size2, read);
        const [root1, root2] = [checkpointRoot(size1), checkpointRoot(size2)];
        const claim = { hasher, size1, size2, root1, root2, path };
        expect(verifyConsistency(claim), `${size1} → ${size2}`).toBe(true);
        const swapped = { ...claim, root1: root2, root2: root1 };
        expect(verifyConsistency(swapped), `${size1} → ${size2} swapped`).toBe(size1 === size2);
        pairs++;
      }
    }
    expect(pairs).toBe(28);
  });

  it('shows any changed byte', () => {
    for (const size of sizes.slice(1)) {
      const root = checkpointRoot(size);
      const tile = read(0, 0, size);
      for (let at = 0; at < tile.length; at++) {
        const changed = tile.with(at, (tile[at] as number) ^ 1);
        const found = rootFromTiles(hasher, size, () => changed);
        expect(found, `tile ${size}, byte ${at}`).not.toStrictEqual(root);
      }
      const bundle = readLog(entriesPath(0, size));
      for (let at = 0; at < bundle.length; at++) {
        const changed = bundle.with(at, (bundle[at] as number) ^ 1);
        const found = rootFromBundle(changed);
        expect(found, `bundle ${size}, byte ${at}`).not.toStrictEqual(root);
      }
    }
  });
});
