import type { FileHandle } from 'node:fs/promises';
import type { ByteRange } from '../byte-range.ts';
import { sectorBytes } from './fields.ts';
import { firstDescriptor } from './layout.ts';

/** More than any disk of ours has; whoever changed the image cannot make us read without end. */
const maxFolderBytes = 1 << 20;

/**
 * Where a file lies in an image that `writeIso` made, by its Level 1 names, such as `['XPANE', 'SECRET.KEY']`.
 * Resolves to undefined if the image is no ISO 9660 disk or has no such file. Rejects with the system's error.
 */
export async function findInIso(
  image: FileHandle,
  shortNames: readonly string[],
): Promise<ByteRange | undefined> {
  const descriptor = await bytesAt(image, {
    offsetBytes: firstDescriptor * sectorBytes,
    sizeBytes: sectorBytes,
  });
  if (descriptor.toString('latin1', 0, 6) !== '\x01CD001') return undefined;
  let found: FoundRecord | undefined = recordAt(descriptor, 156);
  for (const [index, name] of shortNames.entries()) {
    if (!found?.isFolder || found.range.sizeBytes > maxFolderBytes) return undefined;
    const isLast = index === shortNames.length - 1;
    found = recordIn(await bytesAt(image, found.range), isLast ? `${name};1` : name);
  }
  return found?.isFolder ? undefined : found?.range;
}

/**
 * Names in the root folder of an image of anybody's, by its primary descriptor, without version and last dot: `I386`.
 * What is damaged has fewer. Rejects with the system's error.
 */
export async function folderNames(image: FileHandle, primaryDescriptor: Buffer): Promise<string[]> {
  const { range } = recordAt(primaryDescriptor, 156);
  if (range.sizeBytes > maxFolderBytes) return [];
  const names = recordsIn(await bytesAt(image, range)).map(({ identifier }) => identifier);
  return names.map((name) => name.replace(/\.?(;\d*)?$/, ''));
}

interface FoundRecord {
  readonly range: ByteRange;
  readonly isFolder: boolean;
}

async function bytesAt(image: FileHandle, range: ByteRange): Promise<Buffer> {
  const bytes = Buffer.alloc(range.sizeBytes);
  await image.read(bytes, 0, bytes.length, range.offsetBytes);
  return bytes;
}

function recordIn(folder: Buffer, identifier: string): FoundRecord | undefined {
  const found = recordsIn(folder).find((each) => each.identifier === identifier);
  return found && recordAt(folder, found.offset);
}

/** A record that is cut off at the end of the folder is none. */
function recordsIn(folder: Buffer): { readonly identifier: string; readonly offset: number }[] {
  const found = [];
  for (let offset = 0; offset + 34 <= folder.length; ) {
    const length = folder[offset] ?? 0;
    const nameBytes = folder[offset + 32] ?? 0;
    if (length === 0) {
      offset = (Math.floor(offset / sectorBytes) + 1) * sectorBytes;
      continue;
    }
    found.push({ identifier: folder.toString('latin1', offset + 33, offset + 33 + nameBytes), offset });
    offset += length;
  }
  return found;
}

function recordAt(bytes: Buffer, offset: number): FoundRecord {
  return {
    range: {
      offsetBytes: bytes.readUInt32LE(offset + 2) * sectorBytes,
      sizeBytes: bytes.readUInt32LE(offset + 10),
    },
    isFolder: ((bytes[offset + 25] ?? 0) & 2) !== 0,
  };
}
