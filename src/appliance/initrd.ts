import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

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

export interface InitrdParts {
  readonly busybox: string;
  readonly init: string;
  /** In the order in which they are to be loaded. */
  readonly modules: readonly string[];
  /** Loaded after those, where there is a sound device. */
  readonly soundModules: readonly string[];
}

/** Makes the VM's first file system: busybox, the drivers, and what mounts the disk. */
export async function writeInitrd(output: string, parts: InitrdParts): Promise<void> {
  const folders = ['bin', 'dev', 'modules', 'proc', 'root', 'sound', 'sys'].map((name) => ({
    name,
    mode: folderMode,
  }));
  const inOrder = (folder: string) => async (file: string, index: number) => ({
    name: `${folder}/${String(index).padStart(2, '0')}-${basename(file)}`,
    mode: fileMode,
    content: await readFile(file),
  });
  const entries = [
    ...folders,
    { name: 'init', mode: programMode, content: await readFile(parts.init) },
    { name: 'bin/busybox', mode: programMode, content: await readFile(parts.busybox) },
    ...(await Promise.all(parts.modules.map(inOrder('modules')))),
    ...(await Promise.all(parts.soundModules.map(inOrder('sound')))),
  ];
  await writeFile(output, await promisify(gzip)(cpioArchive(entries), { level: 9 }));
}
