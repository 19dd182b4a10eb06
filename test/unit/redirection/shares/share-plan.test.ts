import { describe, expect, test } from 'vitest';
import type { GuestFile } from '../../../../src/redirection/files/guest-port.ts';
import {
  type BaseEntry,
  type HostEntry,
  nextBase,
} from '../../../../src/redirection/shares/share-entries.ts';
import {
  deletesTooMuch,
  planShare,
  type ShareSides,
  type ShareStep,
} from '../../../../src/redirection/shares/share-plan.ts';

const stamps = { old: '00000000000000aa', now: '00000000000000bb', other: '00000000000000cc' };
const identity = (version: string) => ({ device: '1', inode: '1', sizeBytes: 3, modifiedNs: version });
const host = (version: string, rel = 'a.txt'): HostEntry => ({
  ...{ rel, path: `/s/${rel}`, identity: identity(version), modifiedMs: 5, readOnly: false },
});
const guest = (stamp: string, part: Partial<GuestFile> = {}): GuestFile => ({
  ...{ documentId: 'd', path: ['a.txt'], stamp, sizeBytes: 3, modifiedMs: 10, inUse: false },
  ...part,
});
const base: BaseEntry = {
  ...{ path: ['a.txt'], rel: 'a.txt', identity: identity('1'), stamp: stamps.now, modifiedMs: 10 },
  older: [stamps.old],
};

interface One {
  readonly base?: BaseEntry;
  readonly host?: HostEntry;
  readonly guest?: GuestFile;
}
const sidesOf = (one: One, part: Partial<ShareSides> = {}): ShareSides => {
  const map = <T>(value: T | undefined) => new Map(value === undefined ? [] : [['a.txt', value] as const]);
  return {
    ...{ base: map(one.base), host: map(one.host), guest: map(one.guest), isUnknown: () => false },
    ...{ deleted: new Set(), leaving: new Set(), suspect: new Map(), readOnly: false },
    ...part,
  };
};
const kinds = (one: One, part: Partial<ShareSides> = {}) =>
  planShare(sidesOf(one, part)).map(({ kind }) => kind);
const gone = { deleted: new Set(['a.txt']) };

describe('both ways', () => {
  const same = guest(stamps.now);
  const older = guest(stamps.old);
  const edited = guest(stamps.other);
  test.each<[string, One, Partial<ShareSides>, ShareStep['kind'][]]>([
    ['nothing has changed', { base, host: host('1'), guest: same }, {}, []],
    ['new here', { host: host('1') }, {}, ['put']],
    ['new there', { guest: edited }, {}, ['fetch']],
    ['new on both', { host: host('1'), guest: edited }, {}, ['compare']],
    ['changed here', { base, host: host('2'), guest: same }, {}, ['put']],
    ['changed there', { base, host: host('1'), guest: edited }, {}, ['fetch']],
    [
      'changed there, perhaps half',
      { base, host: host('1'), guest: edited },
      { suspect: new Map([['a.txt', stamps.other]]) },
      ['compare'],
    ],
    [
      'changed there, saved again since',
      { base, host: host('1'), guest: edited },
      { suspect: new Map([['a.txt', stamps.now]]) },
      ['fetch'],
    ],
    ['changed on both', { base, host: host('2'), guest: edited }, {}, ['compare']],
    ['deleted here', { base, guest: same }, {}, ['remove']],
    ['deleted here, changed there', { base, guest: edited }, {}, ['fetch']],
    ['missing there', { base, host: host('1') }, {}, ['put']],
    ['going there', { base, host: host('1') }, { leaving: new Set(['a.txt']) }, []],
    ['deleted there', { base, host: host('1') }, gone, ['trash']],
    ['deleted there, changed here', { base, host: host('2') }, gone, ['put']],
    ['deleted there, never known', { host: host('1') }, gone, ['put']],
    ['gone on both', { base }, {}, ['drop']],
    ['a disk that went back', { base, host: host('1'), guest: older }, {}, ['put']],
    ['a disk that went back, deleted here', { base, guest: older }, {}, ['remove']],
    [
      'older content of nobody’s',
      { base, host: host('1'), guest: guest(stamps.other, { modifiedMs: 9 }) },
      {},
      ['compare'],
    ],
    [
      'open there, changed here',
      { base, host: host('2'), guest: guest(stamps.now, { inUse: true }) },
      {},
      [],
    ],
    ['open there, deleted here', { base, guest: guest(stamps.now, { inUse: true }) }, {}, []],
    ['left out here', { base, guest: same }, { isUnknown: () => true }, []],
    ['left out here, deleted there', { base }, { isUnknown: () => true, ...gone }, []],
    [
      'not the same any more',
      { base: { ...base, identity: undefined }, host: host('1'), guest: same },
      {},
      ['put'],
    ],
  ])('%s', (_, one, part, steps) => {
    expect(kinds(one, part)).toEqual(steps);
  });
});

describe('read-only', () => {
  const readOnly = { readOnly: true };
  test.each<[string, One, Partial<ShareSides>, ShareStep['kind'][]]>([
    ['new here', { host: host('1') }, {}, ['put']],
    ['new there', { guest: guest(stamps.other) }, {}, []],
    ['new on both', { host: host('1'), guest: guest(stamps.other) }, {}, ['set-aside']],
    ['changed there', { base, host: host('1'), guest: guest(stamps.other) }, {}, ['set-aside']],
    [
      'changed there, and open',
      { base, host: host('1'), guest: guest(stamps.other, { inUse: true }) },
      {},
      [],
    ],
    ['deleted there', { base, host: host('1') }, gone, ['put']],
    ['deleted here', { base, guest: guest(stamps.now) }, {}, ['remove']],
    ['deleted here, changed there', { base, guest: guest(stamps.other) }, {}, ['drop']],
    ['a disk that went back', { base, host: host('1'), guest: guest(stamps.old) }, {}, ['put']],
    ['gone on both', { base }, {}, ['drop']],
  ])('%s', (_, one, part, steps) => {
    expect(kinds(one, { ...readOnly, ...part })).toEqual(steps);
  });
});

test('what an application makes by the way does not come, but where a file of its folder is gone', () => {
  const path = ['f', '~WRL1.tmp'];
  const sides = sidesOf({}, { guest: new Map([['F/~WRL1.TMP', guest(stamps.other, { path })]]) });
  expect(planShare(sides)).toEqual([]);
  expect(planShare({ ...sides, deleted: new Set(['G/A.TXT']) })).toEqual([]);
  expect(planShare({ ...sides, deleted: new Set(['F/A.TXT']) })).toMatchObject([{ kind: 'fetch' }]);
});

test('small files come first, ends last', () => {
  const sized = (sizeBytes: number, rel: string): HostEntry => ({
    ...host('1', rel),
    identity: { ...identity('1'), sizeBytes },
  });
  const files = new Map([
    ['large', sized(100, 'large')],
    ['small', sized(1, 'small')],
  ]);
  const sides = sidesOf({ base, guest: guest(stamps.now) }, { host: files });
  expect(planShare(sides).map(({ key }) => key)).toEqual(['small', 'large', 'a.txt']);
});

test.each([
  [20, 1000, false],
  [21, 30, true],
  [300, 1000, false],
  [334, 1000, true],
  [5, 5, true],
  [3, 3, false],
])('%i of %i deleted is too much: %s', (deleted, files, tooMuch) => {
  const step: ShareStep = { key: 'a', kind: 'remove', guest: guest(stamps.now) };
  expect(
    deletesTooMuch(
      Array.from({ length: deleted }, () => step),
      files,
    ),
  ).toBe(tooMuch);
});

test('content of before is remembered, the last eight', () => {
  let entry = nextBase(undefined, base);
  expect(entry.older).toEqual([]);
  for (let number = 0; number < 12; number++) {
    entry = nextBase(entry, { ...base, stamp: number.toString(16).padStart(16, '0') });
  }
  expect(entry.older.map((stamp) => Number.parseInt(stamp, 16))).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  // What is there again is not of before.
  expect(nextBase(entry, { ...base, stamp: entry.older[0] ?? '' }).older).not.toContain(entry.older[0]);
});
