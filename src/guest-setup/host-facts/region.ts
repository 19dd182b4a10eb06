import { regions, type XpRegion } from './regions.ts';

/**
 * The keyboard layout of a guest that is shown by its windows: the host's layout makes the characters, and what the
 * channel sends as a key is a key of the US keyboard. A guest with another layout would type others.
 */
export const channelKeyboardLayout = '00000409';

/** What POSIX looks at for the language, in its order. */
const variables = ['LC_ALL', 'LC_MESSAGES', 'LANG'] as const;

/** The region of whoever runs this. Pure. */
export function hostRegion(env: NodeJS.ProcessEnv): XpRegion {
  const locale = variables.map((name) => env[name]).find((value) => value);
  return regionOf(locale ?? 'C');
}

/**
 * The region for a locale such as `de_AT.UTF-8@euro`: the same language and country, else the language's first of the
 * table, else US English. Pure.
 */
export function regionOf(locale: string): XpRegion {
  const match = /^([a-z]{2,3})(?:_([A-Z]{2}))?(?:\.[^@]*)?(?:@(\w+))?$/.exec(locale.trim());
  const [, language = 'en', country = '', modifier = ''] = match ?? [];
  // One word for Norwegian, as it was before there were two.
  const plain = language === 'no' ? 'nb' : language;
  const wanted = `${plain}_${country}`;
  return (
    regions.find((region) => region.locale === `${wanted}@${modifier}`) ??
    regions.find((region) => region.locale === wanted) ??
    regions.find((region) => region.locale.startsWith(`${plain}_`)) ??
    usEnglish
  );
}

const usEnglish: XpRegion = {
  locale: 'en_US',
  localeId: '00000409',
  keyboardLayout: '00000409',
  languageGroup: 1,
};
