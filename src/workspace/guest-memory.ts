/** MED-V's table: from this much memory of the host on, this much for the guest; MiB. */
const steps = [
  { hostMiB: 1024, guestMiB: 378 },
  { hostMiB: 2048, guestMiB: 512 },
  { hostMiB: 4096, guestMiB: 1024 },
  { hostMiB: 8192, guestMiB: 1536 },
  { hostMiB: 16384, guestMiB: 2048 },
] as const;

/** A kernel tells of less than was built in: it keeps some for itself and for the graphics. */
const toldShare = 7 / 8;

/**
 * What the built-in guest gets on every host. It was measured with this much, boots in the same time with more, and
 * every MiB of it is one on the disk and in the page cache; what runs in it are small old programs.
 */
const builtInMiB = 384;

/**
 * The memory that `auto` stands for: the built-in guest's own measure, and MED-V's table for an image, as nobody knows
 * what runs in that. `hostMiB` is what the kernel tells. Pure.
 */
export function automaticMemoryMiB(guest: 'builtin' | 'image', hostMiB: number): number {
  if (guest === 'builtin') return builtInMiB;
  const fitting = steps.filter((step) => hostMiB >= step.hostMiB * toldShare);
  return (fitting.at(-1) ?? steps[0]).guestMiB;
}
