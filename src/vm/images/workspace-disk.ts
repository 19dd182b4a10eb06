import { constants, existsSync, statSync } from 'node:fs';
import { access, chmod, mkdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type ChildExit, startChild } from '../../shared/child-process.ts';
import { pause } from '../../shared/deadline.ts';
import { XPaneError } from '../../shared/errors.ts';
import { childEnvironment } from '../host-programs.ts';
import { requireRoom } from './disk-room.ts';
import { copyDisk, type DiskToRead, diskName, toMedium } from './image-copy.ts';
import { complaintError, writeError } from './image-error.ts';
import type { ImageFormat } from './image-formats.ts';
import { askQemuImg, workTimeoutMs } from './qemu-img.ts';
import type { UnfinishedWork } from './unfinished-work.ts';

/** How long work goes on, and who is told how far it is. */
export interface DiskWork {
  readonly unfinished: UnfinishedWork;
  readonly signal?: AbortSignal | undefined;
  /** Called with 0 to 1, rising. */
  readonly onFraction?: ((fraction: number) => void) | undefined;
}

/** A workspace's overlay with the image that XPane knows to be below it. */
export interface Overlay {
  readonly disk: string;
  readonly base: string;
}

/**
 * Writes the whole disk into one new file (0600) that stands for itself.
 * Throws `image.target-exists`, `image.*`, or `signal.reason`; nothing is left then.
 */
export async function exportDisk(
  overlay: Overlay,
  target: { readonly file: string; readonly format: ImageFormat },
  work: DiskWork,
): Promise<void> {
  if (existsSync(target.file)) throw targetExists(target.file);
  const folder = dirname(target.file);
  await access(`${folder}/`, constants.W_OK).catch((thrown: unknown) => {
    throw writeError(folder, thrown);
  });
  const from: DiskToRead = { file: overlay.disk, format: 'qcow2', base: overlay.base };
  const measured = await measure(from, work.signal);
  await requireRoom(folder, measured.required);
  await work.unfinished.run(target.file, async (partial) => {
    const { signal, onFraction } = work;
    const virtualSizeBytes = await virtualSize(from, signal);
    // A VMDK has its own name in it.
    const file = join(partial, basename(target.file));
    await mkdir(partial, { mode: 0o700 });
    await copyDisk({ from, to: file, format: target.format, virtualSizeBytes, signal, onFraction });
    await chmod(file, 0o600);
    // Somebody may have made it meanwhile.
    if (existsSync(target.file)) throw targetExists(target.file);
    await rename(file, target.file);
    await toMedium(folder);
  });
}

/**
 * Writes an overlay anew without what it no longer needs: what the guest gave back, and zeros. Returns bytes on the
 * medium before and after. Throws like {@link exportDisk}; the disk is as it was then.
 */
export async function compactDisk(
  { disk, base }: Overlay,
  work: DiskWork,
): Promise<{ readonly beforeBytes: number; readonly afterBytes: number }> {
  const from: DiskToRead = { file: disk, format: 'qcow2', base };
  const { signal, onFraction } = work;
  return work.unfinished.run(disk, async (partial) => {
    const beforeBytes = statSync(disk).blocks * 512;
    const virtualSizeBytes = await virtualSize(from, signal);
    const copy = { from, to: partial, format: 'qcow2', virtualSizeBytes, onTopOf: base } as const;
    await copyDisk({ ...copy, signal, onFraction });
    await chmod(partial, 0o600);
    const afterBytes = (await stat(partial)).blocks * 512;
    if (afterBytes >= beforeBytes) return { beforeBytes, afterBytes: beforeBytes };
    await rename(partial, disk);
    await toMedium(dirname(disk));
    return { beforeBytes, afterBytes };
  });
}

const lookEveryMs = 100;

/**
 * Copies a file or folder to a new name: shared with the first until one of them changes where the file system can
 * do that (btrfs, XFS), and with its holes elsewhere. The caller owns `to`, also after a failure.
 * Throws `image.disk-full`, `image.timeout`, or `signal.reason`.
 */
export async function copyShared(
  from: string,
  to: string,
  work: Omit<DiskWork, 'unfinished'>,
): Promise<void> {
  const { signal, onFraction } = work;
  signal?.throwIfAborted();
  const whole = Math.max(1, statSync(from).blocks);
  const deadlineMs = performance.now() + workTimeoutMs(whole * 512);
  const child = await startChild({
    command: 'cp',
    args: ['--archive', '--reflink=auto', '--sparse=always', '--', from, to],
    env: childEnvironment(),
  });
  const ended: { exit?: ChildExit } = {};
  void child.exited.then((exit) => {
    ended.exit = exit;
  });
  try {
    while (!ended.exit) {
      await Promise.race([child.exited, pause(lookEveryMs, signal)]);
      signal?.throwIfAborted();
      onFraction?.(Math.min(1, (statSync(to, { throwIfNoEntry: false })?.blocks ?? 0) / whole));
      if (performance.now() > deadlineMs) throw copyTooLate();
    }
  } finally {
    if (!ended.exit) await child.kill();
  }
  if (ended.exit.code !== 0) throw complaintError(from, dirname(to), child.tail());
}

const sizesSchema = z.object({ required: z.int().min(0) });
const infoSchema = z.object({ 'virtual-size': z.int().min(0) });

async function measure(from: DiskToRead, signal: AbortSignal | undefined) {
  return ask(from, sizesSchema, ['measure', '--output=json', '-O', 'qcow2', diskName(from)], signal);
}

/** `info` never opens what lies below, and refuses a name that tells of it. */
async function virtualSize({ file, format }: DiskToRead, signal: AbortSignal | undefined): Promise<number> {
  const alone = { file, format };
  const info = await ask(alone, infoSchema, ['info', '--output=json', diskName(alone)], signal);
  return info['virtual-size'];
}

async function ask<T>(
  { file }: DiskToRead,
  schema: z.ZodType<T>,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<T> {
  const { code, stdout, stderr } = await askQemuImg({ args, signal });
  if (code !== 0) throw complaintError(file, file, stderr);
  return schema.parse(JSON.parse(stdout));
}

function targetExists(file: string): XPaneError {
  return new XPaneError(
    'image.target-exists',
    `${file} is there already.`,
    'Choose another name, or remove it first: nothing is overwritten.',
  );
}

function copyTooLate(): XPaneError {
  return new XPaneError(
    'image.timeout',
    'The disk could not be copied in time.',
    'Try again when the computer is less busy.',
  );
}
