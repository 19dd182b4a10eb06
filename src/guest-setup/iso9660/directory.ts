import { sectorBytes, sectorsFor, writeBoth16, writeBoth32, writeRecordDate } from './fields.ts';
import type { IsoLayout, PlacedFolder, SpaceLayout } from './layout.ts';
import { directoryRecordBytes, pathRecordBytes, recordOffset } from './record-size.ts';
import { type IsoNode, identifierOf, nodesOf } from './tree.ts';

/** What a directory record says of a file or folder. */
interface Extent {
  readonly sector: number;
  readonly sizeBytes: number;
  readonly isFolder: boolean;
}

/** The root's record, as a volume descriptor carries it. */
export function rootRecord(space: SpaceLayout, date: Date): Buffer {
  const [root] = space.folders;
  return record(
    Buffer.of(0),
    { sector: root?.sector ?? 0, sizeBytes: root?.sizeBytes ?? 0, isFolder: true },
    date,
  );
}

/** The sectors of one folder: itself, its parent, then its entries. */
export function folderSectors(
  placed: PlacedFolder,
  space: SpaceLayout,
  layout: IsoLayout,
  date: Date,
): Buffer {
  const parent = space.folders[placed.parentNumber - 1] ?? placed;
  const extents = extentsOf(space, layout);
  const records = [
    record(Buffer.of(0), { ...placed, isFolder: true }, date),
    record(Buffer.of(1), { ...parent, isFolder: true }, date),
    ...nodesOf(placed.folder, space.space).map((node) => {
      const extent = extents.get(node);
      if (!extent) throw new Error(`${node.name} has no place on the disk`);
      return record(identifierOf(node, space.space), extent, date);
    }),
  ];
  const sectors = Buffer.alloc(placed.sizeBytes);
  let end = 0;
  for (const each of records) {
    end = recordOffset(end, each.length);
    end += each.copy(sectors, end);
  }
  return sectors;
}

/** All folders, parents first (9.4). Type L is little-endian, type M big-endian. */
export function pathTable(space: SpaceLayout, type: 'L' | 'M'): Buffer {
  const table = Buffer.alloc(sectorsFor(space.pathTableBytes) * sectorBytes);
  let offset = 0;
  for (const { folder, sector, parentNumber } of space.folders) {
    const identifier = identifierOf(folder, space.space);
    table[offset] = Math.max(1, identifier.length);
    if (type === 'L') {
      table.writeUInt32LE(sector, offset + 2);
      table.writeUInt16LE(parentNumber, offset + 6);
    } else {
      table.writeUInt32BE(sector, offset + 2);
      table.writeUInt16BE(parentNumber, offset + 6);
    }
    identifier.copy(table, offset + 8);
    offset += pathRecordBytes(identifier.length);
  }
  return table;
}

function extentsOf(space: SpaceLayout, layout: IsoLayout): Map<IsoNode, Extent> {
  const extents = new Map<IsoNode, Extent>();
  for (const { folder, sector, sizeBytes } of space.folders) {
    extents.set(folder, { sector, sizeBytes, isFolder: true });
  }
  for (const { file, sector } of layout.files) {
    extents.set(file, { sector, sizeBytes: file.sizeBytes, isFolder: false });
  }
  return extents;
}

/** One directory record (9.1). */
function record(identifier: Buffer, extent: Extent, date: Date): Buffer {
  const bytes = Buffer.alloc(directoryRecordBytes(identifier.length));
  bytes[0] = bytes.length;
  writeBoth32(bytes, 2, extent.sector);
  writeBoth32(bytes, 10, extent.sizeBytes);
  writeRecordDate(bytes, 18, date);
  bytes[25] = extent.isFolder ? 2 : 0;
  writeBoth16(bytes, 28, 1);
  bytes[32] = identifier.length;
  identifier.copy(bytes, 33);
  return bytes;
}
