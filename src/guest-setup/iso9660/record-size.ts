import { sectorBytes, sectorsFor } from './fields.ts';

/** 9.1: a directory record is 33 bytes and the name, rounded up to an even number. */
export function directoryRecordBytes(identifierBytes: number): number {
  return 33 + identifierBytes + (identifierBytes % 2 === 0 ? 1 : 0);
}

/** 9.4: a path table record is eight bytes and the name, rounded up; the root's name is one byte. */
export function pathRecordBytes(identifierBytes: number): number {
  const length = Math.max(1, identifierBytes);
  return 8 + length + (length % 2);
}

/** 6.8.1.1: where a directory record goes after others that end at `end`: none goes across a sector's end. */
export function recordOffset(end: number, recordBytes: number): number {
  return (end % sectorBytes) + recordBytes > sectorBytes ? sectorsFor(end) * sectorBytes : end;
}
