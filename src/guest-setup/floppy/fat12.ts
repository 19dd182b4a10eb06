import { XPaneError } from '../../shared/errors.ts';
import type { ByteRange } from '../byte-range.ts';

/** A floppy of 1.44 MB, as every BIOS and Windows expects it; one sector is one cluster. */
const sectorBytes = 512;
const totalSectors = 2880;
const fatSectors = 9;
const fatCount = 2;
const rootEntries = 224;
const entryBytes = 32;
const firstFatSector = 1;
const rootSector = firstFatSector + fatCount * fatSectors;
const dataSector = rootSector + (rootEntries * entryBytes) / sectorBytes;
const clusters = totalSectors - dataSector;
/** Clusters 0 and 1 do not exist: their entries in the FAT say what the disk is. */
const firstCluster = 2;

export const floppyBytes = totalSectors * sectorBytes;

export interface FloppyFile {
  /** Eight and three, upper case: `WINNT.SIF`. */
  readonly name: string;
  readonly content: Uint8Array;
}

export interface FloppyOptions {
  /** 1 to 11 of A-Z, 0-9 and `_`. */
  readonly label: string;
  /** Of all files, as the guest's local time reads UTC; equal input gives an equal image. */
  readonly date: Date;
}

export interface FloppyImage {
  readonly bytes: Buffer;
  /** Where each file lies, by its name. */
  readonly ranges: ReadonlyMap<string, ByteRange>;
}

/**
 * A FAT12 image with these files in its root folder, each in one piece. Pure.
 * Throws `guest-setup.bad-label`, `guest-setup.bad-path`, or `guest-setup.floppy-full`.
 */
export function floppyImage(files: readonly FloppyFile[], { label, date }: FloppyOptions): FloppyImage {
  if (!/^[A-Z0-9_]{1,11}$/.test(label)) throw badLabel(label);
  // The label is an entry of the root folder too.
  if (files.length > rootEntries - 1) throw full();
  const bytes = Buffer.alloc(floppyBytes);
  writeBootSector(bytes, label, date);
  writeEntry(bytes, 0, { name: label.padEnd(11), attributes: 0x08, cluster: 0, sizeBytes: 0, date });
  const fat = Buffer.alloc(fatSectors * sectorBytes);
  writeFat(fat, 0, 0xff0);
  writeFat(fat, 1, 0xfff);
  const ranges = new Map<string, ByteRange>();
  let next = firstCluster;
  for (const [index, { name, content }] of files.entries()) {
    const entryName = entryNameOf(name);
    if (ranges.has(name)) throw badName(name, 'another file of the disk has it');
    const count = Math.ceil(content.byteLength / sectorBytes);
    if (next + count > firstCluster + clusters) throw full();
    const sizeBytes = content.byteLength;
    writeEntry(bytes, index + 1, {
      name: entryName,
      attributes: 0x20,
      cluster: count && next,
      sizeBytes,
      date,
    });
    for (let cluster = next; cluster < next + count; cluster++) {
      writeFat(fat, cluster, cluster === next + count - 1 ? 0xfff : cluster + 1);
    }
    const offsetBytes = (dataSector + next - firstCluster) * sectorBytes;
    bytes.set(content, offsetBytes);
    ranges.set(name, { offsetBytes, sizeBytes });
    next += count;
  }
  for (let copy = 0; copy < fatCount; copy++) {
    fat.copy(bytes, (firstFatSector + copy * fatSectors) * sectorBytes);
  }
  return { bytes, ranges };
}

/** Jump over the parameters, then: "try the next device" (int 18h), and stand still if the BIOS comes back. */
const jump = Buffer.of(0xeb, 0x3c, 0x90);
const bootCode = Buffer.of(0xcd, 0x18, 0xeb, 0xfe);

function writeBootSector(bytes: Buffer, label: string, date: Date): void {
  jump.copy(bytes, 0);
  // Some readers trust only disks that DOS or Windows made.
  bytes.write('MSDOS5.0', 3, 'latin1');
  bytes.writeUInt16LE(sectorBytes, 11);
  bytes[13] = 1; // sectors in a cluster
  bytes.writeUInt16LE(firstFatSector, 14);
  bytes[16] = fatCount;
  bytes.writeUInt16LE(rootEntries, 17);
  bytes.writeUInt16LE(totalSectors, 19);
  bytes[21] = 0xf0; // medium: 1.44 MB
  bytes.writeUInt16LE(fatSectors, 22);
  bytes.writeUInt16LE(18, 24); // sectors in a track
  bytes.writeUInt16LE(2, 26); // heads
  bytes[38] = 0x29; // serial number, label and type follow
  bytes.writeUInt32LE(Math.floor(date.getTime() / 1000) >>> 0, 39);
  bytes.write(label.padEnd(11), 43, 'latin1');
  bytes.write('FAT12   ', 54, 'latin1');
  bootCode.copy(bytes, 62);
  bytes.writeUInt16LE(0xaa55, 510);
}

interface RootEntry {
  readonly name: string;
  readonly attributes: number;
  readonly cluster: number;
  readonly sizeBytes: number;
  readonly date: Date;
}

function writeEntry(bytes: Buffer, index: number, entry: RootEntry): void {
  const offset = rootSector * sectorBytes + index * entryBytes;
  const { date } = entry;
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  bytes.write(entry.name, offset, 'latin1');
  bytes[offset + 11] = entry.attributes;
  bytes.writeUInt16LE(time, offset + 22);
  bytes.writeUInt16LE(day, offset + 24);
  bytes.writeUInt16LE(entry.cluster, offset + 26);
  bytes.writeUInt32LE(entry.sizeBytes, offset + 28);
}

/** Twelve bits an entry: two of them share three bytes. */
function writeFat(fat: Buffer, cluster: number, value: number): void {
  const offset = Math.floor((cluster * 3) / 2);
  const old = fat.readUInt16LE(offset);
  fat.writeUInt16LE(cluster % 2 === 0 ? (old & 0xf000) | value : (old & 0x000f) | (value << 4), offset);
}

/** Names that Windows takes for devices, whatever their extension. */
const devices = /^(CON|PRN|AUX|NUL|COM[1-9]|LPT[1-9])$/;

function entryNameOf(name: string): string {
  const match = /^([A-Z0-9_-]{1,8})(?:\.([A-Z0-9_-]{1,3}))?$/.exec(name);
  if (!match) throw badName(name, 'it is not eight and three of A-Z, 0-9, - and _');
  const [, base = '', extension = ''] = match;
  if (devices.test(base)) throw badName(name, 'Windows takes it for a device');
  return base.padEnd(8) + extension.padEnd(3);
}

function badLabel(label: string): XPaneError {
  return new XPaneError(
    'guest-setup.bad-label',
    `A floppy cannot be called ${JSON.stringify(label)}.`,
    'Use 1 to 11 capital letters, digits and underscores.',
  );
}

function badName(name: string, why: string): XPaneError {
  return new XPaneError(
    'guest-setup.bad-path',
    `The file ${JSON.stringify(name)} cannot go on a floppy: ${why}.`,
    'Give it another name.',
  );
}

function full(): XPaneError {
  return new XPaneError(
    'guest-setup.floppy-full',
    'The files do not fit on a floppy of 1.44 MB.',
    'Leave some out.',
  );
}
