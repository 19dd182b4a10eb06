import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { complaintError, imageDamaged, writeError } from './image-error.ts';
import { type ImageFormat, qemuDriver } from './image-formats.ts';
import { type WorkResult, workQemuImg } from './qemu-img.ts';

/** A disk to be read: one file, or an overlay and what it lies on. All paths are absolute. */
export interface DiskToRead {
  readonly file: string;
  readonly format: ImageFormat;
  /** The qcow2 image below; whatever the file's own header names is not opened. */
  readonly base?: string | undefined;
}

export interface CopyWork {
  readonly from: DiskToRead;
  /** A new file. */
  readonly to: string;
  readonly format: ImageFormat;
  /** Of the disk, not of the files. */
  readonly virtualSizeBytes: number;
  /** Copy only what differs from this image, and name it as what lies below. qcow2 only. */
  readonly onTopOf?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onFraction?: ((fraction: number) => void) | undefined;
}

/** An image's own tables and headers, above the content of the whole disk. */
const mostTablesBytes = (virtualSizeBytes: number) => virtualSizeBytes / 50 + 64 * 2 ** 20;

/**
 * Copies a disk into a new image and brings it to the medium. The caller owns `to`, also after a failure.
 * Throws `image.*` (see complaintError), `vm.qemu-missing`, or `signal.reason`.
 */
export async function copyDisk(work: CopyWork): Promise<void> {
  const { virtualSizeBytes: size, signal, onFraction } = work;
  const result = await workQemuImg({
    args: copyArguments(work),
    sizeBytes: size,
    maxFileBytes: size + mostTablesBytes(size),
    ...{ signal, onFraction },
  });
  if (result.code !== 0) throw failed(work, result);
  await toMedium(work.to);
}

/** Pure. */
export function copyArguments({ from, to, format, onTopOf }: Omit<CopyWork, 'virtualSizeBytes'>): string[] {
  const options = creationOptions[format];
  return [
    ...['convert', '-p', '-O', qemuDriver[format]],
    ...(options === undefined ? [] : ['-o', options]),
    ...(onTopOf === undefined ? [] : ['-B', onTopOf, '-F', 'qcow2']),
    ...[diskName(from), to],
  ];
}

/** A name by which qemu-img opens these files and no others, whatever their headers say. Pure. */
export function diskName({ file, format, base }: DiskToRead): string {
  const node = (driver: string, filename: string, backing: object | null) => ({
    driver,
    file: { driver: 'file', filename },
    backing,
  });
  const below = base === undefined ? null : node('qcow2', base, null);
  return `json:${JSON.stringify(node(qemuDriver[format], file, below))}`;
}

/** What the programs that read these formats expect. A VHD keeps the disk's exact size and grows as it is filled. */
const creationOptions: Partial<Record<ImageFormat, string>> = {
  qcow2: 'compat=1.1',
  vhd: 'subformat=dynamic,force_size=on',
  vhdx: 'subformat=dynamic',
  vmdk: 'subformat=monolithicSparse,adapter_type=ide',
};

function failed({ from, to }: CopyWork, { signal, words }: WorkResult): unknown {
  if (signal === 'SIGXFSZ') return imageDamaged(from.file, 'it holds more than its size says.');
  if (signal !== null && words === '') return imageDamaged(from.file, 'qemu-img cannot read it.');
  return complaintError(from.file, dirname(to), words);
}

/** Throws `image.disk-full`, or the system's error. */
export async function toMedium(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } catch (thrown) {
    throw writeError(dirname(path), thrown);
  } finally {
    await file.close();
  }
}
