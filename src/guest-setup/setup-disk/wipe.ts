import { type FileHandle, open } from 'node:fs/promises';
import { XPaneError } from '../../shared/errors.ts';
import type { ByteRange } from '../byte-range.ts';
import { floppyBytes } from '../floppy/fat12.ts';
import { findInIso } from '../iso9660/find-in-iso.ts';
import { secretPath } from './disk-paths.ts';

/**
 * Overwrites the secret in a set-up disk that `writeSetupDisk` made, and has it on disk when this resolves. The rest
 * of the image stays as it is; a second call does no harm. A file system that copies on write, or a flash disk,
 * may keep the old block somewhere below.
 *
 * Throws `guest-setup.no-secret` if the image has no secret to wipe, or the system's error.
 */
export async function wipeSecret(imageFile: string): Promise<ByteRange> {
  return await changing(imageFile, async (image) => {
    const range = await findInIso(image, secretPath.toUpperCase().split('/'));
    if (!range) throw noSecret(imageFile);
    await overwrite(image, range);
    return range;
  });
}

/** The same for the whole floppy of an unattended installation: product key and password are on it. */
export async function wipeFloppy(imageFile: string): Promise<void> {
  await changing(imageFile, (image) => overwrite(image, { offsetBytes: 0, sizeBytes: floppyBytes }));
}

async function changing<T>(file: string, change: (image: FileHandle) => Promise<T>): Promise<T> {
  const image = await open(file, 'r+');
  try {
    return await change(image);
  } finally {
    await image.close();
  }
}

async function overwrite(image: FileHandle, { offsetBytes, sizeBytes }: ByteRange): Promise<void> {
  const end = Math.min(offsetBytes + sizeBytes, (await image.stat()).size);
  const zeros = Buffer.alloc(1 << 16);
  for (let offset = offsetBytes; offset < end; ) {
    const { bytesWritten } = await image.write(zeros, 0, Math.min(zeros.length, end - offset), offset);
    offset += bytesWritten;
  }
  await image.sync();
}

function noSecret(file: string): XPaneError {
  return new XPaneError(
    'guest-setup.no-secret',
    `The file ${file} is no set-up disk of XPane.`,
    'Remove it if you do not need it; a new one is made when it is needed.',
  );
}
