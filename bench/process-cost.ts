import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc/PID/stat; fixed on Linux (man proc, sysconf(_SC_CLK_TCK)). */
const ticksPerSecond = 100;

export interface ProcessInfo {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
}

/** All processes of this machine that can be read. */
export function allProcesses(): ProcessInfo[] {
  const found: ProcessInfo[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const match = /^\d+ \((.*)\) \S (\d+)/s.exec(readQuietly(`/proc/${entry}/stat`));
    if (match) found.push({ id: Number(entry), parent: Number(match[2]), name: match[1] ?? '' });
  }
  return found;
}

/** `root` and all that it started, directly or not. */
export function familyOf(root: number): ProcessInfo[] {
  const all = allProcesses();
  const family = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { id, parent } of all) {
      if (!family.has(id) && family.has(parent)) {
        family.add(id);
        grown = true;
      }
    }
  }
  return all.filter(({ id }) => family.has(id));
}

/** Seconds of processor time used so far, user and system. */
export function cpuSeconds(processId: number): number {
  const fields = readQuietly(`/proc/${processId}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond;
}

/** The same of several together. */
export function processorSeconds(processIds: readonly number[]): number {
  return processIds.reduce((total, id) => total + cpuSeconds(id), 0);
}

/** Memory that would be free if the process ended, shared pages counted by share; MB (10^6). */
export function proportionalMemoryMB(processId: number): number {
  const kib = /^Pss:\s+(\d+) kB/m.exec(readQuietly(`/proc/${processId}/smaps_rollup`))?.[1];
  return (Number(kib ?? 0) * 1024) / 1e6;
}

/** Memory that nobody else has any of, and that is not on the disk as it is; MB (10^6). */
export function privateMemoryMB(processId: number): number {
  const kib = /^Private_Dirty:\s+(\d+) kB/m.exec(readQuietly(`/proc/${processId}/smaps_rollup`))?.[1];
  return (Number(kib ?? 0) * 1024) / 1e6;
}

/** How long ago a process was started, to a hundredth of a second. */
export function sinceItsStartMs(processId: number): number {
  const fields = readQuietly(`/proc/${processId}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  const startedSeconds = Number(fields[19] ?? 0) / ticksPerSecond;
  return (Number(readQuietly('/proc/uptime').split(' ')[0]) - startedSeconds) * 1000;
}

/** A process may end while it is looked at. */
function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
