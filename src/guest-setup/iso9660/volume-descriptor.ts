import { rootRecord } from './directory.ts';
import { sectorBytes, writeBoth16, writeBoth32, writeVolumeDate } from './fields.ts';
import type { IsoLayout, SpaceLayout } from './layout.ts';
import { ucs2 } from './names.ts';

/** Text fields of both kinds of descriptor: [offset, bytes] (8.4, 8.5). The volume's name comes second. */
const textFields: readonly (readonly [offset: number, sizeBytes: number])[] = [
  [8, 32],
  [40, 32],
  [190, 128],
  [318, 128],
  [446, 128],
  [574, 128],
  [702, 37],
  [739, 37],
  [776, 37],
];
const labelOffset = 40;

/** Says that names are UCS-2, level 3: `%/E`. */
const jolietEscape = Buffer.from('%/E', 'latin1');

/** Primary (8.4) or supplementary (8.5) descriptor of one name space: one sector. */
export function volumeDescriptor(space: SpaceLayout, layout: IsoLayout, label: string, date: Date): Buffer {
  const bytes = descriptor(space.space === 'primary' ? 1 : 2);
  writeTexts(bytes, space, label);
  writeBoth32(bytes, 80, layout.totalSectors);
  if (space.space === 'joliet') jolietEscape.copy(bytes, 88);
  writeBoth16(bytes, 120, 1);
  writeBoth16(bytes, 124, 1);
  writeBoth16(bytes, 128, sectorBytes);
  writeBoth32(bytes, 132, space.pathTableBytes);
  bytes.writeUInt32LE(space.pathTableSectorL, 140);
  bytes.writeUInt32BE(space.pathTableSectorM, 148);
  rootRecord(space, date).copy(bytes, 156);
  writeVolumeDate(bytes, 813, date);
  writeVolumeDate(bytes, 830, date);
  writeVolumeDate(bytes, 847, undefined);
  writeVolumeDate(bytes, 864, date);
  bytes[881] = 1;
  return bytes;
}

/** 8.3: ends the list of descriptors. */
export function lastDescriptor(): Buffer {
  return descriptor(255);
}

function descriptor(type: number): Buffer {
  const bytes = Buffer.alloc(sectorBytes);
  bytes[0] = type;
  bytes.write('CD001', 1, 'latin1');
  bytes[6] = 1;
  return bytes;
}

/** Blank but for the label; a blank of UCS-2 is two bytes, and an odd byte at the end stays 0. */
function writeTexts(bytes: Buffer, { space }: SpaceLayout, label: string): void {
  const encode = space === 'primary' ? (text: string) => Buffer.from(text, 'latin1') : ucs2;
  const width = space === 'primary' ? 1 : 2;
  for (const [offset, sizeBytes] of textFields) {
    const text = offset === labelOffset ? label : '';
    encode(text.padEnd(Math.floor(sizeBytes / width))).copy(bytes, offset);
  }
}
