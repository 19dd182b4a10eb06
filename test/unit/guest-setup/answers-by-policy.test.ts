import { expect, test } from 'vitest';
import { answersIni } from '../../../src/guest-setup/answers/answers-ini.ts';
import { productKey } from '../../../src/guest-setup/answers/product-key.ts';
import { winntSif } from '../../../src/guest-setup/answers/winnt-sif.ts';
import {
  answersByPolicy,
  installationAnswers,
} from '../../../src/guest-setup/first-time/answers-by-policy.ts';
import { firstTimePolicySchema } from '../../../src/guest-setup/first-time/policy.ts';
import { hostFacts } from '../../../src/guest-setup/host-facts/host-facts.ts';
import { regionOf } from '../../../src/guest-setup/host-facts/region.ts';
import { xpTimeZoneOf } from '../../../src/guest-setup/host-facts/time-zone.ts';

const now = new Date('2026-03-04T05:06:07Z');
const facts = {
  user: { loginName: 'jdoe', fullName: 'Jane Doe' },
  hostName: 'lab7',
  timeZone: xpTimeZoneOf('Europe/Vienna', now),
  region: regionOf('de_AT.UTF-8'),
};
const names = { taken: ['JDOE-LAB7'], random: () => 0 };
const answers = (policy: object) => answersByPolicy(firstTimePolicySchema.parse(policy), facts, names);

test('what the policy does not name stays the guest’s', () => {
  expect(answers({})).toEqual({});
});

test('what it names comes from the host', () => {
  const policy = {
    setComputerName: true,
    computerNameMask: '%username%-%hostname%',
    setRegionalSettings: true,
    setUserData: true,
    organisation: 'Lab',
  };
  expect(answers(policy)).toEqual({
    computerName: 'JDOE-LAB7-2',
    timeZoneKey: 'W. Europe Standard Time',
    localeId: '00000C07',
    keyboardLayout: '00000409',
    fullName: 'Jane Doe',
    organisation: 'Lab',
  });
  expect(() => answersIni(answers(policy))).not.toThrow();
});

test('this host’s own facts make answers that can be given', async () => {
  const own = await hostFacts(process.env, now);
  const all = { setComputerName: true, setRegionalSettings: true, setUserData: true };
  const given = answersByPolicy(firstTimePolicySchema.parse(all), own, names);
  expect(() => answersIni(given)).not.toThrow();
  expect(given.computerName).toMatch(/^XPANE/);
});

test.each([
  ['Jürgen Müller', 1252, 'Jürgen Müller'],
  ['Łukasz Nowak', 1252, '_ukasz Nowak'],
  ['Łukasz Nowak', 1250, 'Łukasz Nowak'],
  ['李明', 1252, 'jdoe'],
] as const)('%s can be given to a set-up of code page %i as %s', (fullName, codePage, expected) => {
  const wishes = { productKey: productKey('BCDFG-HJKMP-QRTVW-XY234-6789B'), codePage };
  const user = { loginName: 'jdoe', fullName };
  const given = installationAnswers(firstTimePolicySchema.parse({}), { ...facts, user }, names, wishes);
  expect(given).toMatchObject({ fullName: expected, timeZoneIndex: 110, localeId: '00000C07' });
  expect(given.computerName).toBe('XPANEAAAAAAAAAA');
  const sif = winntSif(given).reveal();
  expect(sif).toContain(`FullName="${expected}"`);
});
