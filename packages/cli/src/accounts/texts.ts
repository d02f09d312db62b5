import type { ApiKey, User } from '@hefu/accounts';
import { ROLES } from '@hefu/accounts';
import type { OptionText } from '../command.ts';
import { usageFault } from '../fault.ts';
import { fields } from '../output/table.ts';

export const ROLE_OPTION: OptionText = {
  flags: '--role <roles...>',
  summary: `What they may: ${ROLES.join(', ')}.`,
  required: true,
};
export const MEMBER_OPTION: OptionText = {
  flags: '--member <member>',
  summary: 'The member on the chain they stand for; needed for the role member.',
};

/** A user as JSON. */
export function userJson(user: User): object {
  const { createdMs, signedInMs, member = null, ...rest } = user;
  return {
    format: 'hefu-user/1',
    ...rest,
    member,
    created: timeText(createdMs),
    signedIn: signedInMs === undefined ? null : timeText(signedInMs),
  };
}

/** A key as JSON, without its secret. */
export function apiKeyJson(key: ApiKey): object {
  const { createdMs, expiresMs, revokedMs, usedMs, member = null, userId = null, ...rest } = key;
  return {
    format: 'hefu-api-key/1',
    ...rest,
    member,
    user: userId,
    created: timeText(createdMs),
    expires: timeText(expiresMs),
    revoked: revokedMs === undefined ? null : timeText(revokedMs),
    used: usedMs === undefined ? null : timeText(usedMs),
  };
}

/** A user for people. */
export function userLines(user: User): readonly string[] {
  return fields([
    ['name', user.name],
    ['id', user.id],
    ['roles', user.roles.join(', ')],
    ['member', user.member ?? '–'],
    ['state', user.disabled ? 'disabled' : 'enabled'],
  ]);
}

/** RFC 3339 in UTC. */
export function timeText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

const UNITS_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90d`, `12h`, `30m`, `45s` in milliseconds. */
export function durationMs(typed: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(typed) ?? [];
  const unitMs = UNITS_MS[unit];
  if (count !== undefined && unitMs !== undefined) return Number(count) * unitMs;
  throw usageFault(
    'duration-invalid',
    `${typed} is no duration`,
    'A duration is 90d, 12h, 30m or 45s.',
  );
}
