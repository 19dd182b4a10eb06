import { open } from 'node:fs/promises';
import { writeFileAtomically } from '../../shared/atomic-file.ts';
import { XPaneError } from '../../shared/errors.ts';
import type { ByteRange } from '../byte-range.ts';
import { folderSectors, pathTable } from './directory.ts';
import { isIsoDate, sectorBytes } from './fields.ts';
import { firstDescriptor, type IsoLayout, isoLayout, type PlacedFile } from './layout.ts';
import { type IsoEntry, isoTree } from './tree.ts';
import { lastDescriptor, volumeDescriptor } from './volume-descriptor.ts';

export interface IsoOptions {
  /** 1 to 16 of A-Z, 0-9 and `_`: what both name spaces can say. */
  readonly label: string;
  /** Of everything on the disk; equal input gives an equal disk, byte for byte. */
  readonly date: Date;
  readonly signal?: AbortSignal;
}

export interface IsoImage {
  readonly sizeBytes: number;
  /** Where each file lies, by its path as it was given. An empty one is at 0. */
  readonly ranges: ReadonlyMap<string, ByteRange>;
  /** The image, once, in chunks of at most 1 MiB. */
  bytes(): AsyncGenerator<Uint8Array>;
}

const chunkBytes = 1 << 20;

/**
 * Plans an ISO 9660 disk (ECMA-119) with Level 1 names and Joliet's beside them. Files of the host are measured
 * now and read by `bytes`.
 *
 * Throws `guest-setup.bad-label`, `guest-setup.bad-path`, `guest-setup.file-too-large`, or the system's error.
 */
export async function planIso(entries: readonly IsoEntry[], options: IsoOptions): Promise<IsoImage> {
  if (!/^[A-Z0-9_]{1,16}$/.test(options.label)) throw badLabel(options.label);
  if (!isIsoDate(options.date)) throw new RangeError('An ISO 9660 disk knows the years 1900 to 2155.');
  const layout = isoLayout(await isoTree(entries));
  return {
    sizeBytes: layout.totalSectors * sectorBytes,
    ranges: new Map(
      layout.files.map(({ file, sector }) => [
        file.path,
        { offsetBytes: sector * sectorBytes, sizeBytes: file.sizeBytes },
      ]),
    ),
    bytes: () => imageBytes(layout, options),
  };
}

/**
 * Writes the disk to `file` (0600), whole or not at all.
 * Throws what `planIso` throws, `guest-setup.file-changed`, or `signal.reason`.
 */
export async function writeIso(
  file: string,
  entries: readonly IsoEntry[],
  options: IsoOptions,
): Promise<IsoImage> {
  const image = await planIso(entries, options);
  await writeFileAtomically(file, image.bytes());
  return image;
}

async function* imageBytes(layout: IsoLayout, options: IsoOptions): AsyncGenerator<Uint8Array> {
  const { label, date, signal } = options;
  yield Buffer.alloc(firstDescriptor * sectorBytes);
  for (const space of layout.spaces) yield volumeDescriptor(space, layout, label, date);
  yield lastDescriptor();
  for (const space of layout.spaces) {
    yield pathTable(space, 'L');
    yield pathTable(space, 'M');
  }
  for (const space of layout.spaces) {
    for (const folder of space.folders) yield folderSectors(folder, space, layout, date);
  }
  for (const placed of layout.files) {
    yield* contentOf(placed, signal);
    const rest = placed.file.sizeBytes % sectorBytes;
    if (rest > 0) yield Buffer.alloc(sectorBytes - rest);
  }
}

async function* contentOf({ file }: PlacedFile, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  signal?.throwIfAborted();
  if ('content' in file.entry) {
    yield file.entry.content;
    return;
  }
  const handle = await open(file.entry.file, 'r');
  try {
    for (let left = file.sizeBytes; left > 0; ) {
      signal?.throwIfAborted();
      const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, left));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) throw changed(file.entry.file);
      left -= bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
    if ((await handle.stat()).size !== file.sizeBytes) throw changed(file.entry.file);
  } finally {
    await handle.close();
  }
}

function badLabel(label: string): XPaneError {
  return new XPaneError(
    'guest-setup.bad-label',
    `A disk cannot be called ${JSON.stringify(label)}.`,
    'Use 1 to 16 capital letters, digits and underscores.',
  );
}

function changed(path: string): XPaneError {
  return new XPaneError(
    'guest-setup.file-changed',
    `The file ${path} changed its size while it was put on a disk for the guest.`,
    'Try again when nothing writes to it.',
  );
}
