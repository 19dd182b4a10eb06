import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { infText } from '../../../src/guest-setup/answers/inf.ts';
import { productKey } from '../../../src/guest-setup/answers/product-key.ts';
import { unattendedFloppy, winntSif, type XpAnswers } from '../../../src/guest-setup/answers/winnt-sif.ts';
import { Secret } from '../../../src/guest-setup/secret.ts';
import { readInf, shapeOf } from './inf-reader.ts';
import { pick, seeded } from './random.ts';

const key = 'BCDFG-HJKMP-QRTVW-XY234-6789B';
const answers: XpAnswers = {
  productKey: productKey(key),
  fullName: 'Jürgen Müller',
  organisation: 'Müller & Söhne; Büro = 2, "nein"'.replaceAll('"', "'"),
  computerName: 'PC-7',
  timeZoneIndex: 110,
  localeId: '00000407',
  keyboardLayout: '00000409',
};
const date = new Date('2026-03-04T05:06:08Z');
const badAnswer = expect.objectContaining({ code: 'guest-setup.bad-answer' });
const sectionsOf = (changed: Partial<XpAnswers> = {}) =>
  readInf(winntSif({ ...answers, ...changed }).reveal());

/** Loose on purpose: a hostile value need not be of the right type. */
const withValue = (field: string, value: unknown) => ({ ...answers, [field]: value }) as XpAnswers;

describe('WINNT.SIF', () => {
  test('says all that was answered', () => {
    const sections = sectionsOf({ administratorPassword: new Secret('pass;word'), autoLogonCount: 3 });
    const value = (section: string, entry: string) => sections.get(section)?.get(entry);
    expect(value('Unattended', 'UnattendMode')).toBe('FullUnattended');
    expect(value('Unattended', 'OemSkipEula')).toBe('Yes');
    expect(value('Unattended', 'DriverSigningPolicy')).toBe('Ignore');
    expect(value('GuiUnattended', 'OemSkipWelcome')).toBe('1');
    expect(value('GuiUnattended', 'OEMSkipRegional')).toBe('1');
    expect(value('GuiUnattended', 'AdminPassword')).toBe('pass;word');
    expect(value('GuiUnattended', 'AutoLogon')).toBe('Yes');
    expect(value('GuiUnattended', 'AutoLogonCount')).toBe('3');
    expect(value('GuiUnattended', 'TimeZone')).toBe('110');
    expect(value('UserData', 'ProductKey')).toBe(key);
    expect(value('UserData', 'FullName')).toBe('Jürgen Müller');
    expect(value('UserData', 'OrgName')).toBe("Müller & Söhne; Büro = 2, 'nein'");
    expect(value('UserData', 'ComputerName')).toBe('PC-7');
    expect(value('Display', 'XResolution')).toBe('1024');
    expect(value('RegionalSettings', 'LanguageGroup')).toBe('1');
    expect(value('RegionalSettings', 'SystemLocale')).toBe('00000407');
    expect(value('RegionalSettings', 'InputLocale')).toBe('0407:00000409');
    expect(value('Identification', 'JoinWorkgroup')).toBe('WORKGROUP');
    expect(value('Networking', 'InstallDefaultComponents')).toBe('Yes');
    expect(value('GuiRunOnce', 'Command0')).toBe(
      'cmd.exe /c if exist D:\\xpane\\install.exe D:\\xpane\\install.exe',
    );
    expect(value('GuiRunOnce', 'Command4')).toContain('H:\\xpane');
  });

  test('a blank password is *, and no log-on is said so', () => {
    const gui = sectionsOf({ autoLogonCount: 0 }).get('GuiUnattended');
    expect(gui?.get('AdminPassword')).toBe('*');
    expect(gui?.get('AutoLogon')).toBe('No');
    expect(gui?.has('AutoLogonCount')).toBe(false);
  });

  test('early zones have three digits', () => {
    expect(sectionsOf({ timeZoneIndex: 4 }).get('GuiUnattended')?.get('TimeZone')).toBe('004');
  });

  test('goes on a floppy in the code page of the CD', () => {
    const { bytes, ranges } = unattendedFloppy(answers, date);
    const { offsetBytes = 0, sizeBytes = 0 } = ranges.get('WINNT.SIF') ?? {};
    const file = bytes.subarray(offsetBytes, offsetBytes + sizeBytes);
    expect(file.includes(Buffer.from('FullName="J\xfcrgen M\xfcller"\r\n', 'latin1'))).toBe(true);
    expect(() => unattendedFloppy({ ...answers, fullName: 'Łukasz' }, date)).toThrow(badAnswer);
    const polish = unattendedFloppy(
      { ...answers, fullName: 'Łukasz', codePage: 1250, organisation: '' },
      date,
    );
    expect(polish.bytes.includes(Buffer.from('FullName="\xa3ukasz"\r\n', 'latin1'))).toBe(true);
  });
});

const hostile = [
  'x\r\n[GuiRunOnce]\r\nCommand9="evil.exe"',
  'x"\nAdminPassword=*',
  'x"',
  '"',
  'a%windir%b',
  'x\u0000',
  'x\u0085y',
  'x\u2028y',
  'x\u001a',
  '\ud800',
  '\ufeff',
  'x'.repeat(400),
];
const fields = ['fullName', 'organisation', 'computerName', 'workgroup', 'localeId', 'keyboardLayout'];

describe.each(fields)('%s', (field) => {
  test.each(hostile)('refuses %j and does not repeat it', (value) => {
    let thrown: unknown;
    try {
      winntSif(withValue(field, value));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'guest-setup.bad-answer' });
    expect((thrown as Error).message).toContain(field);
    expect(`${(thrown as Error).message}`).not.toContain(value);
  });
});

test.each([
  ['computerName', '-pc'],
  ['computerName', 'pc-'],
  ['computerName', '12345'],
  ['computerName', 'SIXTEEN-LETTERS-'],
  ['computerName', 'a_b'],
  ['computerName', ''],
  ['computerName', 'workgroup'],
  ['fullName', ''],
  ['timeZoneIndex', 5],
  ['timeZoneIndex', '110'],
  ['localeId', '00000999'],
  ['keyboardLayout', '409'],
  ['codePage', 932],
  ['display', { widthPx: 100, heightPx: 100, bitsPerPixel: 32 }],
  ['autoLogonCount', -1],
  ['setupDrives', ['D', 'E:\\x']],
  ['setupDrives', ['C']],
  ['productKey', key],
  ['productKey', new Secret('anything')],
  ['administratorPassword', 'open text'],
  ['administratorPassword', new Secret('')],
  ['administratorPassword', new Secret('*')],
  ['administratorPassword', new Secret('a"b')],
  ['administratorPassword', new Secret('a\nb')],
  ['administratorPassword', new Secret('x'.repeat(128))],
  ['unknown', 1],
])('%s cannot be %j', (field, value) => {
  expect(() => winntSif(withValue(field, value))).toThrow(badAnswer);
});

test('no value, whatever it is, makes an entry or changes another', () => {
  const random = seeded(7);
  const alphabet = [...'ab 1"%\\=[];,#\r\n\t{}|\'`^&<>$üß日', '\u0000', '\u2028', '\u0085', '\ud83d'];
  const shape = shapeOf(sectionsOf({ administratorPassword: new Secret('x') }));
  let taken = 0;
  for (let round = 0; round < 3000; round++) {
    const value = () => Array.from({ length: 1 + random(6) }, () => pick(random, alphabet)).join('');
    const [fullName, organisation, password] = [value(), value(), value()];
    let text: string;
    try {
      text = winntSif({
        ...answers,
        fullName,
        organisation,
        administratorPassword: new Secret(password),
      }).reveal();
    } catch (error) {
      expect(error).toMatchObject({ code: 'guest-setup.bad-answer' });
      continue;
    }
    taken++;
    const sections = readInf(text);
    expect(shapeOf(sections)).toEqual(shape);
    expect(sections.get('UserData')?.get('FullName')).toBe(fullName);
    expect(sections.get('UserData')?.get('OrgName')).toBe(organisation);
    expect(sections.get('GuiUnattended')?.get('AdminPassword')).toBe(password);
  }
  expect(taken).toBeGreaterThan(100);
});

test('key and password show in no error and no inspection', () => {
  const password = 'Geheimnis9';
  const full: XpAnswers = { ...answers, administratorPassword: new Secret(password) };
  const shown = [inspect(full, { depth: 9, showHidden: true }), JSON.stringify(full), String(winntSif(full))];
  for (const changed of [{ fullName: '"' }, { computerName: '' }, { codePage: 5 }]) {
    try {
      winntSif({ ...full, ...changed } as XpAnswers);
      throw new Error('taken');
    } catch (error) {
      expect(error).toMatchObject({ code: 'guest-setup.bad-answer' });
      shown.push(inspect(error, { depth: 9, showHidden: true }));
    }
  }
  expect(shown).toHaveLength(6);
  for (const each of shown) {
    expect(each).not.toContain(key);
    expect(each).not.toContain(password);
  }
});

test('the writer itself lets nothing out of its line', () => {
  const one = (value: Parameters<typeof infText>[0][number]['entries'][number][1]) =>
    infText([{ name: 'A', entries: [['B', value]] }]);
  expect(one({ text: 'a\\' })).toBe('[A]\r\nB="a\\"\r\n');
  for (const text of hostile.slice(0, -1)) expect(() => one({ text })).toThrow('B cannot stand in a line');
  for (const token of ['', 'a b', 'a\\', 'a"b', 'a;b', 'a\r\nb', 'a\n']) {
    expect(() => one({ token })).toThrow('B is no token');
  }
});
