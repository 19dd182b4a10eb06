import { expect, test } from 'vitest';
import { encodeAnsi, fitToCodePage } from '../../../src/guest-setup/answers/ansi.ts';
import { answersIni, type GuestAnswers } from '../../../src/guest-setup/answers/answers-ini.ts';
import { readInf, shapeOf } from './inf-reader.ts';

const read = (answers: GuestAnswers) => {
  const bytes = answersIni(answers);
  expect(bytes.subarray(0, 2)).toEqual(Buffer.of(0xff, 0xfe));
  return readInf(bytes.toString('utf16le', 2));
};

test('says what it was given, in UTF-16', () => {
  const sections = read({
    fullName: '李明 Müller',
    organisation: '',
    computerName: 'PC-7',
    workgroup: 'HOME',
    timeZoneKey: 'W. Europe Standard Time',
    localeId: '00000407',
    keyboardLayout: '00000409',
    addUserToAdministrators: true,
    logFilePaths: ['C:\\Windows\\setupapi.log', 'C:\\a b.log'],
  });
  expect(
    Object.fromEntries([...sections].map(([name, entries]) => [name, Object.fromEntries(entries)])),
  ).toEqual({
    XPane: { Format: '1' },
    User: { FullName: '李明 Müller', Organisation: '', AddToAdministrators: '1' },
    Computer: { Name: 'PC-7', Workgroup: 'HOME' },
    TimeZone: { Key: 'W. Europe Standard Time' },
    Region: { LocaleId: '00000407', KeyboardLayout: '00000409' },
    Logs: { Path0: 'C:\\Windows\\setupapi.log', Path1: 'C:\\a b.log' },
  });
});

test('what is left out is not there', () => {
  expect(shapeOf(read({}))).toEqual(['XPane.Format', 'User.AddToAdministrators']);
});

test.each([
  { fullName: 'a\r\n[Computer]' },
  { organisation: '"' },
  { computerName: 'two words' },
  { timeZoneKey: 'Mars Standard Time' },
  { localeId: '407' },
  { logFilePaths: ['relative.log'] },
  { logFilePaths: ['C:\\a\nb'] },
])('refuses %j', (answers) => {
  expect(() => answersIni(answers)).toThrow(expect.objectContaining({ code: 'guest-setup.bad-answer' }));
});

test('names are fitted to a code page', () => {
  expect(fitToCodePage('Łukasz Żółć', 1250)).toBe('Łukasz Żółć');
  expect(fitToCodePage('Žižek Ñandú', 1252)).toBe('Žižek Ñandú');
  expect(fitToCodePage('Ștefan Łukasz', 1252)).toBe('Stefan _ukasz');
  expect(fitToCodePage('李明', 1252)).toBe('__');
  expect(encodeAnsi('Ж', 1251)).toEqual(Buffer.of(0xc6));
  expect(encodeAnsi('Ж', 1252)).toBeUndefined();
});
