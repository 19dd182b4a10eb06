/** A language of a country as Windows XP knows it. */
export interface XpRegion {
  /** As in LANG, without its encoding: `de_AT`, `sr_RS@latin`. */
  readonly locale: string;
  /** LCID, eight hexadecimal digits. */
  readonly localeId: string;
  /** The keyboard layout that Windows XP has for it by default, eight hexadecimal digits. */
  readonly keyboardLayout: string;
  /** What `LanguageGroup` in WINNT.SIF takes: the files that the language needs. */
  readonly languageGroup: number;
}

type Row = readonly [locale: string, localeId: number, keyboardLayout: number];

/** By language group: 1 Western Europe, 2 Central Europe, 3 Baltic, 4 Greek, 5 Cyrillic, 6 Turkic, 7 Japanese, … */
const groups: Readonly<Record<number, readonly Row[]>> = {
  1: [
    ['en_US', 0x0409, 0x0409],
    ['en_GB', 0x0809, 0x0809],
    ['en_AU', 0x0c09, 0x0409],
    ['en_CA', 0x1009, 0x0409],
    ['en_IE', 0x1809, 0x1809],
    ['en_NZ', 0x1409, 0x0409],
    ['en_ZA', 0x1c09, 0x0409],
    ['de_DE', 0x0407, 0x0407],
    ['de_AT', 0x0c07, 0x0407],
    ['de_CH', 0x0807, 0x0807],
    ['de_LI', 0x1407, 0x0807],
    ['de_LU', 0x1007, 0x0407],
    ['fr_FR', 0x040c, 0x040c],
    ['fr_BE', 0x080c, 0x080c],
    ['fr_CA', 0x0c0c, 0x1009],
    ['fr_CH', 0x100c, 0x100c],
    ['fr_LU', 0x140c, 0x040c],
    ['it_IT', 0x0410, 0x0410],
    ['it_CH', 0x0810, 0x0410],
    ['es_ES', 0x0c0a, 0x040a],
    ['es_MX', 0x080a, 0x080a],
    ['es_AR', 0x2c0a, 0x080a],
    ['es_CL', 0x340a, 0x080a],
    ['es_CO', 0x240a, 0x080a],
    ['es_PE', 0x280a, 0x080a],
    ['es_VE', 0x200a, 0x080a],
    ['pt_PT', 0x0816, 0x0816],
    ['pt_BR', 0x0416, 0x0416],
    ['nl_NL', 0x0413, 0x20409],
    ['nl_BE', 0x0813, 0x0813],
    ['da_DK', 0x0406, 0x0406],
    ['sv_SE', 0x041d, 0x041d],
    ['sv_FI', 0x081d, 0x041d],
    ['nb_NO', 0x0414, 0x0414],
    ['nn_NO', 0x0814, 0x0414],
    ['fi_FI', 0x040b, 0x040b],
    ['is_IS', 0x040f, 0x040f],
    ['fo_FO', 0x0438, 0x0406],
    ['ca_ES', 0x0403, 0x040a],
    ['eu_ES', 0x042d, 0x040a],
    ['gl_ES', 0x0456, 0x040a],
    ['af_ZA', 0x0436, 0x0409],
    ['id_ID', 0x0421, 0x0409],
    ['ms_MY', 0x043e, 0x0409],
  ],
  2: [
    ['pl_PL', 0x0415, 0x0415],
    ['cs_CZ', 0x0405, 0x0405],
    ['sk_SK', 0x041b, 0x041b],
    ['hu_HU', 0x040e, 0x040e],
    ['sl_SI', 0x0424, 0x0424],
    ['hr_HR', 0x041a, 0x041a],
    ['sr_RS@latin', 0x081a, 0x081a],
    ['ro_RO', 0x0418, 0x0418],
    ['sq_AL', 0x041c, 0x041c],
  ],
  3: [
    ['et_EE', 0x0425, 0x0425],
    ['lv_LV', 0x0426, 0x0426],
    ['lt_LT', 0x0427, 0x0427],
  ],
  4: [['el_GR', 0x0408, 0x0408]],
  5: [
    ['ru_RU', 0x0419, 0x0419],
    ['uk_UA', 0x0422, 0x0422],
    ['be_BY', 0x0423, 0x0423],
    ['bg_BG', 0x0402, 0x0402],
    ['mk_MK', 0x042f, 0x042f],
    ['sr_RS', 0x0c1a, 0x0c1a],
    ['kk_KZ', 0x043f, 0x043f],
  ],
  6: [
    ['tr_TR', 0x041f, 0x041f],
    ['az_AZ', 0x042c, 0x042c],
  ],
  7: [['ja_JP', 0x0411, 0x0411]],
  8: [['ko_KR', 0x0412, 0x0412]],
  9: [
    ['zh_TW', 0x0404, 0x0404],
    ['zh_HK', 0x0c04, 0x0404],
  ],
  10: [
    ['zh_CN', 0x0804, 0x0804],
    ['zh_SG', 0x1004, 0x0804],
  ],
  11: [['th_TH', 0x041e, 0x041e]],
  12: [['he_IL', 0x040d, 0x040d]],
  13: [
    ['ar_SA', 0x0401, 0x0401],
    ['ar_EG', 0x0c01, 0x0401],
    ['ar_AE', 0x3801, 0x0401],
    ['fa_IR', 0x0429, 0x0429],
  ],
  14: [['vi_VN', 0x042a, 0x042a]],
  15: [['hy_AM', 0x042b, 0x042b]],
  16: [['ka_GE', 0x0437, 0x0437]],
  17: [['hi_IN', 0x0439, 0x0439]],
};

export const regions: readonly XpRegion[] = Object.entries(groups).flatMap(([group, rows]) =>
  rows.map(([locale, localeId, keyboardLayout]) => ({
    locale,
    localeId: eightDigits(localeId),
    keyboardLayout: eightDigits(keyboardLayout),
    languageGroup: Number(group),
  })),
);

function eightDigits(id: number): string {
  return id.toString(16).toUpperCase().padStart(8, '0');
}
