import { expect, test } from 'vitest';
import {
  computerName,
  isComputerNameMask,
  type NameFacts,
} from '../../../src/guest-setup/host-facts/computer-name.ts';
import { pick, seeded } from './random.ts';

const facts: NameFacts = {
  userName: 'Jürgen.Müller',
  hostName: 'lab-pc-17.example.org',
  taken: [],
  random: () => 0,
};

test.each([
  ['MEDV*', 'MEDVAAAAAAAAAAA'],
  ['PC##', 'PC00'],
  ['%username%', 'JURGENMULLER'],
  ['%username%[3]', 'JUR'],
  ['%hostname%', 'LAB-PC-17'],
  ['%hostname%[6]-##', 'LAB-PC-00'],
  ['%hostname%[4]*', 'LAB-AAAAAAAAAAA'],
  ['%username%[4]%hostname%[3]', 'JURGLAB'],
  // Facts give way to what makes the name new.
  ['%username%%hostname%-###', 'JURGENMULLE-000'],
  ['%username%%hostname%*', 'JURGENMULLERAAA'],
  ['xp-%counter%', 'XP-1'],
  ['###', 'X000'],
  ['-a-', 'A'],
  ['exactly15letter', 'EXACTLY15LETTER'],
])('%s makes %s', (mask, expected) => {
  expect(computerName(mask, facts)).toBe(expected);
});

test('facts without any letter leave something to be called by', () => {
  expect(computerName('%username%', { ...facts, userName: '李明' })).toBe('XPANE');
  expect(computerName('%username%', { ...facts, userName: '2024' })).toBe('X2024');
});

test.each([
  ['xp-%counter%', ['XP-1', 'xp-2'], 'XP-3'],
  ['fixed', ['FIXED'], 'FIXED-2'],
  ['fixed', ['fixed', 'FIXED-2'], 'FIXED-3'],
  ['exactly15letter', ['EXACTLY15LETTER'], 'EXACTLY15LETT-2'],
  // The random part never changes here, so a number has to.
  ['PC##', ['PC00'], 'PC00-2'],
  [
    'abcdefghijklmn%counter%',
    Array.from({ length: 9 }, (_, index) => `ABCDEFGHIJKLMN${index + 1}`),
    'ABCDEFGHIJKLM-2',
  ],
])('%s beside %j is %s', (mask, taken, expected) => {
  expect(computerName(mask, { ...facts, taken })).toBe(expected);
});

test.each([
  '',
  '%user%',
  'a*b',
  'under_score',
  'a b',
  '%username%[',
  'sixteen-letters-',
  '%hostname%[3]%',
  'PC[3]',
])('%j is no mask', (mask) => {
  expect(isComputerNameMask(mask)).toBe(false);
  expect(() => computerName(mask, facts)).toThrow(expect.objectContaining({ code: 'guest-setup.bad-mask' }));
});

test('a thousand names of one mask are valid and all different', () => {
  const random = seeded(3);
  const masks = ['MEDV*', '%username%#', '%hostname%[3]-%counter%', 'PC##', 'same', '%username%%hostname%*'];
  const users = ['Ann', 'jörg', '李', '-x-', '007', 'averyverylongusername'];
  const taken: string[] = [];
  for (let round = 0; round < 1000; round++) {
    const hostName = pick(random, users);
    const name = computerName(pick(random, masks), {
      userName: pick(random, users),
      hostName,
      taken,
      random,
    });
    expect(name).toMatch(/^(?!-)(?!\d+$)[A-Z0-9-]{1,15}(?<!-)$/);
    expect(taken).not.toContain(name);
    taken.push(name);
  }
});
