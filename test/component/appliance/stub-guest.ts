import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Appliance } from '../../../src/appliance/appliance.ts';
import { within } from '../../../src/shared/deadline.ts';
import { XPaneError } from '../../../src/shared/errors.ts';
import { GuestScreen } from '../fixtures/guest-screen.ts';
import type { Screenshot } from '../fixtures/x-desktop.ts';

/** A built-in guest in a sandbox, made by hand as guest-init's comment says, with stub-agent.c for an agent. */
export class StubGuest {
  readonly folder = mkdtempSync(join(tmpdir(), 'xpane-stub-'));
  readonly prefix = join(this.folder, 'prefix');
  readonly socketPath = join(this.folder, 'bridge/agent.sock');
  readonly #appliance: Appliance;
  #process: ChildProcess | undefined;
  #screen: GuestScreen | undefined;
  #log = '';

  constructor(appliance: Appliance) {
    this.#appliance = appliance;
    mkdirSync(join(this.folder, 'guest'));
    mkdirSync(join(this.folder, 'bridge'));
    const settings = 'DESKTOP_WIDTH=1111\nDESKTOP_HEIGHT=777\nUNKNOWN=$(reboot)\n';
    writeFileSync(join(this.folder, 'guest/guest.env'), settings);
    writeFileSync(join(this.folder, 'guest/secret'), 'secret');
    const source = join(import.meta.dirname, 'stub-agent.c');
    const agent = join(this.folder, 'guest/xpane-agent.exe');
    execFileSync('i686-w64-mingw32-gcc', ['-O1', '-s', '-Wall', '-o', agent, source, '-lws2_32']);
    cpSync(appliance.prefix, this.prefix, { recursive: true, verbatimSymlinks: true });
  }

  /** What guest-init said, for a failed test. */
  get log(): string {
    return this.#log;
  }

  start(): void {
    const { folder, prefix } = this;
    const mounts = ['--ro-bind', this.#appliance.root, '/', '--bind', prefix, '/opt/prefix'];
    const files = [
      '--ro-bind',
      join(folder, 'guest'),
      '/run/xpane',
      '--bind',
      join(folder, 'bridge'),
      '/run/bridge',
    ];
    const system = [
      '--dev',
      '/dev',
      '--proc',
      '/proc',
      '--tmpfs',
      '/tmp',
      '--unshare-all',
      '--die-with-parent',
    ];
    const rights = ['--new-session', '--cap-drop', 'ALL', '--clearenv', '/opt/xpane/guest-init', 'sandbox'];
    this.#process = spawn('bwrap', [...mounts, ...files, ...system, ...rights], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    this.#process.stderr?.on('data', (chunk) => {
      this.#log += chunk;
    });
  }

  /** Sends one line to the agent on a connection of its own; tries until somebody answers. */
  async ask(line: string, timeoutMs = 20_000): Promise<string> {
    const deadline = performance.now() + timeoutMs;
    while (performance.now() < deadline) {
      const answer = await this.#askOnce(line, deadline - performance.now());
      if (answer !== '') return answer;
    }
    throw new XPaneError('test.no-answer', `no answer to ${line}`, this.#log);
  }

  async #askOnce(line: string, timeoutMs: number): Promise<string> {
    const socket: Socket = connect(this.socketPath);
    try {
      return await new Promise<string>((resolve) => {
        socket.setTimeout(Math.max(1, timeoutMs), () => resolve(''));
        socket.once('connect', () => socket.write(`${line}\n`));
        socket.once('data', (data) => resolve(data.toString('latin1')));
        socket.once('error', () => setTimeout(() => resolve(''), 10));
        socket.once('close', () => resolve(''));
      });
    } finally {
      socket.destroy();
    }
  }

  /** What the X server shows; the agent has answered before. */
  async screen(): Promise<Screenshot> {
    this.#screen ??= await GuestScreen.open(this.#process?.pid ?? 0);
    return await this.#screen.whole();
  }

  /** Closes standard input, which means "shut down", and returns the exit status. */
  async shutDown(timeoutMs = 20_000): Promise<number | null> {
    const child = this.#process;
    if (child === undefined) return null;
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.stdin?.end();
    const late = () => new XPaneError('test.no-exit', 'the guest did not end', this.#log);
    return within(timeoutMs, exited, late);
  }

  /** Ends it however it is, and removes its files. */
  async dispose(): Promise<void> {
    await this.#screen?.close();
    const child = this.#process;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
