/**
 * The machine a user's own image boots on. It stays the same for the life of a workspace: Windows takes other hardware
 * for another computer.
 */
export interface GuestMachine {
  /** QEMU's: `pc` and `q35`, or one of their versions, as `pc-i440fx-7.2`. */
  readonly machineType: string;
  readonly cpus: number;
  /** QEMU's name of a processor; `auto`: the host's where there is an accelerator. */
  readonly cpuModel: string;
  readonly diskBus: 'ide' | 'sata' | 'virtio';
  /** QEMU's names; Windows XP brings drivers for the first three (VirtualBox has pcnet, Virtual PC tulip). */
  readonly nic: 'rtl8139' | 'pcnet' | 'tulip' | 'e1000' | 'ne2k_pci' | 'virtio-net-pci';
  readonly vga: 'std' | 'cirrus' | 'vmware';
}
