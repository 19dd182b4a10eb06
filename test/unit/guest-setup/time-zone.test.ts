import { expect, test } from 'vitest';
import { monthlyOffsets, wrongMinutes, xpTimeZoneOf } from '../../../src/guest-setup/host-facts/time-zone.ts';
import { xpTimeZones } from '../../../src/guest-setup/host-facts/xp-time-zones.ts';

const now = new Date('2026-07-01T00:00:00Z');

test.each([
  ['Europe/Berlin', 110, 'W. Europe Standard Time'],
  ['Europe/Paris', 105, 'Romance Standard Time'],
  ['Europe/Prague', 95, 'Central Europe Standard Time'],
  ['Europe/Warsaw', 100, 'Central European Standard Time'],
  ['Europe/London', 85, 'GMT Standard Time'],
  ['Europe/Athens', 130, 'GTB Standard Time'],
  ['Europe/Helsinki', 125, 'FLE Standard Time'],
  ['America/New_York', 35, 'Eastern Standard Time'],
  ['America/Indiana/Indianapolis', 40, 'US Eastern Standard Time'],
  ['America/Los_Angeles', 4, 'Pacific Standard Time'],
  ['America/Phoenix', 15, 'US Mountain Standard Time'],
  ['America/St_Johns', 60, 'Newfoundland Standard Time'],
  ['America/Regina', 25, 'Canada Central Standard Time'],
  ['Asia/Tokyo', 235, 'Tokyo Standard Time'],
  ['Asia/Seoul', 230, 'Korea Standard Time'],
  ['Asia/Shanghai', 210, 'China Standard Time'],
  ['Asia/Taipei', 220, 'Taipei Standard Time'],
  ['Asia/Kolkata', 190, 'India Standard Time'],
  ['Asia/Kathmandu', 193, 'Nepal Standard Time'],
  ['Australia/Sydney', 255, 'AUS Eastern Standard Time'],
  ['Australia/Hobart', 265, 'Tasmania Standard Time'],
  ['Australia/Brisbane', 260, 'E. Australia Standard Time'],
  ['Pacific/Auckland', 290, 'New Zealand Standard Time'],
  ['Africa/Cairo', 120, 'Egypt Standard Time'],
  ['Asia/Tehran', 160, 'Iran Standard Time'],
  ['UTC', 90, 'Greenwich Standard Time'],
  ['Etc/UTC', 90, 'Greenwich Standard Time'],
  // Their rules changed after XP's last update: another zone has their clock.
  ['Europe/Istanbul', 150, 'Arab Standard Time'],
  ['Europe/Moscow', 150, 'Arab Standard Time'],
  ['America/Mexico_City', 33, 'Central America Standard Time'],
  ['America/Sao_Paulo', 70, 'SA Eastern Standard Time'],
  ['Australia/Perth', 215, 'Singapore Standard Time'],
  ['Asia/Jerusalem', 130, 'GTB Standard Time'],
])('%s is zone %i', (place, index, key) => {
  expect(xpTimeZoneOf(place, now)).toMatchObject({ index, key });
});

/** Places whose clock no zone of Windows XP has all through the year. */
const withoutZone = [
  'Africa/Cairo',
  'Africa/Casablanca',
  'Africa/El_Aaiun',
  'America/Adak',
  'America/Miquelon',
  'America/Nuuk',
  'America/Godthab',
  'America/Scoresbysund',
  'America/Noronha',
  'America/Santiago',
  'Antarctica/Troll',
  'Asia/Gaza',
  'Asia/Hebron',
  'Asia/Tehran',
  'Atlantic/South_Georgia',
  'Australia/Eucla',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Easter',
  'Pacific/Gambier',
  'Pacific/Kiritimati',
  'Pacific/Marquesas',
  'Pacific/Norfolk',
  'Pacific/Pitcairn',
];

test('every place of the world gets a zone with its clock, where there is one', () => {
  const places = Intl.supportedValuesOf('timeZone');
  expect(places.length).toBeGreaterThan(400);
  const wrong = places.filter((place) => {
    const offsets = monthlyOffsets(place, now);
    return !offsets || wrongMinutes(xpTimeZoneOf(place, now), offsets) > 0;
  });
  expect(wrong.filter((place) => !withoutZone.includes(place))).toEqual([]);
  for (const place of wrong) {
    const chosen = xpTimeZoneOf(place, now);
    const offsets = monthlyOffsets(place, now) ?? [];
    for (const zone of xpTimeZones) {
      expect(wrongMinutes(chosen, offsets)).toBeLessThanOrEqual(wrongMinutes(zone, offsets));
    }
  }
});

test('every place in the table is one that Node knows', () => {
  const unknown = xpTimeZones.flatMap(({ places }) =>
    places.filter((place) => place && !monthlyOffsets(place, now)),
  );
  expect(unknown).toEqual([]);
});

test.each([
  [undefined, 330, 190],
  ['Mars/Olympus', 330, 190],
  ['Mars/Olympus', -480, 3], // more months right than with any other
  ['Mars/Olympus', 60, 113],
  [undefined, 0, 90],
  [undefined, 525, 230], // 8:45: the nearest
  [undefined, 840, 300],
  [undefined, -720, 0],
])('%s with %i minutes from UTC is zone %i', (name, offsetMinutes, index) => {
  expect(xpTimeZoneOf(name, now, offsetMinutes).index).toBe(index);
});

test('indices and keys are unique, and as set-up knows them', () => {
  expect(new Set(xpTimeZones.map(({ index }) => index)).size).toBe(xpTimeZones.length);
  expect(new Set(xpTimeZones.map(({ key }) => key)).size).toBe(xpTimeZones.length);
  expect(xpTimeZones).toHaveLength(75);
  expect(xpTimeZones.every(({ index }, at) => index > (xpTimeZones[at - 1]?.index ?? -1))).toBe(true);
});
