/** Fields of ISO 9660 as ECMA-119 numbers them. Every offset is within the buffer that is given. */

export const sectorBytes = 2048;

/** How many whole sectors hold `sizeBytes`. */
export function sectorsFor(sizeBytes: number): number {
  return Math.ceil(sizeBytes / sectorBytes);
}

/** 7.2.3: little-endian, then big-endian. */
export function writeBoth16(into: Buffer, offset: number, value: number): void {
  into.writeUInt16LE(value, offset);
  into.writeUInt16BE(value, offset + 2);
}

/** 7.3.3: little-endian, then big-endian. */
export function writeBoth32(into: Buffer, offset: number, value: number): void {
  into.writeUInt32LE(value, offset);
  into.writeUInt32BE(value, offset + 4);
}

/** 9.1.5: seven bytes, in UTC. */
export function writeRecordDate(into: Buffer, offset: number, date: Date): void {
  into[offset] = date.getUTCFullYear() - 1900;
  into[offset + 1] = date.getUTCMonth() + 1;
  into[offset + 2] = date.getUTCDate();
  into[offset + 3] = date.getUTCHours();
  into[offset + 4] = date.getUTCMinutes();
  into[offset + 5] = date.getUTCSeconds();
  into[offset + 6] = 0;
}

/** 8.4.26.1: sixteen digits and the distance from UTC in quarters of an hour; all zeros for "not said". */
export function writeVolumeDate(into: Buffer, offset: number, date: Date | undefined): void {
  const digits = date
    ? date.toISOString().replace(/\D/g, '').slice(0, 14).padEnd(16, '0')
    : '0'.padEnd(16, '0');
  into.write(digits, offset, 'latin1');
  into[offset + 16] = 0;
}

/** What both kinds of date can hold. */
export function isIsoDate(date: Date): boolean {
  const year = date.getUTCFullYear();
  return year >= 1900 && year <= 2155;
}
