import { qualityOf } from '../problems/language.ts';

/** Media ranges looked at in one header; no client of good faith sends more. */
const RANGES_READ_MAX = 64;

interface MediaRange {
  readonly type: string;
  readonly quality: number;
  /** 3 for one type, 2 for all of a main type, 1 for all. */
  readonly precision: number;
}

/**
 * The offer that an `Accept` header likes best (RFC 9110 §12.5.1), undefined when it likes none. Without a header, or
 * with a range for all types, the first offer. Of equally liked offers the earlier one wins.
 */
export function chooseMediaType<T extends string>(
  header: string | undefined,
  offers: readonly T[],
): T | undefined {
  if (header === undefined || header.trim() === '') return offers[0];
  const ranges = parseRanges(header);
  let best: T | undefined;
  let bestQuality = 0;
  for (const offer of offers) {
    const quality = qualityFor(offer, ranges);
    if (quality > bestQuality) {
      best = offer;
      bestQuality = quality;
    }
  }
  return best;
}

function parseRanges(header: string): MediaRange[] {
  return header.split(',', RANGES_READ_MAX).map((part) => {
    const [name = '', ...parameters] = part.split(';');
    const type = name.trim().toLowerCase();
    const precision = type === '*/*' ? 1 : type.endsWith('/*') ? 2 : 3;
    return { type, quality: qualityOf(parameters), precision };
  });
}

/** The most precise range that covers the offer decides. */
function qualityFor(offer: string, ranges: readonly MediaRange[]): number {
  let quality = 0;
  let precision = 0;
  const [main = ''] = offer.split('/');
  for (const range of ranges) {
    const covers = range.type === offer || range.type === '*/*' || range.type === `${main}/*`;
    if (covers && range.precision > precision) {
      precision = range.precision;
      quality = range.quality;
    }
  }
  return quality;
}
