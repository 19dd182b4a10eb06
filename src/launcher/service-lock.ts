import { spawn } from 'node:child_process';
import { closeSync, fstatSync, ftruncateSync, openSync, statSync, writeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { XPaneError } from '../shared/errors.ts';
import { privateFolder } from '../shared/paths.ts';

/** What runs at most once for each user. */
export type Single = 'service' | 'tray';

/** Held until `release` or the end of this process, however it ends: the kernel keeps it, not a file's content. */
export interface ProcessLock {
  release(): void;
}

/** The file stays for ever: removing it would let two processes lock two files of one name. */
const lockFile = (runtime: string, what: Single) => join(runtime, `${what}.lock`);

/**
 * Takes the lock, or resolves to undefined at once while another process holds it. `runtime` is
 * XPanePaths.runtime. Throws `paths.not-private`, `lock.failed`.
 *
 * flock(2) locks belong to the open file, not to the process that asked: so the flock program locks the
 * descriptor that it inherits from us, ends, and leaves the lock with us. Node opens files close-on-exec, so no
 * child of ours can keep it alive.
 */
export async function takeLock(runtime: string, what: Single): Promise<ProcessLock | undefined> {
  const path = lockFile(privateFolder(runtime), what);
  // Whoever removed the file between our opening and locking it made our lock worthless: take the new one.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    // A plain descriptor: a FileHandle that nobody refers to is closed by the garbage collector.
    const file = openSync(path, 'a+', 0o600);
    if (!(await lockedByUs(file))) return undefined;
    if (isStill(path, file)) {
      ftruncateSync(file);
      writeSync(file, String(process.pid));
      return { release: () => closeSync(file) };
    }
    closeSync(file);
  }
  throw lockFailed(`${path} keeps being removed`);
}

/** The process that took the lock last; it may be gone. For messages and for waiting, never for signals. */
export async function lastHolder(runtime: string, what: Single): Promise<number | undefined> {
  try {
    return Number.parseInt(await readFile(lockFile(runtime, what), 'utf8'), 10) || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What flock is told to exit with while another process holds the lock. */
const conflictExit = 75;

/** Locks the open file, or closes it. */
async function lockedByUs(file: number): Promise<boolean> {
  let locked = false;
  try {
    locked = await flock(file);
    return locked;
  } finally {
    if (!locked) closeSync(file);
  }
}

function flock(file: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', ['--exclusive', '--nonblock', '-E', String(conflictExit), '3'], {
      stdio: ['ignore', 'ignore', 'ignore', file],
    });
    child.once('error', (cause) => reject(lockFailed(`flock does not start: ${cause.message}`, cause)));
    child.once('exit', (code) => {
      if (code === 0) resolve(true);
      else if (code === conflictExit) resolve(false);
      else reject(lockFailed(`flock ended with code ${code}`));
    });
  });
}

function isStill(path: string, file: number): boolean {
  const onDisk = statSync(path, { throwIfNoEntry: false });
  const held = fstatSync(file);
  return onDisk?.ino === held.ino && onDisk.dev === held.dev;
}

function lockFailed(why: string, cause?: unknown): XPaneError {
  return new XPaneError(
    'lock.failed',
    `XPane cannot find out whether it is running already: ${why}.`,
    'Install the package util-linux, and check that the folder for sockets is on a local disk.',
    cause,
  );
}
