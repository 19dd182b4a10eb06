import { sectorBytes, sectorsFor } from './fields.ts';
import { directoryRecordBytes, pathRecordBytes, recordOffset } from './record-size.ts';
import {
  filesOf,
  foldersOf,
  type IsoFile,
  type IsoFolder,
  identifierOf,
  type NameSpace,
  nameSpaces,
  nodesOf,
} from './tree.ts';

/** Sectors 0 to 15 are the system's; there follow two volume descriptors and the one that ends them. */
export const firstDescriptor = 16;
const descriptors = 3;

export interface PlacedFolder {
  readonly folder: IsoFolder;
  readonly sector: number;
  readonly sizeBytes: number;
  /** As the path table counts, from 1; the root is its own parent. */
  readonly number: number;
  readonly parentNumber: number;
}

export interface PlacedFile {
  readonly file: IsoFile;
  /** 0 for an empty file, which is nowhere. */
  readonly sector: number;
}

/** The same files by one set of names. */
export interface SpaceLayout {
  readonly space: NameSpace;
  readonly folders: readonly PlacedFolder[];
  readonly pathTableBytes: number;
  readonly pathTableSectorL: number;
  readonly pathTableSectorM: number;
}

/** Where everything lies, in sectors from the start of the disk. */
export interface IsoLayout {
  readonly spaces: readonly SpaceLayout[];
  /** In the order in which they lie. */
  readonly files: readonly PlacedFile[];
  readonly totalSectors: number;
}

/** Order on the disk: descriptors, path tables, folders by short names, folders by long ones, files. Pure. */
export function isoLayout(root: IsoFolder): IsoLayout {
  let next = firstDescriptor + descriptors;
  const take = (sizeBytes: number) => {
    const sector = next;
    next += sectorsFor(sizeBytes);
    return sector;
  };
  const tables = nameSpaces.map((space) => {
    const folders = foldersOf(root, space);
    const pathTableBytes = folders.reduce(
      (sum, folder) => sum + pathRecordBytes(identifierOf(folder, space).length),
      0,
    );
    const pathTableSectorL = take(pathTableBytes);
    return { space, folders, pathTableBytes, pathTableSectorL, pathTableSectorM: take(pathTableBytes) };
  });
  const spaces = tables.map((table) => ({
    ...table,
    folders: placeFolders(table.folders, table.space, take),
  }));
  const files = filesOf(root).map((file) => ({
    file,
    sector: file.sizeBytes === 0 ? 0 : take(file.sizeBytes),
  }));
  return { spaces, files, totalSectors: next };
}

function placeFolders(
  folders: readonly IsoFolder[],
  space: NameSpace,
  take: (sizeBytes: number) => number,
): PlacedFolder[] {
  const numbers = new Map(folders.map((folder, index) => [folder, index + 1]));
  const parents = new Map<IsoFolder, number>();
  for (const [parent, number] of numbers) {
    for (const node of parent.nodes) if (node.kind === 'folder') parents.set(node, number);
  }
  return folders.map((folder, index) => {
    const sizeBytes = folderBytes(folder, space);
    return {
      folder,
      sector: take(sizeBytes),
      sizeBytes,
      number: index + 1,
      parentNumber: parents.get(folder) ?? 1,
    };
  });
}

/** Whole sectors: itself, its parent, its entries. */
function folderBytes(folder: IsoFolder, space: NameSpace): number {
  let end = 2 * directoryRecordBytes(1);
  for (const node of nodesOf(folder, space)) {
    const length = directoryRecordBytes(identifierOf(node, space).length);
    end = recordOffset(end, length) + length;
  }
  return sectorsFor(end) * sectorBytes;
}
