import { z } from 'zod';

/**
 * The machine that a user's own image boots on. The defaults are what Windows XP has drivers for without a disk from
 * the maker, and what images of Virtual PC, VirtualBox and VMware were installed on or find out by themselves:
 *
 * - `pc-i440fx-7.2`: a chipset of the 440 family, as all three have; the version keeps it the same under newer QEMUs.
 * - One processor: an image for one has a HAL that knows no second.
 * - IDE: the controller of all three where XP was installed with their defaults (older VMware: SCSI).
 * - rtl8139: new to all of them, so a fixed address that was set for the former card does not count here.
 * - std: a large desktop without a driver.
 */
const shape = {
  machineType: z
    .string()
    .regex(/^(pc|q35|pc-(i440fx|q35)-\d{1,2}\.\d)$/)
    .default('pc-i440fx-7.2'),
  cpus: z.int().min(1).max(4).default(1),
  /** Neither a comma nor an equals sign: it is a part of a command line. */
  cpuModel: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]{0,63}$/)
    .default('auto'),
  diskBus: z.enum(['ide', 'sata', 'virtio']).default('ide'),
  nic: z.enum(['rtl8139', 'pcnet', 'tulip', 'e1000', 'ne2k_pci', 'virtio-net-pci']).default('rtl8139'),
  vga: z.enum(['std', 'cirrus', 'vmware']).default('std'),
} as const;

export const machineSchema = z.strictObject(shape).refine(
  // The q35 machine has no such channel.
  ({ machineType, diskBus }) => !(machineType.includes('q35') && diskBus === 'ide'),
  { path: ['diskBus'] },
);
export type MachineSettings = z.infer<typeof machineSchema>;
export type MachineSettingName = keyof MachineSettings;

export const machineSettingNames = Object.keys(shape) as MachineSettingName[];

export const machineDescriptions: Record<
  MachineSettingName,
  { readonly about: string; readonly range: string }
> = {
  machineType: {
    about: 'The chipset. Other hardware makes Windows ask for activation again.',
    range: 'pc, q35, or one of their versions as pc-i440fx-7.2',
  },
  cpus: { about: 'Processors. More than one only if Windows was installed on more.', range: '1 to 4' },
  cpuModel: {
    about: 'The processor, as QEMU calls it; auto: as the host’s where that is possible.',
    range: 'auto, or a name of "qemu-system-x86_64 -cpu help"',
  },
  diskBus: {
    about: 'What the disk hangs on. Windows stops with 0x0000007B on one it has no driver for.',
    range: 'ide (not with q35), sata or virtio',
  },
  nic: {
    about: 'The network card, which the agent answers through.',
    range: 'rtl8139, pcnet, tulip, e1000, ne2k_pci or virtio-net-pci',
  },
  vga: { about: 'The graphics card.', range: 'std, cirrus or vmware' },
};
