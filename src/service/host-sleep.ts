import { type OwnedChild, startChild } from '../shared/child-process.ts';
import { pause } from '../shared/deadline.ts';
import { reportOf } from '../shared/errors.ts';
import type { Log } from '../shared/log.ts';

export interface HostSleepOptions {
  /** The computer is about to sleep; it waits a moment for this. */
  readonly onSleep: () => Promise<void>;
  /** It is awake again. Also called when it did not sleep after all. */
  readonly onWake: () => Promise<void>;
  readonly log: Log;
  readonly env?: NodeJS.ProcessEnv;
}

/** After a bus, or logind, that went away. */
const retryMs = 30_000;
/** A computer that was to sleep and is awake for so long does not sleep; the time of a sleep does not count. */
const awakeMs = 60_000;

const logind = 'org.freedesktop.login1';
const signalLine = /org\.freedesktop\.login1\.Manager\.PrepareForSleep \((true|false),\)/;

/**
 * Follows the sleep of the computer, by a closed lid or otherwise, as systemd's logind tells of it on the system bus
 * (org.freedesktop.login1, Manager.PrepareForSleep). Meanwhile a delay inhibitor keeps the computer awake until
 * `onSleep` is done, five seconds at most by logind's standard. Where there is no logind, nothing is told.
 */
export class HostSleep {
  readonly #options: HostSleepOptions;
  readonly #ended = new AbortController();
  readonly #work: Promise<void>;
  #monitor: OwnedChild | undefined;
  #inhibitor: Promise<OwnedChild> | undefined;
  #asleep = false;
  #awake: NodeJS.Timeout | undefined;
  /** One after the other: a computer may wake while guests are still being stopped. */
  #told: Promise<void> = Promise.resolve();

  constructor(options: HostSleepOptions) {
    this.#options = options;
    this.#work = this.#follow();
  }

  /** No process of it is left when this resolves. */
  async close(): Promise<void> {
    this.#ended.abort();
    clearTimeout(this.#awake);
    await Promise.all([this.#monitor?.kill(), this.#release()]);
    await this.#work;
    await this.#told;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        await this.#monitorOnce();
      } catch (error) {
        this.#options.log.info({ error: reportOf(error) }, 'the sleep of this computer is not followed');
        return;
      }
      // Who would tell that it wakes is gone.
      this.#tell(false);
      await pause(retryMs, signal).catch(() => undefined);
    }
  }

  /** Until the bus, or gdbus, is gone. */
  async #monitorOnce(): Promise<void> {
    const { env = process.env } = this.#options;
    const args = ['monitor', '--system', '--dest', logind, '--object-path', '/org/freedesktop/login1'];
    const monitor = await startChild({
      command: 'sh',
      args: ['-c', 'exec gdbus "$@" >&3 2>&3', 'gdbus', ...args],
      env,
      channel: true,
    });
    this.#monitor = monitor;
    if (this.#ended.signal.aborted) void monitor.kill();
    let unread = '';
    monitor.channel?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (unread + text).split('\n');
      unread = lines.pop()?.slice(-1000) ?? '';
      for (const line of lines) this.#read(line);
    });
    await monitor.exited;
  }

  #read(line: string): void {
    const told = signalLine.exec(line)?.[1];
    if (told !== undefined) this.#tell(told === 'true');
    // gdbus says this when it is connected, and whenever logind comes.
    else if (line.includes(`The name ${logind} is owned by`)) this.#inhibit();
  }

  #tell(sleeps: boolean): void {
    const { onSleep, onWake, log } = this.#options;
    this.#told = this.#told.then(async () => {
      if (sleeps === this.#asleep) return;
      this.#asleep = sleeps;
      clearTimeout(this.#awake);
      if (sleeps) this.#awake = setTimeout(() => this.#tell(false), awakeMs);
      log.info({}, sleeps ? 'this computer is about to sleep' : 'this computer is awake');
      await (sleeps ? onSleep() : onWake()).catch((error: unknown) =>
        log.warn({ error: reportOf(error) }, 'guests did not follow the sleep of this computer'),
      );
      if (sleeps) await this.#release();
      else this.#inhibit();
    });
  }

  #inhibit(): void {
    if (this.#inhibitor || this.#asleep || this.#ended.signal.aborted) return;
    const { env = process.env, log } = this.#options;
    const why = 'Guests are stopped first';
    const what = ['--what=sleep', '--mode=delay', '--who=XPane', `--why=${why}`, 'cat'];
    const inhibitor = startChild({ command: 'systemd-inhibit', args: what, env, stdin: 'pipe' });
    this.#inhibitor = inhibitor;
    inhibitor.then(
      (child) =>
        child.exited.then(() => {
          if (this.#inhibitor === inhibitor) this.#inhibitor = undefined;
        }),
      (error: unknown) => log.info({ error: reportOf(error) }, 'this computer does not wait for guests'),
    );
  }

  /** The end of `cat` is that of the inhibitor. */
  async #release(): Promise<void> {
    const inhibitor = this.#inhibitor;
    this.#inhibitor = undefined;
    const child = await inhibitor?.catch(() => undefined);
    child?.stdin?.end();
    const late = setTimeout(() => child?.kill(), 1000);
    await child?.exited;
    clearTimeout(late);
  }
}
