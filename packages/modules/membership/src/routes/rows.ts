import type { SqlRow } from '@hefu/contract';
import type { Intervals } from '../schemas/records.ts';
import type { KeyView, MemberView, OrganisationView } from '../schemas/views.ts';

/** Columns of each table in the order the views name them. */
export const ORGANISATION_COLUMNS = 'id, name, active';
export const MEMBER_COLUMNS = 'id, organisation, kind, roles, active';
export const KEY_COLUMNS = 'id, member, algorithm, public_key, purpose, active';

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
    status: counts(active, height + 1) ? 'active' : 'closed',
    active,
  };
}

function status(active: Intervals, height: number): 'active' | 'suspended' {
  return counts(active, height + 1) ? 'active' : 'suspended';
}

function counts(active: Intervals, height: number): boolean {
  return active.some(([from, to]) => height >= from && (to === null || height < to));
}

function intervalsOf(row: SqlRow): Intervals {
  return JSON.parse(textOf(row, 'active')) as Intervals;
}

function textOf(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new Error(`the column ${column} holds no text`);
  return value;
}
