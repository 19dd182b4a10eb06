import type { Appliance } from '../appliance/appliance.ts';
import { reportOf } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';
import type { GuestDevice } from './guest-devices.ts';
import type { GuestMachine } from './guest-machine.ts';
import { QemuBackend } from './qemu/qemu-backend.ts';
import { findQemu } from './qemu/qemu-programs.ts';
import { discardSnapshot, isSuspended } from './qemu/snapshot.ts';
import { whyWithoutKvm } from './qemu/why-slow.ts';
import { SandboxBackend } from './sandbox/sandbox-backend.ts';
import { recordedLaunch } from './virtualbox/launch-record.ts';
import { VirtualBoxBackend } from './virtualbox/virtualbox-backend.ts';
import type { BackendKind, GuestSnapshot, VmBackend } from './vm-backend.ts';

export interface BackendOptions {
  readonly appliance: Appliance;
  /** What the guest has beside its machine, as far as the backend can: see `VmCapabilities.devices`. */
  readonly devices?: readonly GuestDevice[] | undefined;
  /** XPane's cache folder: what was found out about this computer is kept there. */
  readonly cache: string;
  readonly log: Log;
}

/** The backend that the settings ask for. Starts nothing and looks at nothing: ask `obstacle` first. */
export function createBackend(kind: Exclude<BackendKind, 'virtualbox'>, options: BackendOptions): VmBackend {
  const { appliance, ...others } = options;
  switch (kind) {
    case 'qemu':
      return new QemuBackend({ guest: { kind: 'builtin', appliance }, ...others });
    case 'sandbox':
      return new SandboxBackend(options);
  }
}

/** The suspended guest with this disk. Of a backend that suspends none there never is one. */
export function snapshotOf(disk: string): GuestSnapshot {
  return {
    exists: () => isSuspended(disk),
    // A machine of VirtualBox that may still run has its own files in there.
    discard: () => {
      if (!recordedLaunch(disk)) discardSnapshot(disk);
    },
  };
}

/** Why guests in QEMU are slow on this computer, if they are; also undefined where that cannot be found out. */
export async function whySlow({ cache, log }: Pick<BackendOptions, 'cache' | 'log'>) {
  try {
    const { qemu, version } = await findQemu();
    return await whyWithoutKvm({ qemu, qemuVersion: version, cacheFolder: cache, log });
  } catch (error) {
    log.warn({ error: reportOf(error) }, 'whether guests run with KVM could not be found out');
    return undefined;
  }
}

export interface ImageBackendOptions extends Omit<BackendOptions, 'appliance'> {
  /** The read-only qcow2 image, named by its content. */
  readonly base: string;
  readonly machine: GuestMachine;
  /** QEMU by default. */
  readonly kind?: Exclude<BackendKind, 'sandbox'>;
}

/** The backend for a user's own image, which needs a whole virtual machine. */
export function createImageBackend({ kind, base, machine, ...others }: ImageBackendOptions): VmBackend {
  if (kind === 'virtualbox') return new VirtualBoxBackend({ base, machine, log: others.log });
  return new QemuBackend({ guest: { kind: 'image', base, machine }, ...others });
}
