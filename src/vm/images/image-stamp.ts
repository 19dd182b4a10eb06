import { type BigIntStats, lstatSync, statSync } from 'node:fs';
import { imageChanged } from './image-error.ts';

/** A file that a disk is in, as it was when it was looked at. */
export interface StampedFile {
  readonly file: string;
  readonly stamp: string;
}

/**
 * Differs after anything was written to a file, or another one was put in its place: a program that takes no lock of
 * QEMU's kind (VirtualBox, VMware) may be using it, or somebody may swap it after its header was checked. Pure.
 */
export function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** Throws `image.changed`. The first file may be a link that the user chose, parts of a disk may not. */
export function requireUnchanged(files: readonly StampedFile[]): void {
  files.forEach(({ file, stamp }, index) => {
    const options = { bigint: true, throwIfNoEntry: false } as const;
    const found = index === 0 ? statSync(file, options) : lstatSync(file, options);
    if (!found || stampOf(found) !== stamp) throw imageChanged(file);
  });
}
