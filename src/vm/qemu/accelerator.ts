import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runChild } from '../../shared/child-process.ts';
import { XPaneError } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import { childEnvironment } from '../host-programs.ts';
import { type Accelerator, cpuModel } from './arguments.ts';
import { probeExitCode, probeExitPort, probeRom } from './probe-rom.ts';

/** A working accelerator needs 0.1-0.3 s (measured); a broken one hangs. */
const probeTimeoutMs = 3000;

export const kvmDevice = '/dev/kvm';

const answerSchema = z.object({ key: z.string(), works: z.boolean() });

export interface AcceleratorQuestion {
  readonly qemu: string;
  /** The first line of `qemu --version`. */
  readonly qemuVersion: string;
  readonly cacheFolder: string;
  readonly log: Log;
  readonly signal?: AbortSignal;
  /** The device that KVM is reached through; another one only in tests. */
  readonly device?: string;
}

/**
 * Which accelerator runs guests here, found by running code: a device file may be there though KVM hangs.
 * The answer is kept in the cache by kernel, processor and QEMU version. Rejects only with `signal.reason`.
 */
export async function findAccelerator(question: AcceleratorQuestion): Promise<Accelerator> {
  const device = question.device ?? kvmDevice;
  if (!mayUse(device)) {
    question.log.info({ device }, 'no KVM: its device is missing, or this user may not use it');
    return 'tcg';
  }
  const key = `${release()} ${cpus()[0]?.model ?? ''} ${question.qemuVersion}`;
  const known = readAnswer(question.cacheFolder, key);
  if (known !== undefined) return known ? 'kvm' : 'tcg';
  const works = await runsCode(question.qemu, 'kvm', question.cacheFolder, question.signal);
  question.log.info({ works }, 'KVM probed by running code');
  writeAnswer(question.cacheFolder, { key, works });
  return works ? 'kvm' : 'tcg';
}

/** Whether a machine on this accelerator gets through protected mode and paging in time. */
export async function runsCode(
  qemu: string,
  accelerator: Accelerator,
  cacheFolder: string,
  signal?: AbortSignal,
): Promise<boolean> {
  mkdirSync(cacheFolder, { recursive: true });
  const folder = mkdtempSync(join(cacheFolder, 'probe-'));
  try {
    const rom = join(folder, 'rom.bin');
    writeFileSync(rom, probeRom());
    const { code } = await runChild({
      command: qemu,
      args: probeArguments(accelerator, rom),
      env: childEnvironment(),
      timeoutMs: probeTimeoutMs,
      ...(signal ? { signal } : {}),
    });
    return code === probeExitCode;
  } catch (thrown) {
    if (thrown instanceof XPaneError && thrown.code === 'process.timeout') return false;
    throw thrown;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pure. */
export function probeArguments(accelerator: Accelerator, rom: string): string[] {
  return [
    ...['-accel', accelerator, '-cpu', cpuModel(accelerator), '-machine', 'pc', '-m', '16', '-no-reboot'],
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'none'],
    ...['-device', `isa-debug-exit,iobase=0x${probeExitPort.toString(16)},iosize=1`, '-bios', rom],
  ];
}

/** Whether it is there, and this user may read and write it. */
export function mayUse(device: string): boolean {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const answerFile = 'accelerator.json';

function readAnswer(cacheFolder: string, key: string): boolean | undefined {
  try {
    const answer = answerSchema.parse(JSON.parse(readFileSync(join(cacheFolder, answerFile), 'utf8')));
    return answer.key === key ? answer.works : undefined;
  } catch {
    return undefined; // no answer yet, or an unreadable one: the cache may be lost at any time
  }
}

function writeAnswer(cacheFolder: string, answer: z.infer<typeof answerSchema>): void {
  const file = join(cacheFolder, answerFile);
  writeFileSync(`${file}.new`, JSON.stringify(answer));
  renameSync(`${file}.new`, file);
}
