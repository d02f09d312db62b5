import type { Random } from '../faults/random.ts';

/** A header that no answer may ever have: what is put in to get it there. */
export const PLANTED_HEADER = 'x-planted';

/** Texts that have broken other programs. */
const TEXTS: readonly string[] = [
  '',
  ' ',
  '.',
  '..',
  '../../../../etc/passwd',
  String.raw`..\..\windows\win.ini`,
  '/etc/passwd',
  'file:///etc/passwd',
  '\0',
  'a\0b',
  '\r\n',
  `a\r\n${PLANTED_HEADER}: 1`,
  '\u001B[31m',
  '\uFEFF',
  '\u202Egnp.exe',
  '\u0661\u0662',
  '数字',
  'Ωмега',
  '𝒳😀',
  'e\u0301',
  'ﬀ',
  'İ',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'undefined',
  'null',
  'NaN',
  'Infinity',
  'true',
  '0',
  '-0',
  '-1',
  '+1',
  '01',
  '0x10',
  '1e3',
  '1.5',
  '1e400',
  '9007199254740991',
  '9007199254740993',
  '18446744073709551616',
  '-9223372036854775809',
  "' or 1=1--",
  '"; drop table users; --',
  '%',
  '_',
  '*',
  '[a]',
  '{{7*7}}',
  '${jndi:ldap://127.0.0.1/a}',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '$(id)',
  '`id`',
  '(a+)+$',
  'http://169.254.169.254/latest/meta-data',
  'http://127.0.0.1:1/',
  'javascript:alert(1)',
  '2026-02-30T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '0000-01-01T00:00:00Z',
];

/** Pieces of an address as they stand there. */
const ESCAPES: readonly string[] = [
  '%00',
  '%2f',
  '%2F..%2F..%2Fetc%2Fpasswd',
  '%2e%2e%2f',
  '%2e%2e',
  '..%5c',
  '..%c0%af',
  '%c0%ae%c0%ae/',
  '%ed%a0%80',
  '%ff%fe',
  '%',
  '%z1',
  '%2',
  '%25%32%66',
  '%0d%0aX-Planted:%201',
  '%E5%95%86',
  '%F0%9F%98%80',
  '%20',
  '+',
  ';a=b',
  '%3f',
  '%23',
  '//',
  '/./',
  '/../',
  'é',
  '\u0001',
  '\t',
  '"',
  '<>',
  '{}',
  '|',
  '^',
];

export function hostileText(random: Random): string {
  const kind = random.next();
  if (kind < 0.05) return 'a'.repeat(random.between(200, 9_000));
  if (kind < 0.08) return '😀'.repeat(random.between(50, 500));
  if (kind < 0.15) return randomText(random);
  return choice(TEXTS, random);
}

/** Already encoded, or wrongly so. */
export function hostileEscape(random: Random): string {
  const kind = random.next();
  if (kind < 0.05) return 'a'.repeat(random.between(500, 20_000));
  if (kind < 0.08) return '%61'.repeat(random.between(10, 400));
  if (kind < 0.12) return '/a'.repeat(random.between(2, 200));
  return choice(ESCAPES, random);
}

function randomText(random: Random): string {
  const points = Array.from({ length: random.between(1, 40) }, () => random.between(1, 0x2_ff_ff));
  return String.fromCodePoint(...points.filter((point) => point < 0xd800 || point > 0xdfff));
}

export function randomBytesOf(random: Random, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, () => random.between(0, 255));
}

export function choice<T>(from: readonly T[], random: Random): T {
  const chosen = from[random.between(0, from.length - 1)];
  if (chosen === undefined) throw new Error('there is nothing to choose from');
  return chosen;
}

export function chance(random: Random, probability: number): boolean {
  return random.next() < probability;
}
