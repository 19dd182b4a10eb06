import { expect, test } from 'vitest';
import { hostRegion, regionOf } from '../../../src/guest-setup/host-facts/region.ts';
import { regions } from '../../../src/guest-setup/host-facts/regions.ts';

test.each([
  ['de_DE.UTF-8', '00000407', '00000407', 1],
  ['de_AT.UTF-8@euro', '00000C07', '00000407', 1],
  ['de_CH', '00000807', '00000807', 1],
  ['en_GB.UTF-8', '00000809', '00000809', 1],
  ['fr_CA.UTF-8', '00000C0C', '00001009', 1],
  ['nl_NL.UTF-8', '00000413', '00020409', 1],
  ['no_NO.UTF-8', '00000414', '00000414', 1],
  ['pl_PL.UTF-8', '00000415', '00000415', 2],
  ['ru_RU.KOI8-R', '00000419', '00000419', 5],
  ['sr_RS.UTF-8', '00000C1A', '00000C1A', 5],
  ['sr_RS.UTF-8@latin', '0000081A', '0000081A', 2],
  ['ja_JP.eucJP', '00000411', '00000411', 7],
  ['zh_HK.UTF-8', '00000C04', '00000404', 9],
  // A country that Windows XP does not know has the language's first.
  ['es_EC.UTF-8', '00000C0A', '0000040A', 1],
  ['pt', '00000816', '00000816', 1],
  ['eo.UTF-8', '00000409', '00000409', 1],
  ['C.UTF-8', '00000409', '00000409', 1],
  ['POSIX', '00000409', '00000409', 1],
  ['', '00000409', '00000409', 1],
  ['../../etc', '00000409', '00000409', 1],
])('%s is %s', (locale, localeId, keyboardLayout, languageGroup) => {
  expect(regionOf(locale)).toMatchObject({ localeId, keyboardLayout, languageGroup });
});

test('the environment is asked in the order of POSIX', () => {
  expect(hostRegion({ LANG: 'de_DE.UTF-8' }).locale).toBe('de_DE');
  expect(hostRegion({ LANG: 'de_DE.UTF-8', LC_MESSAGES: 'fr_FR.UTF-8' }).locale).toBe('fr_FR');
  expect(hostRegion({ LANG: 'de_DE.UTF-8', LC_ALL: 'it_IT.UTF-8', LC_MESSAGES: '' }).locale).toBe('it_IT');
  expect(hostRegion({}).locale).toBe('en_US');
});

test('the table is whole: each locale once, each ID once', () => {
  expect(regions.length).toBeGreaterThanOrEqual(60);
  expect(new Set(regions.map(({ locale }) => locale)).size).toBe(regions.length);
  expect(new Set(regions.map(({ localeId }) => localeId)).size).toBe(regions.length);
  for (const { localeId, keyboardLayout } of regions) {
    expect(localeId).toMatch(/^0000[0-9A-F]{4}$/);
    expect(keyboardLayout).toMatch(/^000[0-9A-F]{5}$/);
  }
});
