import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { runChild } from '../shared/child-process.ts';
import { XPaneError } from '../shared/errors.ts';
import { childEnvironment } from './host-programs.ts';

/**
 * Makes `disk` by `command`, whose last argument is a name beside it, and gives it its name only when it is
 * complete and on the medium. Does nothing when `disk` is there. Whatever ends this early leaves no `disk`.
 *
 * Throws `vm.disk-full`, `vm.disk-failed`, `process.timeout` or `signal.reason`.
 */
export async function makeDisk(
  disk: string,
  command: (partial: string) => { readonly command: string; readonly args: readonly string[] },
  signal?: AbortSignal,
): Promise<void> {
  if (existsSync(disk)) return;
  mkdirSync(dirname(disk), { recursive: true, mode: 0o700 });
  const partial = `${disk}.partial`;
  rmSync(partial, { recursive: true, force: true }); // of an earlier try that was cut off
  try {
    await run(command(partial), signal);
    await run({ command: 'sync', args: ['--file-system', partial] }, signal);
    renameSync(partial, disk);
  } catch (thrown) {
    rmSync(partial, { recursive: true, force: true });
    throw thrown;
  }
}

/** What a revertible guest writes: beside its disk, and gone when it ends. */
export function throwAwayDisk(disk: string): string {
  return `${disk}.revertible`;
}

/** Copying 200 MB to a slow disk, several times over. */
const makeTimeoutMs = 120_000;

async function run(
  { command, args }: { readonly command: string; readonly args: readonly string[] },
  signal?: AbortSignal,
): Promise<void> {
  const result = await runChild({
    command,
    args,
    env: childEnvironment(),
    timeoutMs: makeTimeoutMs,
    ...(signal ? { signal } : {}),
  });
  if (result.code !== 0) throw diskError(`${result.stderr}${result.stdout}`);
}

/** What a program's complaint about a disk means to the user. */
export function diskError(complaint: string): XPaneError {
  if (/no space left|quota exceeded/i.test(complaint)) {
    return new XPaneError(
      'vm.disk-full',
      'There is no room left on this computer for the disk of the workspace.',
      'Free some space (a new workspace needs about 300 MB), then try again.',
    );
  }
  return new XPaneError(
    'vm.disk-failed',
    `The disk of the workspace could not be made: ${complaint.trim().slice(-300)}`,
    'Check that you may write to the folder of XPane and that its disk works.',
  );
}
