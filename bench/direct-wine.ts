import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Appliance } from '../src/appliance/appliance.ts';

/** A Windows program run by the same Wine, straight on a display: the floor nothing can be faster than. */
export class DirectWine {
  readonly #command: readonly string[];
  readonly #folder: string;
  #child: ChildProcess | undefined;

  private constructor(command: readonly string[], folder: string) {
    this.#command = command;
    this.#folder = folder;
  }

  /**
   * `program` is a host path, or one of Windows (`C:\\…`) for what Wine brings. Resolves when the process runs; its
   * window comes later.
   */
  static async start(appliance: Appliance, program: string, display: string): Promise<DirectWine> {
    const direct = await DirectWine.prepare(appliance, program, display);
    direct.run();
    return direct;
  }

  /** As `start`, but nothing runs before `run`. Call `stop` in any case. */
  static async prepare(appliance: Appliance, program: string, display: string): Promise<DirectWine> {
    const folder = await mkdtemp(join(tmpdir(), 'xpane-direct-'));
    const prefix = join(folder, 'prefix');
    await cp(appliance.prefix, prefix, { recursive: true, verbatimSymlinks: true });
    await letWindowManagerIn(join(prefix, 'user.reg'));
    const own = program.startsWith('/');
    if (own) {
      await mkdir(join(prefix, 'drive_c/bench'));
      await copyFile(program, join(prefix, 'drive_c/bench/program.exe'));
    }
    const mounts = ['--ro-bind', appliance.root, '/', '--bind', prefix, '/opt/prefix', '--tmpfs', '/tmp'];
    const sockets = ['--ro-bind', '/tmp/.X11-unix', '/tmp/.X11-unix', '--dev', '/dev', '--proc', '/proc'];
    const limits = ['--unshare-pid', '--die-with-parent', '--new-session', '--clearenv'];
    const shell = `. /opt/xpane/wine-env; DISPLAY=${display}; exec "$WINE" '${own ? 'C:\\bench\\program.exe' : program}'`;
    return new DirectWine([...mounts, ...sockets, ...limits, '/bin/sh', '-c', shell], folder);
  }

  run(): void {
    this.#child = spawn('bwrap', this.#command, { stdio: 'ignore' });
  }

  /** Of bubblewrap, the parent of all. */
  get processId(): number {
    return this.#child?.pid ?? 0;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** The built-in guest's Wine keeps window managers out; on a host display it is to behave as users know it. */
async function letWindowManagerIn(registryFile: string): Promise<void> {
  const text = await readFile(registryFile, 'utf8');
  await writeFile(registryFile, text.replace('"Managed"="N"', '"Managed"="Y"'));
}
