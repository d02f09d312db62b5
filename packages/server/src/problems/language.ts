import type { Language } from './definition.ts';
import { LANGUAGES } from './definition.ts';

/** Languages looked at in one header; nobody speaks more, and the work stays bounded. */
const LANGUAGES_READ_MAX = 32;

/**
 * The best of our languages for an `Accept-Language` header (RFC 9110 §12.5.4, lookup by primary subtag as in RFC 4647
 * §3.4); English when none fits.
 */
export function chooseLanguage(header: string | undefined): Language {
  if (header === undefined || header === '') return 'en';
  let best: Language = 'en';
  let bestQuality = 0;
  for (const part of header.split(',', LANGUAGES_READ_MAX)) {
    const [range = '', ...parameters] = part.split(';');
    const primary = range.trim().toLowerCase().split('-')[0] ?? '';
    const language = LANGUAGES.find((candidate) => candidate === primary);
    const quality = qualityOf(parameters);
    if (language !== undefined && quality > bestQuality) {
      best = language;
      bestQuality = quality;
    }
  }
  return best;
}

/** The `q` parameter (RFC 9110 §12.4.2): 1 when absent, 0 when malformed. */
export function qualityOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=');
    if (name.trim().toLowerCase() !== 'q') continue;
    const text = value.trim();
    return /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 0;
  }
  return 1;
}
