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
    timeZoneKey: 'W. Europe Standard Time',
    localeId: '00000407',
    keyboardLayout: '00000409',
    agentListen: '127.0.0.1:7008',
    agentTimeoutS: 30,
  });
  expect(
    Object.fromEntries([...sections].map(([name, entries]) => [name, Object.fromEntries(entries)])),
  ).toEqual({
    XPane: { Format: '1' },
    Agent: { Listen: '127.0.0.1:7008', AnswerWithinS: '30' },
    User: { FullName: '李明 Müller', Organisation: '' },
    Computer: { Name: 'PC-7' },
    TimeZone: { Key: 'W. Europe Standard Time' },
    Region: { LocaleId: '00000407', KeyboardLayout: '00000409' },
  });
});

test('what is left out is not there', () => {
  expect(shapeOf(read({}))).toEqual(['XPane.Format', 'Agent.AnswerWithinS']);
});

test.each([
  { fullName: 'a\r\n[Computer]' },
  { organisation: '"' },
  { computerName: 'two words' },
  { timeZoneKey: 'Mars Standard Time' },
  { localeId: '407' },
  { agentListen: 'localhost:7007' },
  { agentTimeoutS: 0 },
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
