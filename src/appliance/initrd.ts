import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

/** One entry of a cpio archive. A folder has no content. */
export interface CpioEntry {
  readonly name: string;
  readonly mode: number;
  readonly content?: Uint8Array;
}

const folderMode = 0o040755;
const programMode = 0o100755;
const fileMode = 0o100644;

/** Writes an archive in the "newc" format that Linux unpacks at boot (Documentation/driver-api/early-userspace). */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  return Buffer.concat([...entries, { name: 'TRAILER!!!', mode: 0 }].flatMap(record));
}

function record(entry: CpioEntry, index: number): Buffer[] {
  const content = entry.content ?? new Uint8Array();
  const links = entry.mode & 0o040000 ? 2 : 1;
  // inode, mode, owner, group, links, time, size, device x 2, special device x 2, name with its zero, checksum
  const numbers = [
    index + 1,
    entry.mode,
    0,
    0,
    links,
    0,
    content.length,
    0,
    0,
    0,
    0,
    entry.name.length + 1,
    0,
  ];
  const header = `070701${numbers.map((number) => number.toString(16).padStart(8, '0')).join('')}${entry.name}\0`;
  return [padded(Buffer.from(header, 'latin1')), padded(Buffer.from(content))];
}

/** Each part ends at a multiple of four bytes. */
function padded(part: Buffer): Buffer {
  return Buffer.concat([part, Buffer.alloc(-part.length & 3)]);
}

const signatureMarker = Buffer.from('~Module signature appended~\n', 'latin1');
/** struct module_signature (include/linux/module_signature.h); its last field is the signature's length, big endian. */
const signatureInfoBytes = 12;

/**
 * A kernel module without its signature. This kernel loads it all the same, and an emulated processor needs not check
 * what the host has put there itself. Pure.
 */
export function unsignedModule(module: Buffer): Buffer {
  if (!module.subarray(-signatureMarker.length).equals(signatureMarker)) return module;
  const infoEnd = module.length - signatureMarker.length;
  const signatureBytes = module.readUInt32BE(infoEnd - 4);
  return module.subarray(0, Math.max(0, infoEnd - signatureInfoBytes - signatureBytes));
}

export interface InitrdParts {
  readonly busybox: string;
  readonly init: string;
  /** In the order in which they are to be loaded. */
  readonly modules: readonly string[];
  /** Loaded after those, where there is a sound device. */
  readonly soundModules: readonly string[];
}

/**
 * Makes the VM's first file system: busybox, the drivers, and what mounts the disk. Not packed: to unpack it would take
 * an emulated processor 0.3 s at each boot.
 */
export async function writeInitrd(output: string, parts: InitrdParts): Promise<void> {
  const folders = ['bin', 'dev', 'modules', 'proc', 'root', 'sound', 'sys'].map((name) => ({
    name,
    mode: folderMode,
  }));
  const inOrder = (folder: string) => async (file: string, index: number) => ({
    name: `${folder}/${String(index).padStart(2, '0')}-${basename(file)}`,
    mode: fileMode,
    content: unsignedModule(await readFile(file)),
  });
  const entries = [
    ...folders,
    { name: 'init', mode: programMode, content: await readFile(parts.init) },
    { name: 'bin/busybox', mode: programMode, content: await readFile(parts.busybox) },
    ...(await Promise.all(parts.modules.map(inOrder('modules')))),
    ...(await Promise.all(parts.soundModules.map(inOrder('sound')))),
  ];
  await writeFile(output, cpioArchive(entries));
}
