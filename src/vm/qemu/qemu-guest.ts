import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Appliance } from '../../appliance/appliance.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import { applianceMissing } from '../appliance-files.ts';
import type { GuestMachine } from '../guest-machine.ts';
import type { ImageBoot, LinuxBoot } from './arguments.ts';
import { applianceBelow, baseMissing, requireBase } from './overlay.ts';

/** What a virtual machine's disk lies on, and how it boots. */
export type QemuGuest =
  | { readonly kind: 'builtin'; readonly appliance: Appliance }
  /** A user's own image; `base` is its read-only qcow2, named by its content. */
  | { readonly kind: 'image'; readonly base: string; readonly machine: GuestMachine };

/** What a new overlay is made on. */
export function newestBase(guest: QemuGuest): string {
  return guest.kind === 'builtin' ? guest.appliance.disk : guest.base;
}

/** The obstacle that something of the guest is not on this computer, or undefined when it is all there. */
export function guestMissing(guest: QemuGuest): ErrorReport | undefined {
  if (guest.kind === 'builtin') {
    const { kernel, initrd, disk } = guest.appliance;
    return applianceMissing([kernel, initrd, disk]);
  }
  return existsSync(guest.base) ? undefined : baseMissing;
}

/** How a machine with a disk boots, and what its overlay lies on. */
export interface Boot {
  readonly boot: (LinuxBoot | ImageBoot) & { readonly base: string };
  /** Names the content below the overlay, kernel and initrd included. */
  readonly baseHash: string;
}

/** For an overlay that is still to be made. */
export function newBoot(guest: QemuGuest, handover: string): Boot {
  if (guest.kind === 'image') {
    return { boot: { hardware: guest.machine, base: guest.base }, baseHash: basename(guest.base) };
  }
  const { kernel, initrd, disk: base, hash } = guest.appliance;
  return { boot: { kernel, initrd, handover, base }, baseHash: hash };
}

/**
 * For this very overlay; `handover` is for the built-in guest. Throws `vm.disk-damaged`, `vm.base-missing`.
 */
export function bootOf(guest: QemuGuest, disk: string, handover: string): Boot {
  if (guest.kind === 'builtin') {
    return newBoot({ ...guest, appliance: applianceBelow(disk, guest.appliance) }, handover);
  }
  requireBase(disk, guest.base);
  return newBoot(guest, handover);
}
