import { chmodSync, closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Appliance, applianceIn } from '../../appliance/appliance.ts';
import { type ErrorReport, XPaneError } from '../../shared/errors.ts';
import { makeDisk } from '../new-disk.ts';

/** Makes a workspace's disk: an empty qcow2 overlay on the image `base`. See {@link makeDisk}. */
export async function makeOverlay(
  qemuImg: string,
  base: string,
  disk: string,
  signal?: AbortSignal,
): Promise<void> {
  await makeDisk(disk, (partial) => overlayCommand(qemuImg, base, partial), signal);
  chmodSync(disk, 0o600);
}

/** Pure. */
export function overlayCommand(
  qemuImg: string,
  base: string,
  disk: string,
): { command: string; args: string[] } {
  return { command: qemuImg, args: ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', base, disk] };
}

/**
 * The built-in guest that an overlay was made on: only on that very image is it a disk. Its hash is in the
 * overlay's header; of the path there nothing else is believed (the cache may have moved, and a header that
 * came with a package could name any file of the user's).
 *
 * Throws `vm.disk-damaged`, `vm.base-missing`.
 */
export function applianceBelow(disk: string, current: Appliance): Appliance {
  const hash = basename(dirname(backingFile(disk)));
  if (hash === current.hash) return current;
  const folder = join(dirname(dirname(current.disk)), hash);
  const older = applianceIn(folder, hash);
  if (/^[\w.-]+$/.test(hash) && hash !== '..' && existsSync(older.disk)) return older;
  throw new XPaneError(
    'vm.base-missing',
    'The disk of this workspace belongs to a version of the built-in guest that is no longer on this computer.',
    'Reset the workspace: it then starts with the present version. What was installed in it is lost.',
  );
}

/**
 * Makes sure that an overlay was made on the image `base`, which is named by its content. Where the image lies may have
 * changed. Throws `vm.disk-damaged`, `vm.base-missing`.
 */
export function requireBase(disk: string, base: string): void {
  if (basename(backingFile(disk)) === basename(base) && existsSync(base)) return;
  const { code, message, hint } = baseMissing;
  throw new XPaneError(code, message, hint);
}

export const baseMissing: ErrorReport = {
  code: 'vm.base-missing',
  message: 'The image below the disk of this workspace is no longer on this computer.',
  hint: 'Import the same image again: that puts it back. Then start the workspace.',
};

/**
 * QEMU's docs/interop/qcow2.txt: big-endian; magic, version, 64-bit offset and 32-bit length of the name; from byte 36 on the
 * number of entries of the L1 table, of 8 bytes, its offset, and that of the refcount table. QEMU takes tables that lie
 * behind the end of the file for empty ones, and the guest would find the image as it was and write over its disk.
 */
function backingFile(disk: string): string {
  const header = Buffer.alloc(56);
  const fd = openSync(disk, 'r');
  try {
    readSync(fd, header, 0, header.length, 0);
    const offset = Number(header.readBigUInt64BE(8));
    const lengthBytes = header.readUInt32BE(16);
    const valid = header.toString('latin1', 0, 4) === 'QFI\xfb' && lengthBytes > 0 && lengthBytes <= 1023;
    if (!valid || offset > 1 << 21) throw diskDamaged();
    const endOfL1 = Number(header.readBigUInt64BE(40)) + 8 * header.readUInt32BE(36);
    const refcounts = Number(header.readBigUInt64BE(48));
    if (Math.max(endOfL1, refcounts) > fstatSync(fd).size) throw diskDamaged();
    const name = Buffer.alloc(lengthBytes);
    readSync(fd, name, 0, lengthBytes, offset);
    return name.toString('utf8');
  } finally {
    closeSync(fd);
  }
}

export function diskDamaged(cause?: unknown): XPaneError {
  return new XPaneError(
    'vm.disk-damaged',
    'The disk of this workspace is damaged.',
    'Restore its folder, which "xpane workspace show" names, from a backup. With a copy of it "qemu-img check -r all" may help. Or reset the workspace.',
    cause,
  );
}

export function baseDamaged(cause?: unknown): XPaneError {
  return new XPaneError(
    'vm.base-damaged',
    'The image below the disk of this workspace is damaged; the disk itself was not touched.',
    'Restore the image, which "xpane workspace show" names, from a backup; or remove its file and import the same image again.',
    cause,
  );
}
