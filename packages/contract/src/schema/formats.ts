/**
 * Named formats of text: the only regular expressions a schema may use, so that every host checks
 * the same language. Each is linear in the length of the text, anchored, and bounds it unless noted.
 */
export interface TextFormat {
  readonly pattern: RegExp;
  /** UTF-16 code units of the longest text it takes; undefined when it sets no bound. */
  readonly lengthMax?: number;
  /** Whether every text of the format is ASCII. */
  readonly ascii: boolean;
}

export const textFormats = {
  /** Chain id, which is also the log's origin. */
  'chain-id': { pattern: /^[a-z0-9./-]{1,50}$/, lengthMax: 50, ascii: true },
  'organisation-id': { pattern: /^[a-z0-9-]{1,32}$/, lengthMax: 32, ascii: true },
  'member-name': { pattern: /^[a-z0-9.-]{1,64}$/, lengthMax: 64, ascii: true },
  'member-id': {
    pattern: /^[a-z0-9-]{1,32}\/[a-z0-9.-]{1,64}$/,
    lengthMax: 97,
    ascii: true,
  },
  /** Contracts, collections, methods, events. */
  name: { pattern: /^[a-z][a-zA-Z0-9-]{0,39}$/, lengthMax: 40, ascii: true },
  /** Roles, kinds, refusal codes. */
  'kebab-name': { pattern: /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, ascii: true },
  /** What people number things by: batches, cases, serials. */
  identifier: { pattern: /^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,127}$/, lengthMax: 128, ascii: true },
  /** Lower-case hex of any whole number of bytes; set a maximum. */
  hex: { pattern: /^(?:[0-9a-f]{2})*$/, ascii: true },
  /** Lower-case hex of 32 bytes: digests, key ids, statement ids. */
  hex32: { pattern: /^[0-9a-f]{64}$/, lengthMax: 64, ascii: true },
  uuid: {
    pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
    lengthMax: 36,
    ascii: true,
  },
  /** Decimal quantity without exponent: floats never enter the state. */
  decimal: {
    pattern: /^-?(?:0|[1-9][0-9]{0,29})(?:\.[0-9]{1,18})?$/,
    lengthMax: 50,
    ascii: true,
  },
  /** Whole number of any size up to 38 digits, not negative. */
  whole: { pattern: /^(?:0|[1-9][0-9]{0,37})$/, lengthMax: 38, ascii: true },
  /** Calendar date; that the day exists in its month is not checked. */
  date: {
    pattern: /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$/,
    lengthMax: 10,
    ascii: true,
  },
  currency: { pattern: /^[A-Z]{3}$/, lengthMax: 3, ascii: true },
  country: { pattern: /^[A-Z]{2}$/, lengthMax: 2, ascii: true },
  /** BCP 47 in its common shape. */
  language: { pattern: /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/, lengthMax: 30, ascii: true },
  'media-type': {
    pattern: /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/,
    lengthMax: 191,
    ascii: true,
  },
  uri: {
    pattern: /^[a-z][a-z0-9+.-]{0,31}:[\x21-\x7e]{1,1000}$/,
    lengthMax: 1033,
    ascii: true,
  },
  /**
   * One line of any script, without control characters and without the marks that turn writing
   * around, which make a text look like another one. Set a maximum.
   */
  line: {
    // eslint-disable-next-line no-control-regex
    pattern: /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/,
    ascii: false,
  },
  /** As `line`, with tabs and line ends. Set a maximum. */
  lines: {
    // eslint-disable-next-line no-control-regex
    pattern: /^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/,
    ascii: false,
  },
} as const satisfies Readonly<Record<string, TextFormat>>;

export type TextFormatName = keyof typeof textFormats;

/** The format of this name, or undefined. */
export function textFormat(name: string): TextFormat | undefined {
  return Object.hasOwn(textFormats, name) ? textFormats[name as TextFormatName] : undefined;
}

/** Name of the format whose pattern this is, or undefined. */
export function formatOfPattern(pattern: RegExp): TextFormatName | undefined {
  for (const [name, format] of Object.entries(textFormats)) {
    if (format.pattern.source === pattern.source && format.pattern.flags === pattern.flags) {
      return name as TextFormatName;
    }
  }
  return undefined;
}
