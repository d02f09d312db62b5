import type { SqlRow } from '@hefu/contract';
import type { Intervals } from '../schemas/records.ts';
import type { KeyView, MemberView, OrganisationView } from '../schemas/views.ts';

/** Columns of each table in the order the views name them. */
export const ORGANISATION_COLUMNS = 'id, name, active';
export const MEMBER_COLUMNS = 'id, organisation, kind, roles, active';
export const KEY_COLUMNS = `id, member, algorithm, public_key, purpose, active,
  (select max(not_after) from membership_certificates
    where membership_certificates.key = membership_keys.id and active_to is null) as expires`;

/** An organisation as it stands in the block after `height`. */
export function organisationView(row: SqlRow, height: number): OrganisationView {
  const active = intervalsOf(row);
  return {
    id: textOf(row, 'id'),
    name: textOf(row, 'name'),
    status: status(active, height),
    active,
  };
}

/** A member as it stands in the block after `height`. */
export function memberView(row: SqlRow, height: number): MemberView {
  const active = intervalsOf(row);
  return {
    id: textOf(row, 'id'),
    organisation: textOf(row, 'organisation'),
    kind: textOf(row, 'kind'),
    roles: JSON.parse(textOf(row, 'roles')) as string[],
    status: status(active, height),
    active,
  };
}

/** A key as it stands in the block after `height`. */
export function keyView(row: SqlRow, height: number): KeyView {
  const active = intervalsOf(row);
  return {
    id: textOf(row, 'id'),
    member: textOf(row, 'member'),
    algorithm: textOf(row, 'algorithm'),
    publicKey: textOf(row, 'public_key'),
    purpose: textOf(row, 'purpose'),
    expires: row['expires'] === null ? null : integerOf(row, 'expires'),
    status: counts(active, height + 1) ? 'active' : 'closed',
    active,
  };
}

function status(active: Intervals, height: number): 'active' | 'suspended' {
  return counts(active, height + 1) ? 'active' : 'suspended';
}

/** Whether a height lies in one of the intervals. */
export function counts(active: Intervals, height: number): boolean {
  return active.some(([from, to]) => height >= from && (to === null || height < to));
}

export function intervalsOf(row: SqlRow): Intervals {
  return JSON.parse(textOf(row, 'active')) as Intervals;
}

/** A whole number; databases with large ones give them as bigint. */
export function integerOf(row: SqlRow, column: string): number {
  const value = Number(row[column]);
  if (!Number.isSafeInteger(value)) throw new Error(`the column ${column} holds no integer`);
  return value;
}

export function textOf(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`the column ${column} holds no text`);
  return value;
}
