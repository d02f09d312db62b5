const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const DAY_MS = 86_400_000;
/** Two digits below this are years of this century (RFC 5280 §4.1.2.5.1). */
const CENTURY_TURN = 50;
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * Milliseconds UTC of a Time (RFC 5280 §4.1.2.5): `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`, with seconds and without fractions or
 * zones. Undefined when it is anything else, or lies before 1970.
 */
export function readTime(tag: number, body: Uint8Array): number | undefined {
  const size = tag === UTC_TIME ? 13 : 15;
  if ((tag !== UTC_TIME && tag !== GENERALIZED_TIME) || body.length !== size) return undefined;
  if (body[size - 1] !== 0x5a) return undefined;
  const yearDigits = size - 11;
  const shortYear = digits(body, 0, yearDigits);
  const [month, day, hour, minute, second] = [0, 2, 4, 6, 8].map((offset) =>
    digits(body, yearDigits + offset, 2),
  );
  if (shortYear === undefined || month === undefined || day === undefined) return undefined;
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  const year = tag === UTC_TIME ? shortYear + (shortYear < CENTURY_TURN ? 2000 : 1900) : shortYear;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) {
    return undefined;
  }
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return daysSince1970(year, month, day) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000;
}

function digits(bytes: Uint8Array, from: number, count: number): number | undefined {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysOf(year: number, month: number): number {
  return month === 2 && isLeap(year) ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

function daysSince1970(year: number, month: number, day: number): number {
  const leapsBefore = (until: number): number =>
    Math.floor(until / 4) - Math.floor(until / 100) + Math.floor(until / 400);
  let days = (year - 1970) * 365 + leapsBefore(year - 1) - leapsBefore(1969);
  for (let each = 1; each < month; each++) days += daysOf(year, each);
  return days + day - 1;
}
