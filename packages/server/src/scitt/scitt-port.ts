import { toHex } from '@hefu/bytes';
import { anchorOf, loggedEntry, registrationOf } from '@hefu/ledger';
import type { ChainReader, RegisterResult } from '@hefu/ledger';
import { coseReceiptsOf } from '@hefu/protocol';
import type { Validator, ValidatorReceipt } from '@hefu/protocol';
import type { DiskState } from '../disk/disk-watch.ts';
import { allSets, setOfSize } from './validator-sets.ts';

/** Receipts of a registered statement, one for each validator that signed; or why there are none. */
export type ScittReceipts =
  | { readonly ok: true; readonly receipts: readonly ValidatorReceipt[] }
  | { readonly ok: false; readonly code: 'scitt-entry-not-found' | 'not-final' };

/** What the routes of SCITT need of a chain. */
export interface ScittPort {
  /** Registers a Signed Statement; answers when it is durable or refused. */
  register(statement: Uint8Array): Promise<RegisterResult>;
  /** Under a checkpoint that is final; `not-final` while none covers the entry. */
  receiptsOf(digest: Uint8Array): ScittReceipts;
  /** Keys that sign receipts or have signed some, those in force first. */
  keys(): readonly Validator[];
}

/** SCITT over a reading handle of a chain, and over what registers in it. */
export function createScittPort(
  reader: ChainReader,
  register: ScittPort['register'],
  disk?: { state(): Pick<DiskState, 'isLow'> },
): ScittPort {
  return {
    register: async (statement) =>
      disk?.state().isLow === true ? { ok: false, code: 'disk-low' } : register(statement),
    receiptsOf: (digest) => receiptsOf(reader, digest),
    keys: () => keysOf(reader),
  };
}

function receiptsOf(reader: ChainReader, digest: Uint8Array): ScittReceipts {
  const record = registrationOf(reader, digest);
  if (record === undefined) return { ok: false, code: 'scitt-entry-not-found' };
  const anchor = anchorOf(reader, record.height);
  if (anchor === undefined) return { ok: false, code: 'not-final' };
  const { spec } = reader;
  const { index, inclusion } = loggedEntry(reader, record.index, anchor);
  const made = coseReceiptsOf({
    suite: spec.genesis.suite,
    chain: spec.chain,
    set: setOfSize(reader, anchor.block.size),
    checkpoint: anchor.checkpoint,
    index,
    inclusion,
  });
  return made.ok ? made : { ok: false, code: 'not-final' };
}

function keysOf(reader: ChainReader): readonly Validator[] {
  const keys = new Map<string, Validator>();
  for (const validator of allSets(reader).toReversed().flat()) {
    const name = `${validator.algorithm} ${toHex(validator.publicKey)}`;
    if (!keys.has(name)) keys.set(name, validator);
  }
  return [...keys.values()];
}
