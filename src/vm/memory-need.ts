import { capabilities } from './capabilities.ts';
import type { HostMemory } from './host-memory.ts';
import type { VmBackend } from './vm-backend.ts';

const mib = 2 ** 20;

/** QEMU's own, with the built-in guest booted without an accelerator: 220 MiB, most of it translated code. */
const machineOverheadBytes = 224 * mib;

/**
 * The built-in guest's X server, Wine and agent: 100 MiB were measured, and small applications come beside them.
 * `memoryMiB` bounds each program by itself.
 */
const programsBytes = 192 * mib;

/** What the rest of the desktop should keep, or everything becomes slow. */
const keptForHostBytes = 256 * mib;

/** What a guest will take of the host's memory. Pure. */
export function memoryNeedBytes(backend: VmBackend['kind'], memoryMiB: number): number {
  return capabilities[backend].memory === 'guest' ? memoryMiB * mib + machineOverheadBytes : programsBytes;
}

/** A guest that runs or is being started: what it will take, and what of that the host has given it for good. */
export interface MemoryClaim {
  readonly needBytes: number;
  readonly heldBytes: number;
}

/**
 * What is left for one more guest when each of the others has taken all it may. Memory that is a file counts with
 * them whether they use it yet or not: the kernel calls it available, but takes it only by writing it to the disk,
 * again and again, which no guest and no desktop gets far with. Pure.
 */
export function memoryLeftBytes({ availableBytes }: HostMemory, others: readonly MemoryClaim[]): number {
  const outstanding = others.map(({ needBytes, heldBytes }) => Math.max(0, needBytes - heldBytes));
  return outstanding.reduce((left, bytes) => left - bytes, availableBytes);
}

/**
 * Whether a guest may start. `short`: not even with all of the swap, so that the kernel would have to end a process.
 * `near`: it fits, but the host will have to swap, or is about to. Pure.
 */
export function memoryVerdict(
  needBytes: number,
  leftBytes: number,
  { swapFreeBytes }: HostMemory,
): 'enough' | 'near' | 'short' {
  if (needBytes > leftBytes + swapFreeBytes) return 'short';
  return needBytes + keptForHostBytes > leftBytes ? 'near' : 'enough';
}
