import { existsSync } from 'node:fs';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { XPaneError } from '../../shared/errors.ts';
import { copyDisk, toMedium } from '../images/image-copy.ts';
import { baseMissing } from '../qemu/overlay.ts';

/**
 * Makes a workspace's disk for VirtualBox, which cannot read a qcow2 overlay: all of the base image as a VDI of its own.
 * Does nothing when it is there; whatever ends this early leaves none. Throws `vm.base-missing`, `image.*`, or
 * `signal.reason`.
 */
export async function makeVirtualBoxDisk(base: string, disk: string, signal?: AbortSignal): Promise<void> {
  if (existsSync(disk)) return;
  if (!existsSync(base)) throw new XPaneError(baseMissing.code, baseMissing.message, baseMissing.hint);
  const folder = dirname(disk);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const partial = `${disk}.partial`;
  await rm(partial, { force: true }); // of an earlier try that was cut off
  try {
    const virtualSizeBytes = await qcow2Size(base);
    await copyDisk({
      from: { file: base, format: 'qcow2' },
      to: partial,
      format: 'vdi',
      virtualSizeBytes,
      signal,
    });
    await chmod(partial, 0o600);
    await rename(partial, disk);
    await toMedium(folder);
  } catch (thrown) {
    await rm(partial, { force: true });
    throw thrown;
  }
}

/** The disk's size stands at byte 24 of a qcow2 (docs/interop/qcow2.txt); the base is a file of our own making. */
async function qcow2Size(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(8), 0, 8, 24);
    return Number(buffer.readBigUInt64BE());
  } finally {
    await handle.close();
  }
}
