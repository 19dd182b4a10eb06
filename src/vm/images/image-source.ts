import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { z } from 'zod';
import { XPaneError } from '../../shared/errors.ts';
import { complaintError, imageDamaged, imageUntrusted, openError } from './image-error.ts';
import { type ImageFormat, qemuDriver } from './image-formats.ts';
import { checkHeader, type HeaderFacts, type OpenImage } from './image-header.ts';
import { type FileKind, fileKind, headBytes } from './image-magic.ts';
import { type StampedFile, stampOf } from './image-stamp.ts';
import { askQemuImg, type ImageAnswer } from './qemu-img.ts';

/** An image that was looked at and found whole and free of references to other files. */
export interface ImageSource {
  /** Absolute. */
  readonly file: string;
  readonly format: ImageFormat;
  /** Size of the disk in it. */
  readonly virtualSizeBytes: number;
  /** What a copy as qcow2 takes at most, as far as is known without reading it all. */
  readonly requiredBytes: number;
  /** What a VMDK says of its controller: a word of letters. */
  readonly adapter?: string;
  /** The files it is in, the one that was named first. */
  readonly files: readonly StampedFile[];
}

export interface SourceOptions {
  /** Told by the user; by default the file's magic tells. */
  readonly format?: ImageFormat | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a disk of Windows XP may be large: a master boot record has no room for more. */
const maxVirtualBytes = 2 * 2 ** 40;
const leastVirtualBytes = 512;

/**
 * Looks at an image that is to be imported. Its header is read here before any other program sees it.
 *
 * Throws `image.missing`, `image.not-readable`, `image.not-a-disk`, `image.unknown-format`, `image.needs-others`,
 * `image.damaged`, `image.in-use`, `image.too-large`, `vm.qemu-missing`, or `signal.reason`.
 */
export async function inspectImage(file: string, options: SourceOptions = {}): Promise<ImageSource> {
  const { format, facts, stamp, sizeBytes } = readHeader(file, options.format);
  const { parts = [], ...about } = facts;
  const ask = (...args: string[]) => askQemuImg({ args, signal: options.signal });
  const driver = ['-f', qemuDriver[format]];
  const info = answered(file, infoSchema, await ask('info', '--output=json', ...driver, file));
  if (info['backing-filename'] !== undefined || info['full-backing-filename'] !== undefined) {
    throw imageUntrusted(file, 'it only holds what differs from another disk.');
  }
  if (info.encrypted === true) throw imageUntrusted(file, 'it is encrypted.');
  if (info['format-specific']?.data?.['data-file'] !== undefined) {
    throw imageUntrusted(file, 'its content is in another file.');
  }
  const virtualSizeBytes = info['virtual-size'];
  if (virtualSizeBytes > maxVirtualBytes) throw tooLarge(file);
  if (virtualSizeBytes < leastVirtualBytes) throw imageDamaged(file, 'it has no content.');
  requireSound(file, await ask('check', '--output=json', ...driver, file));
  const measured = answered(
    file,
    measureSchema,
    await ask('measure', '--output=json', ...driver, '-O', 'qcow2', file),
  );
  // QEMU takes every block of a VHDX for data, also where there is none. Nothing in one is compressed.
  const most = format === 'vhdx' ? sizeBytes + copyTablesBytes(virtualSizeBytes) : Number.POSITIVE_INFINITY;
  const requiredBytes = Math.min(measured.required, most);
  return { file, format, virtualSizeBytes, requiredBytes, ...about, files: [{ file, stamp }, ...parts] };
}

const infoSchema = z.object({
  'virtual-size': z.int().min(0),
  'backing-filename': z.string().optional(),
  'full-backing-filename': z.string().optional(),
  encrypted: z.boolean().optional(),
  'format-specific': z
    .object({ data: z.object({ 'data-file': z.unknown() }).partial().optional() })
    .optional(),
});

const measureSchema = z.object({ required: z.int().min(0) });

/** What a qcow2 has above its content: 8 bytes a cluster of 64 KiB, 2 to count its uses, and little else. */
const copyTablesBytes = (virtualSizeBytes: number) => virtualSizeBytes / 4096 + 2 ** 20;

/** What is known of a file before qemu-img sees it. */
interface Looked {
  readonly format: ImageFormat;
  readonly facts: HeaderFacts;
  readonly stamp: string;
  readonly sizeBytes: number;
}

function readHeader(file: string, told: ImageFormat | undefined): Looked {
  return lookAt(file, (image) => {
    const format = told ?? formatOf(file, fileKind(image));
    const stamp = stampOf(fstatSync(image.descriptor, { bigint: true }));
    return { format, facts: checkHeader(image, format), stamp, sizeBytes: image.sizeBytes };
  });
}

/** Opens a file, which must be a plain one with content, only while `look` looks. Throws `image.*`. */
export function lookAt<T>(file: string, look: (image: OpenImage) => T): T {
  const descriptor = opened(file);
  try {
    return look(endsOf(file, descriptor));
  } finally {
    closeSync(descriptor);
  }
}

/** Not blocking: a pipe of that name would be waited for without end. */
function opened(file: string): number {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (thrown) {
    throw openError(file, thrown);
  }
}

function endsOf(file: string, descriptor: number): OpenImage {
  const stat = fstatSync(descriptor);
  if (!stat.isFile()) throw notADisk(file, 'it is no plain file');
  if (stat.size === 0) throw imageDamaged(file, 'it is empty.');
  const part = (at: number, length: number) => {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, at));
  };
  const tailBytes = Math.min(512, stat.size);
  return {
    ...{ file, descriptor, sizeBytes: stat.size },
    ...{ head: part(0, Math.min(headBytes, stat.size)), tail: part(stat.size - tailBytes, tailBytes) },
  };
}

function formatOf(file: string, found: FileKind): ImageFormat {
  if (found.kind === 'image') return found.format;
  if (found.kind === 'other') throw notADisk(file, whatItIs[found.what]);
  throw new XPaneError(
    'image.unknown-format',
    `What kind of image ${file} is cannot be told from its content.`,
    'If it is a raw disk without a boot sector, say so: --format raw. Otherwise it may be damaged.',
  );
}

const whatItIs = {
  cd: 'it is the image of a CD',
  archive: 'it is an archive (an .ova too); unpack it, and import the disk that is in it',
  program: 'it is a program; if it brings a disk, unpack it, and import that',
} as const;

/** Exit codes of `check`: 0 sound, 3 only lost room, 63 no check for this format. */
function requireSound(file: string, { code, stdout, stderr }: ImageAnswer): void {
  if (code === 0 || code === 3 || code === 63) return;
  if (code === 2) throw imageDamaged(file, 'parts of it contradict each other, or lie behind its end.');
  throw complaintError(file, file, `${stderr}${stdout}`);
}

function answered<T>(file: string, schema: z.ZodType<T>, { code, stdout, stderr }: ImageAnswer): T {
  if (code !== 0) throw complaintError(file, file, stderr);
  return schema.parse(JSON.parse(stdout));
}

function notADisk(file: string, why: string): XPaneError {
  return new XPaneError(
    'image.not-a-disk',
    `${file} is no disk of a virtual machine: ${why}.`,
    'Choose the file of the virtual disk: .vhd, .vhdx, .vmdk, .vdi, .qcow2, or a raw disk.',
  );
}

function tooLarge(file: string): XPaneError {
  return new XPaneError(
    'image.too-large',
    `The disk in ${file} is larger than 2 TiB, which Windows XP cannot use.`,
    'Check that it is the right file.',
  );
}
