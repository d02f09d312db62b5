import { EN } from './en.ts';
import { RU } from './ru.ts';
import type { Language, Texts } from './texts.ts';
import { ZH } from './zh.ts';

/** The languages, each by its own name. */
export const LANGUAGES: Readonly<
  Record<Language, { readonly name: string; readonly texts: Texts }>
> = {
  zh: { name: '中文', texts: ZH },
  en: { name: 'English', texts: EN },
  ru: { name: 'Русский', texts: RU },
};

/** The language that the address asks for, else the first of the reader's that there is. */
export function chooseLanguage(hash: string, preferred: readonly string[]): Language {
  const asked = new URLSearchParams(hash.replace(/^#/, '')).get('lang');
  for (const wish of [asked ?? '', ...preferred]) {
    const language = languageOf(wish);
    if (language !== undefined) return language;
  }
  return 'en';
}

function languageOf(tag: string): Language | undefined {
  const primary = tag.toLowerCase().split('-', 1)[0] ?? '';
  return primary === 'zh' || primary === 'en' || primary === 'ru' ? primary : undefined;
}

/** The address's fragment with the language in it; whatever else stands there stays. */
export function hashWithLanguage(hash: string, language: Language): string {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  parts.set('lang', language);
  return `#${parts.toString()}`;
}
