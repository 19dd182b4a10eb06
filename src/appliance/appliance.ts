import { join } from 'node:path';

/**
 * The built-in guest as it lies in the cache: made once by `build.ts`, never changed afterwards, addressed by
 * the hash of everything that went into it. The agent is not part of it: it is handed over at every start, so
 * that a new agent needs no new image.
 */
export interface Appliance {
  readonly hash: string;
  /** Debian i386 with Wine and `/opt/xpane/guest-init`; the sandbox shows it read-only as `/`. */
  readonly root: string;
  /** The Wine prefix as first made; a workspace gets a copy (sandbox). In the disk it is `/opt/prefix`. */
  readonly prefix: string;
  /** Linux for the VM, unpacked; packed in guests that older versions made. */
  readonly kernel: string;
  readonly initrd: string;
  /** qcow2, ext4, the same root with the prefix inside; base of every workspace's overlay. */
  readonly disk: string;
}

/** All on-disk names of the built-in guest, in one place. `folder` is `<cache>/guest/<hash>`. */
export function applianceIn(folder: string, hash: string): Appliance {
  return {
    hash,
    root: join(folder, 'root'),
    prefix: join(folder, 'root/opt/prefix'),
    kernel: join(folder, 'vmlinuz'),
    initrd: join(folder, 'initrd.img'),
    disk: join(folder, 'disk.qcow2'),
  };
}

/**
 * What the guest's init finds in `/run/xpane` at start, the same in sandbox and VM.
 *
 * - sandbox: a read-only bind of the launch's `guest/` folder; `/run/bridge` is memory in which init
 *   makes `agent.sock` (0600), led to the agent's TCP port by a relay; standard input closing means "shut down".
 * - VM: the second virtio disk is a plain ustar archive (read-only, sectors of 512 bytes) of the same files,
 *   which init unpacks into a tmpfs; the power button means "shut down".
 */
export const guestFiles = {
  agent: 'xpane-agent.exe',
  secret: 'secret',
  /** `KEY=VALUE` lines: DESKTOP_WIDTH, DESKTOP_HEIGHT (pixels). */
  settings: 'guest.env',
} as const;

/** The agent's port inside every guest. */
export const agentPort = 7007;
