import type { Language, Texts } from '../texts/texts.ts';

const LOCALES: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en-GB', ru: 'ru' };

/** A time for people, in UTC. What no calendar reaches is told as a number. */
export function timeText(texts: Texts, milliseconds: number): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return `${milliseconds} ms`;
  const format = new Intl.DateTimeFormat(LOCALES[texts.language], {
    dateStyle: 'long',
    timeStyle: 'medium',
    timeZone: 'UTC',
  });
  return `${format.format(date)} UTC`;
}

/** A time to compare, as RFC 3339 has it. */
export function isoText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? `${milliseconds} ms` : date.toISOString();
}

/** A count with the separators of the language. */
export function countText(texts: Texts, count: number): string {
  return new Intl.NumberFormat(LOCALES[texts.language]).format(count);
}

/** A size for people, and the exact count. */
export function sizeText(texts: Texts, bytes: number): string {
  const exact = texts.bytes(countText(texts, bytes));
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = '';
  for (const next of units) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  if (unit === '') return exact;
  const format = new Intl.NumberFormat(LOCALES[texts.language], { maximumSignificantDigits: 3 });
  return `${format.format(value)} ${unit} (${exact})`;
}

/** The beginning of a digest: enough to compare by eye, never to rely on. */
export function shortHex(hex: string, length = 8): string {
  return hex.length > length ? `${hex.slice(0, length)}…` : hex;
}
