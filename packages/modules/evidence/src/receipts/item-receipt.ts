import { toBase64, toHex } from '@hefu/bytes';
import type { Hasher } from '@hefu/merkle';
import { GROUP_ITEMS, pathInRows, rowsAboveGroups, treeRows } from '../batch/group-tree.ts';

/**
 * The inclusion path of an item from the items of its group and the roots of all groups. Throws
 * RangeError when the item is not among them (programmer error).
 */
export function itemPath(
  hasher: Hasher,
  index: number,
  groupItems: readonly Uint8Array[],
  roots: Uint8Array,
): Uint8Array[] {
  const place = index % GROUP_ITEMS;
  if (groupItems[place] === undefined) throw new RangeError(`item ${index} is not in its group`);
  const leaves = groupItems.map((item) => hasher.leaf(item));
  const lower = pathInRows(treeRows(hasher, leaves), place);
  const upper = pathInRows(rowsAboveGroups(hasher, roots), Math.floor(index / GROUP_ITEMS));
  return [...lower, ...upper];
}

/** The receipt (`hefu-receipt/1`) of one item of a batch, from the one of its statement. */
export function itemReceipt(
  statementReceipt: object,
  item: Uint8Array,
  index: number,
  path: readonly Uint8Array[],
): object {
  return {
    ...statementReceipt,
    item: toBase64(item),
    itemIndex: index,
    itemPath: path.map(toHex),
  };
}
