import type { ImageFormat } from './image-formats.ts';

/** The two ends of a file, by which it is recognised. */
export interface FileEnds {
  readonly sizeBytes: number;
  /** As much as there is, `headBytes` at most. */
  readonly head: Buffer;
  /** The last 512 bytes; all of a shorter file. */
  readonly tail: Buffer;
}

/** Reaches over the volume descriptor of a CD image. */
export const headBytes = 64 * 1024;

/** What a file is: an image, something else that people take for one, or nothing known. */
export type FileKind =
  | { readonly kind: 'image'; readonly format: ImageFormat }
  | { readonly kind: 'other'; readonly what: 'cd' | 'archive' | 'program' }
  | { readonly kind: 'unknown' };

const sectorBytes = 512;
const vhdCookie = 'conectix';
/** In the middle of a VDI's header; the text before it differs with the program that wrote it. */
const vdiSignature = 0xbeda107f;

/**
 * Recognises an image by its magic. A raw disk has none: it counts as one only with a boot sector's signature, so
 * that no document or damaged image passes for a disk. Pure.
 */
export function fileKind({ sizeBytes, head, tail }: FileEnds): FileKind {
  const starts = (text: string, at = 0) => head.toString('latin1', at, at + text.length) === text;
  if (starts('QFI\xfb')) return image('qcow2');
  if (starts('vhdxfile')) return image('vhdx');
  if (starts('KDMV') || starts('COWD') || starts('# Disk DescriptorFile')) return image('vmdk');
  if (head.length >= 0x44 && head.readUInt32LE(0x40) === vdiSignature) return image('vdi');
  // A dynamic VHD has a copy of its footer in front, a fixed one is a raw disk with a footer behind.
  if (starts(vhdCookie) || tail.toString('latin1', 0, vhdCookie.length) === vhdCookie) return image('vhd');
  // A CD image may also begin like a disk, so that sticks boot from it.
  if (starts('CD001', 32_769)) return { kind: 'other', what: 'cd' };
  if (isArchive(starts)) return { kind: 'other', what: 'archive' };
  if (sizeBytes % sectorBytes === 0 && head[510] === 0x55 && head[511] === 0xaa) return image('raw');
  if (starts('MZ')) return { kind: 'other', what: 'program' };
  return { kind: 'unknown' };
}

/** tar (an OVA is one), zip, gzip, 7z, xz, rar, cabinet. */
function isArchive(starts: (text: string, at?: number) => boolean): boolean {
  const magics = ['PK\x03\x04', '\x1f\x8b', '7z\xbc\xaf\x27\x1c', '\xfd7zXZ', 'Rar!', 'MSCF'];
  return starts('ustar', 257) || magics.some((magic) => starts(magic));
}

function image(format: ImageFormat): FileKind {
  return { kind: 'image', format };
}
