import { createHash } from 'node:crypto';
import { guestFiles } from '../../appliance/appliance.ts';
import type { HandoverFile } from '../guest-handover.ts';
import { type QemuMachine, qemuArguments } from './arguments.ts';
import { devicesAsTheGuestSeesThem } from './device-arguments.ts';
import { networkAsTheGuestSeesIt } from './network/network-arguments.ts';

/** All that a suspended guest takes for granted: on anything else its state would be nonsense. */
export interface SnapshotGround {
  /** The first line of `qemu --version`. */
  readonly qemuVersion: string;
  readonly machine: QemuMachine;
  /** Names the image below the overlay, kernel and initrd by their content. */
  readonly baseHash: string;
  /** The host's processor by name; it counts where the guest sees it. */
  readonly processor: string;
  readonly handover: readonly HandoverFile[];
}

/**
 * Two machines with the same key are one to the guest. Pure. What only the host sees does not count: where files lie,
 * what sound is played to, how QEMU is walled in. Neither does the size of the guest's desktop, which follows the
 * host's while it runs.
 */
export function snapshotKey({ qemuVersion, machine, baseHash, processor, handover }: SnapshotGround): string {
  const hash = createHash('sha256');
  const add = (text: string | Buffer) => hash.update(`${text.length}:`).update(text);
  add(qemuVersion);
  add(JSON.stringify(qemuArguments(asTheGuestSeesIt(machine))));
  add(baseHash);
  add(machine.accelerator === 'kvm' ? processor : '');
  for (const { name, content } of handover) {
    if (name === guestFiles.settings) continue;
    add(name);
    add(content);
  }
  return hash.digest('hex');
}

function asTheGuestSeesIt(machine: QemuMachine): QemuMachine {
  const same = {
    ...{
      workspaceId: '',
      seccomp: false,
      disk: '',
      base: '',
      memoryFile: '',
      memoryCopied: false,
      incoming: false,
      screenSocket: '',
    },
    sound: machine.sound && ({ driver: 'none' } as const),
    devices: devicesAsTheGuestSeesThem(machine.devices ?? []),
    network: networkAsTheGuestSeesIt(machine.network),
  };
  if (machine.hardware) {
    const installation = machine.installation && { cd: '', floppy: '' };
    return { ...machine, ...same, setUpDisk: machine.setUpDisk && 'set-up.iso', installation };
  }
  return { ...machine, ...same, kernel: '', initrd: '', handover: '' };
}
