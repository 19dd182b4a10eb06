import { minutesOf, type XpTimeZone, xpTimeZones } from './xp-time-zones.ts';

/**
 * The zone of Windows XP whose clock agrees best with that of a place, over the twelve months from `now` on. Rules
 * have changed since XP's last update (Istanbul and Moscow have no summer time any more), and a right clock matters
 * more than the name: so the offset of every month decides, and the name only among zones that agree equally well.
 *
 * `ianaName` unknown to this Node, or none: the zone is found by `fallbackOffsetMinutes` from UTC alone. Pure.
 */
export function xpTimeZoneOf(
  ianaName: string | undefined,
  now: Date,
  fallbackOffsetMinutes = -now.getTimezoneOffset(),
): XpTimeZone {
  const offsets = monthlyOffsets(ianaName, now) ?? new Array<number>(12).fill(fallbackOffsetMinutes);
  let best: { zone: XpTimeZone; cost: number } | undefined;
  for (const zone of xpTimeZones) {
    // Half a minute, so that a place's own zone wins among equals and no more.
    const cost = wrongMinutes(zone, offsets) - (ianaName && zone.places.includes(ianaName) ? 0.5 : 0);
    if (!best || cost < best.cost) best = { zone, cost };
  }
  if (!best) throw new Error('The table of time zones is empty');
  return best.zone;
}

/** The zone of this host. */
export function hostTimeZone(now: Date): XpTimeZone {
  return xpTimeZoneOf(new Intl.DateTimeFormat().resolvedOptions().timeZone, now);
}

/**
 * From UTC in minutes on the 15th of each month, January first: of this year from `now`'s month on, of the next one
 * before it. Undefined for a name that Node does not know.
 */
export function monthlyOffsets(ianaName: string | undefined, now: Date): number[] | undefined {
  if (!ianaName) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: ianaName, timeZoneName: 'longOffset' });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return Array.from({ length: 12 }, (_, month) => {
    const year = now.getUTCFullYear() + (month < now.getUTCMonth() ? 1 : 0);
    const parts = format.formatToParts(new Date(Date.UTC(year, month, 15, 12)));
    const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
    return name === 'GMT' ? 0 : minutesOf(name.slice('GMT'.length));
  });
}

/** How far the zone's clock is from these offsets, added up over the months. */
export function wrongMinutes(zone: XpTimeZone, offsets: readonly number[]): number {
  return offsets.reduce((sum, offset, month) => sum + Math.abs(offset - offsetIn(zone, month + 1)), 0);
}

function offsetIn({ offsetMinutes, daylight }: XpTimeZone, month: number): number {
  if (!daylight) return offsetMinutes;
  const [first, last] = daylight;
  const isOn = first <= last ? month >= first && month <= last : month >= first || month <= last;
  return offsetMinutes + (isOn ? 60 : 0);
}
