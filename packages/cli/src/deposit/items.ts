import { basename } from 'node:path';
import { fromHex } from '@hefu/bytes';
import { encodeItem, ITEM_NAME_LENGTH_MAX, itemFault } from '@hefu/sdk';
import type { Item } from '@hefu/sdk';
import { usageFault } from '../fault.ts';
import type { JournalFile } from './journal.ts';

/** What all items of a run say alike. */
export interface ItemSettings {
  readonly case?: string;
  readonly title?: string;
  /** Whether the time a file was last written is stated, as its depositor's claim. */
  readonly claimTimes: boolean;
}

/**
 * The item of a hashed file. A name that no item may have (a line break in it, too long) is cut to its last part or left
 * out: the digests say which file it is.
 */
export function itemOf(file: JournalFile, settings: ItemSettings): Item {
  const sha256 = fromHex(file.sha256);
  const sm3 = fromHex(file.sm3);
  if (sha256 === undefined || sm3 === undefined) throw new Error(`no digests of ${file.name}`);
  const item: Item = {
    kind: 'file',
    sha256,
    sm3,
    size: file.size,
    ...(settings.title === undefined ? {} : { title: settings.title }),
    ...(settings.case === undefined ? {} : { case: settings.case }),
    ...(settings.claimTimes ? { claimed: Math.max(Math.floor(file.mtimeMs), 0) } : {}),
  };
  for (const name of [file.name, basename(file.name)]) {
    if (name.length > ITEM_NAME_LENGTH_MAX || !name.isWellFormed()) continue;
    const named: Item = { ...item, name };
    if (itemFault(encodeItem(named)) === undefined) return named;
  }
  const fault = itemFault(encodeItem(item));
  if (fault === undefined) return item;
  const reasons = fault.code === 'item-invalid' ? fault.data.errors : [];
  const [reason] = reasons;
  throw usageFault(
    'item-invalid',
    reason === undefined ? fault.code : `${reason.pointer}: ${reason.detail}`,
    'Check --title and --case.',
  );
}
