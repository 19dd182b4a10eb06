import { existsSync, statSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestBridge, GuestLogName, GuestLogText } from '../../guest-bridge/guest-bridge.ts';
import { notConnected } from '../../guest-bridge/pending-launches.ts';
import type { GuestLogsReport } from '../../launcher/api/state.ts';
import { reportOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';

const names: Readonly<Record<GuestLogName, string>> = { agent: 'agent.log', installer: 'install.log' };
/** An agent that answers at all needs some milliseconds. */
const collectMs = 5_000;

/**
 * The logs of a guest's agent and installer on the host: the end of each, as it was when it was last asked for, in files
 * for this user alone. The only writer of its folder.
 */
export class GuestLogs {
  readonly #folder: string;
  readonly #log: Log;
  /** The guest did not answer when set-up last asked for its logs, and has not since. */
  #missed = false;

  constructor(folder: string, log: Log) {
    this.#folder = folder;
    this.#log = log;
  }

  /** What is here. `failed`: a guest that never answered has left nothing, which is then said. */
  report(failed: boolean): GuestLogsReport | undefined {
    const files = (['agent', 'installer'] as const).flatMap((log) => {
      const file = this.#fileOf(log);
      return existsSync(file) ? [{ log, file, collectedUtc: statSync(file).mtime.toISOString() }] : [];
    });
    const note = failed && (this.#missed || files.length === 0) ? missedNote(files.length > 0) : undefined;
    if (files.length === 0 && note === undefined) return undefined;
    return { files, ...(note === undefined ? {} : { note }) };
  }

  /** Takes the place of what was collected before. Rejects with XPaneError `bridge.*`, or the system's error. */
  async collect(bridge: GuestBridge | undefined, signal?: AbortSignal): Promise<void> {
    if (!bridge) throw notConnected();
    for (const log of ['installer', 'agent'] as const) {
      const text = await bridge.readLog(log, { timeoutMs: collectMs, ...(signal ? { signal } : {}) });
      if (text) await this.#write(log, text);
      // The guest is another one than that which wrote it, or has thrown it away.
      else await rm(this.#fileOf(log), { force: true });
    }
    this.#missed = false;
  }

  /** As `collect`, for set-up itself, which waits for no logs: what goes wrong is in the service's log. */
  async tryToCollect(bridge: GuestBridge | undefined, signal?: AbortSignal): Promise<void> {
    await this.collect(bridge, signal).catch((error: unknown) => {
      this.#missed = true;
      this.#log.info({ error: reportOf(error) }, 'the logs of the guest were not collected');
    });
  }

  async #write(log: GuestLogName, { lines, cut }: GuestLogText): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const file = this.#fileOf(log);
    const whole = [...(cut ? ['(what came before is in the guest)'] : []), ...lines, ''].join('\n');
    await writeFile(`${file}.new`, whole, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  #fileOf(log: GuestLogName): string {
    return join(this.#folder, names[log]);
  }
}

function missedNote(hasOlder: boolean): string {
  return hasOlder
    ? 'The guest’s agent did not answer at the end of the last attempt: these logs are of before.'
    : 'No log of the guest is here: its agent did not answer, and nothing else in it can hand one over.';
}
