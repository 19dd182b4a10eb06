import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of the host's memory can be had, in bytes. */
export interface HostMemory {
  readonly totalBytes: number;
  /** Without swapping: free, and what the page cache can give back. A limit of this process's own counts, too. */
  readonly availableBytes: number;
  readonly swapFreeBytes: number;
}

export interface HostMemoryReader {
  /** Undefined where this kernel does not tell. */
  read(): HostMemory | undefined;
  /**
   * Memory of these processes that the host cannot take back but by swapping: it is missing from `availableBytes`
   * already. Not so a guest's memory that is a file: that is page cache to the kernel, and counts as available
   * however much the guest uses it.
   */
  heldBytes(processIds: readonly number[]): number;
}

/** Where the kernel tells of memory: proc(5), and control groups of version 2. */
export interface KernelFolders {
  readonly proc: string;
  readonly cgroup: string;
}

export function hostMemory(
  folders: KernelFolders = { proc: '/proc', cgroup: '/sys/fs/cgroup' },
): HostMemoryReader {
  return {
    read() {
      const info = textOf(join(folders.proc, 'meminfo'));
      const [total, available] = [kibOf(info, 'MemTotal'), kibOf(info, 'MemAvailable')];
      if (total === undefined || available === undefined) return undefined;
      return {
        totalBytes: total,
        availableBytes: Math.min(available, ...groupsLeft(folders)),
        swapFreeBytes: kibOf(info, 'SwapFree') ?? 0,
      };
    },
    heldBytes(processIds) {
      const sums = processIds.map((id) => {
        const status = textOf(join(folders.proc, String(id), 'status'));
        return (kibOf(status, 'RssAnon') ?? 0) + (kibOf(status, 'RssShmem') ?? 0);
      });
      return sums.reduce((sum, each) => sum + each, 0);
    },
  };
}

/** What the limit of each control group around this process leaves; none without limits, or without version 2. */
function groupsLeft({ proc, cgroup }: KernelFolders): number[] {
  const path = /^0::(\/.*)$/m.exec(textOf(join(proc, 'self/cgroup')))?.[1];
  // A group outside of what this process sees of the tree cannot be read from here.
  if (path === undefined || path.includes('..')) return [];
  const names = path.split('/').filter((name) => name !== '');
  return [...names.keys(), names.length].flatMap((depth) =>
    groupLeft(join(cgroup, ...names.slice(0, depth))),
  );
}

function groupLeft(folder: string): number[] {
  const limit = countOf(textOf(join(folder, 'memory.max')));
  const used = countOf(textOf(join(folder, 'memory.current')));
  if (limit === undefined || used === undefined) return [];
  const stat = textOf(join(folder, 'memory.stat'));
  const cache = ['active_file', 'inactive_file', 'slab_reclaimable'].map((name) =>
    countOf(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? ''),
  );
  const reclaimable = cache.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  return [Math.max(0, limit - used + reclaimable)];
}

/** A line of proc(5) in kB, which are KiB, in bytes. */
function kibOf(text: string, name: string): number | undefined {
  const kib = countOf(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(text)?.[1] ?? '');
  return kib === undefined ? undefined : kib * 1024;
}

/** `max`, for no limit, is no number. */
function countOf(text: string): number | undefined {
  return /^\d+\s*$/.test(text) ? Number(text) : undefined;
}

/** The empty text for what is not there: another kernel, or a process that has just ended. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
