import type { AccountsFault } from '../errors.ts';
import { fault } from '../errors.ts';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '../limits.ts';

/** Fewer different characters than these are a pattern, not a password. */
const DIFFERENT_CHARS_MIN = 5;
/** Longest run of neighbours (`abcdef`, `654321`) that still counts as one character each. */
const RUN_CHARS_MAX = 3;
/** What the most guessed passwords of this length are made of; a password is looked at without them. */
const GUESSED_WORDS = [
  'password',
  'passw0rd',
  'qwertyuiop',
  'qwerty',
  'asdfgh',
  'zxcvbn',
  'letmein',
  'welcome',
  'iloveyou',
  'administrator',
  'admin',
  'changeme',
  'secret',
  'dragon',
  'monkey',
  'football',
  'baseball',
  'sunshine',
  'princess',
  'woaini',
  'hefu',
  'пароль',
  'йцукен',
  '密码',
] as const;

/**
 * What is wrong with a new password, undefined when nothing is: at least 12 characters, at most 128 (OWASP ASVS 2.1.1,
 * 2.1.2), and after the name of its user, the most guessed words, repeated characters and rows of neighbours are taken
 * out there is still something to guess (ASVS 2.1.7). No rules of composition (ASVS 2.1.9).
 */
export function passwordFault(password: string, name: string): AccountsFault | undefined {
  const length = Array.from(password.normalize('NFKC')).length;
  if (length < PASSWORD_CHARS_MIN) return fault('password-too-short');
  if (length > PASSWORD_CHARS_MAX) return fault('password-too-long');
  if (!password.isWellFormed()) return fault('password-guessable');
  let rest = password.normalize('NFKC').toLowerCase();
  for (const word of [name, ...GUESSED_WORDS]) rest = rest.replaceAll(word, ' ');
  return hasSubstance(rest) ? undefined : fault('password-guessable');
}

function hasSubstance(rest: string): boolean {
  const points = Array.from(rest, (character) => character.codePointAt(0) ?? 0);
  const counted: number[] = [];
  let run = 1;
  for (const [index, point] of points.entries()) {
    const step = point - (points[index - 1] ?? Number.NaN);
    const before = (points[index - 1] ?? 0) - (points[index - 2] ?? Number.NaN);
    run = Math.abs(step) <= 1 && step === before ? run + 1 : 1;
    if (run < RUN_CHARS_MAX && point !== 0x20) counted.push(point);
  }
  return new Set(counted).size >= DIFFERENT_CHARS_MIN;
}
