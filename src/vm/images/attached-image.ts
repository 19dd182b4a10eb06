import { accessSync, constants } from 'node:fs';
import { XPaneError } from '../../shared/errors.ts';
import { imageDamaged } from './image-error.ts';
import { formatOfName } from './image-formats.ts';
import { checkHeader, type OpenImage } from './image-header.ts';
import { fileKind } from './image-magic.ts';
import { lookAt } from './image-source.ts';

/** A second disk, which the guest writes to as it is. */
export interface AttachedDisk {
  readonly file: string;
  readonly format: 'qcow2' | 'raw';
}

/**
 * What a file is that is to be a guest's second disk. Only from its content where that tells: what is nothing known
 * counts as a raw disk, if its name says so. Throws `image.*`.
 */
export function attachedDisk(file: string): AttachedDisk {
  const format = lookAt(file, (image) => formatOf(image));
  checkAttachedDisk({ file, format });
  return { file, format };
}

/** Before each start. Throws `image.*`. */
export function checkAttachedDisk({ file, format }: AttachedDisk): void {
  lookAt(file, (image) => {
    if (format === 'raw') return;
    const kind = fileKind(image);
    if (kind.kind !== 'image' || kind.format !== 'qcow2')
      throw imageDamaged(file, 'its header is not qcow2’s.');
    checkHeader(image, 'qcow2');
  });
  try {
    accessSync(file, constants.W_OK);
  } catch (cause) {
    throw new XPaneError(
      'image.not-writable',
      `You may not write to ${file}.`,
      'Copy it to a folder of yours.',
      cause,
    );
  }
}

/** A plain file that can be read; what is on it is the guest's business. Throws `image.*`. */
export function checkCd(file: string): void {
  lookAt(file, ({ sizeBytes }) => {
    if (sizeBytes < leastCdBytes) throw imageDamaged(file, 'it is shorter than one sector of a CD.');
  });
}

const leastCdBytes = 2048;
const sectorBytes = 512;

function formatOf(image: OpenImage): AttachedDisk['format'] {
  const { file, sizeBytes } = image;
  const found = fileKind(image);
  if (found.kind === 'image' && (found.format === 'qcow2' || found.format === 'raw')) return found.format;
  const named = found.kind === 'unknown' && formatOfName(file) === 'raw' && sizeBytes % sectorBytes === 0;
  if (named) return 'raw';
  throw new XPaneError(
    'image.not-attachable',
    `${file} cannot be attached as it is.`,
    'A second disk is a qcow2 image, or a raw one whose name ends in .img or .raw. Others are converted by "qemu-img convert -O qcow2 OLD NEW".',
  );
}
