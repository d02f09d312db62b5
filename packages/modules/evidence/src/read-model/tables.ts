import { fromHex } from '@hefu/bytes';

/**
 * Tables of the evidence read model, in SQL that SQLite and PostgreSQL share: `bytea` and `bigint`
 * mean the same to both.
 *
 * `number` orders deposits as the log does: height · 2^20 + place in the block. An item row holds
 * the item's CBOR and what is searched for; all else is read from the CBOR. `roots` are the roots of
 * groups of 256 items, from which a receipt's path is made without reading the whole batch.
 */
export const EVIDENCE_TABLES: readonly string[] = [
  `create table evidence_deposits (
    number bigint primary key,
    id bytea not null unique,
    type text not null,
    height bigint not null,
    time bigint not null,
    depositor text not null,
    organisation text not null,
    readers text not null,
    case_name text,
    title text,
    item_count integer not null,
    items_here integer not null,
    root bytea,
    attachment bytea,
    attachment_size bigint,
    roots bytea
  )`,
  'create index evidence_deposits_depositor on evidence_deposits (depositor, number)',
  'create index evidence_deposits_organisation on evidence_deposits (organisation, number)',
  'create index evidence_deposits_case on evidence_deposits (case_name, number)',
  'create index evidence_deposits_time on evidence_deposits (time, number)',
  `create table evidence_items (
    number bigint not null,
    position integer not null,
    sha256 bytea,
    sm3 bytea,
    case_name text,
    item bytea not null,
    primary key (number, position)
  )`,
  'create index evidence_items_sha256 on evidence_items (sha256)',
  'create index evidence_items_sm3 on evidence_items (sm3)',
  'create index evidence_items_case on evidence_items (case_name, number)',
];

/** Statements of a block, at the most, that `number` can tell apart. */
const PLACES_PER_BLOCK = 1_048_576;

/** The number of a deposit: later deposits have larger ones. */
export function depositNumber(height: number, place: number): number {
  return height * PLACES_PER_BLOCK + place;
}

/** Bytes of a hex text that its schema has checked. Digests and ids are kept so: as text their indexes would be twice as large. */
export function hexBytes(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array(0);
}
