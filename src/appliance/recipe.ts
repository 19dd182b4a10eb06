import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The built-in guest is made of this Debian, whatever the host runs: its Wine is the one that was measured. */
export const suite = 'bookworm';

/** Raise when code of this folder changes what the built-in guest is; files in guest/ count by themselves. */
const recipeVersion = 3;

/** What the guest is made of, with what it depends on; nothing recommended. Architecture i386. */
export const guestPackages = [
  'busybox-static',
  'dash',
  'fontconfig',
  'fonts-liberation',
  'fonts-wine',
  'libc-bin',
  'libgnutls30',
  'libwine',
  'libxcomposite1',
  'libxcursor1',
  'libxfixes3',
  'libxi6',
  'libxrandr2',
  'libxrender1',
  'socat',
  'wine',
  'wine32',
  'xcompmgr',
  'xvfb',
] as const;

/**
 * Debian's kernel, amd64; depends on the real package. Not the one for clouds: it knows no sound. Of its 400 MB of
 * drivers the guest gets a few. Unpacked it takes 0.6 s more of an emulated processor to boot, and 0.15 s for sound.
 */
export const kernelPackage = 'linux-image-amd64';

/** What the VM needs, in the order in which it can be loaded. */
export const kernelModules = [
  'virtio_ring',
  'virtio',
  'virtio_pci_modern_dev',
  'virtio_pci_legacy_dev',
  'virtio_pci',
  'virtio_blk',
  'crc16',
  'crc32c_generic',
  'mbcache',
  'jbd2',
  'ext4',
  'overlay',
  'failover',
  'net_failover',
  'virtio_net',
  'button',
  'evdev',
] as const;

/** For a VM with a sound device, in this order: AC97, which QEMU has and Windows XP knows, too. */
export const soundModules = [
  'soundcore',
  'snd',
  'snd-timer',
  'snd-pcm',
  'ac97_bus',
  'snd-ac97-codec',
  'snd-intel8x0',
] as const;

/** The scripts and tables that run inside the guest, or while it is made. */
export const guestFolder = join(import.meta.dirname, 'guest');

/**
 * Names a built-in guest by what goes into it: Debian's suite, the packages, and every file in `folder`. Equal
 * recipes give equal hashes on every machine; dates and the state of Debian's mirrors do not count.
 */
export function recipeHash(folder: string = guestFolder): string {
  const hash = createHash('sha256');
  const add = (text: string | Buffer) => hash.update(`${text.length}:`).update(text);
  add(JSON.stringify([recipeVersion, suite, guestPackages, kernelPackage, kernelModules, soundModules]));
  for (const name of readdirSync(folder).sort()) {
    add(name);
    add(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}
