import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { pause } from '../shared/deadline.ts';
import { XPaneError } from '../shared/errors.ts';
import { isRunning, type KnownProcess, killProcess, processesWith } from './known-process.ts';

/** The pid file of a launch, in its runtime folder. */
const recordName = 'processes.json';

const recordSchema = z.object({
  /** Start times count from the boot: after another boot they mean nothing. */
  bootId: z.string(),
  processes: z.array(z.object({ pid: z.int().min(2), startTicks: z.string() })).max(16),
});

/** How long a process may take to go after SIGKILL (it may sit in a disk write). */
const goneDeadlineMs = 10_000;

/** Notes which processes belong to a launch, so that a later service can end them. */
export function recordProcesses(
  runtimeFolder: string,
  processes: readonly (KnownProcess | undefined)[],
): void {
  const known = processes.filter((process) => process !== undefined);
  const file = join(runtimeFolder, recordName);
  writeFileSync(`${file}.new`, JSON.stringify({ bootId: bootId(), processes: known }), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function hasRecord(runtimeFolder: string): boolean {
  return existsSync(join(runtimeFolder, recordName));
}

/** The programs that guests are run by. */
const guestPrograms = ['qemu-system-x86_64', 'bwrap'];

/**
 * Ends every process of a launch and waits until it is gone; returns how many there were.
 *
 * Those are what the record names, and then whatever has the launch's folder on its command line: bubblewrap's
 * second process ties itself to the first only late in its start, and stays when the first is killed before. A
 * process id that another program got meanwhile has another start time and is left alone.
 */
export async function endLaunchProcesses(runtimeFolder: string): Promise<number> {
  const named = recorded(runtimeFolder).filter(isRunning);
  await endAll(named);
  const unnamed = processesWith(guestPrograms, (arg) => arg.includes(`${runtimeFolder}/`));
  await endAll(unnamed);
  return named.length + unnamed.length;
}

async function endAll(processes: readonly KnownProcess[]): Promise<void> {
  for (const process of processes) killProcess(process);
  for (const process of processes) await processGone(process);
}

/** Waits for the end of a process that is being killed. Throws `vm.still-running`. */
export async function processGone(process: KnownProcess): Promise<void> {
  const deadline = performance.now() + goneDeadlineMs;
  while (isRunning(process)) {
    if (performance.now() > deadline) {
      throw new XPaneError(
        'vm.still-running',
        `A process of a guest (${process.pid}) cannot be ended.`,
        'Log out and in again, or restart the computer.',
      );
    }
    await pause(5);
  }
}

function recorded(runtimeFolder: string): KnownProcess[] {
  let record: unknown;
  try {
    record = JSON.parse(readFileSync(join(runtimeFolder, recordName), 'utf8'));
  } catch {
    return [];
  }
  const parsed = recordSchema.safeParse(record);
  return parsed.success && parsed.data.bootId === bootId() ? parsed.data.processes : [];
}

/** Another one after each start of this computer. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
