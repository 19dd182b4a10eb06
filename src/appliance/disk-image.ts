import { rm, truncate, writeFile } from 'node:fs/promises';
import { runTool } from './build-tool.ts';

/** What the guest sees; the file holds only what is used. Room for applications that users install. */
const diskBytes = 8 * 1024 ** 3;

/**
 * Makes the VM's disk of `root` without mounting anything. Whoever builds is user 0 inside a namespace, so all
 * files in the image belong to the guest's root. It has a journal: a guest that is killed mounts again whole.
 */
export async function writeDiskImage(
  root: string,
  output: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const raw = `${output}.raw`;
  await writeFile(raw, '');
  await truncate(raw, diskBytes);
  const asRoot = ['--unshare-user', '--uid', '0', '--gid', '0', '--die-with-parent', '--dev-bind', '/', '/'];
  const format = ['-q', '-t', 'ext4', '-O', '^metadata_csum', '-J', 'size=8', '-m', '0', '-i', '32768'];
  const lazy = ['-E', 'lazy_itable_init=1,lazy_journal_init=1'];
  await runTool({
    command: 'bwrap',
    args: [...asRoot, 'mke2fs', ...format, ...lazy, '-d', root, raw],
    purpose: 'making the disk',
    timeoutMs: 10 * 60_000,
    signal,
  });
  await runTool({
    command: 'qemu-img',
    args: ['convert', '-c', '-f', 'raw', '-O', 'qcow2', '-o', 'compression_type=zstd', raw, output],
    purpose: 'compressing the disk',
    timeoutMs: 10 * 60_000,
    signal,
  });
  await rm(raw);
}
