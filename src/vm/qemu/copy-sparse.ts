import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runChild } from '../../shared/child-process.ts';
import { childEnvironment } from '../host-programs.ts';
import { diskError } from '../new-disk.ts';

/** 300 MB from the page cache take 0.2 s. */
const copyTimeoutMs = 30_000;

/**
 * Copies a file (0600), leaving out what is zero, and with it what of the target is there: a target that is reserved
 * stays so. Rejects with `vm.disk-full`, `vm.disk-failed`, `process.timeout` or `signal.reason`.
 */
export async function copySparse(source: string, target: string, signal?: AbortSignal): Promise<void> {
  const { code, stderr } = await runChild({
    command: 'sh',
    args: ['-c', `umask 077; exec dd "if=$0" "of=$1" bs=64K conv=sparse,notrunc status=none`, source, target],
    env: childEnvironment(),
    timeoutMs: copyTimeoutMs,
    ...(signal ? { signal } : {}),
  });
  if (code !== 0) throw diskError(stderr);
}

/** Makes `disk` a copy of a small one, under its name only when it is whole and on the medium. Rejects as `copySparse`. */
export async function copyDisk(source: string, disk: string, signal?: AbortSignal): Promise<void> {
  mkdirSync(dirname(disk), { recursive: true, mode: 0o700 });
  const partial = `${disk}.partial`;
  rmSync(partial, { force: true }); // of an earlier try that was cut off
  try {
    await copySparse(source, partial, signal);
    const file = await open(partial, 'r');
    await file.datasync().finally(() => file.close());
    renameSync(partial, disk);
  } catch (thrown) {
    rmSync(partial, { force: true });
    throw thrown;
  }
}
