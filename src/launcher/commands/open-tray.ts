import { pause } from '../../shared/deadline.ts';
import { type BackgroundProcess, notStarted, startInBackground } from '../background-process.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { lastHolder } from '../service-lock.ts';

/** A tray that misses its display, its helper or the service ends well within this after taking its lock. */
const settleMs = 1500;
const deadlineMs = 10_000;

export const openTray: Command = {
  name: 'open-tray',
  summary: 'show the tray icon, and start the service if need be',
  examples: ['xpane open-tray'],
  async run({ start, house, output }) {
    await start();
    const child = await startInBackground(house.self, 'tray', house.paths.state, { env: house.env });
    const opened = await settled(house.paths.runtime, child);
    output.result({ opened }, opened ? 'The tray is open.' : 'The tray is open already.');
    return exitCodes.ok;
  },
};

/** Whether it was `child` that opened the tray: another one may have been there. Throws `service.not-started`. */
async function settled(runtime: string, child: BackgroundProcess): Promise<boolean> {
  const startedMs = performance.now();
  let lockedMs: number | undefined;
  for (;;) {
    const nowMs = performance.now();
    const exitCode = child.exitCode();
    if (exitCode === exitCodes.alreadyRunning) return false;
    if (exitCode !== undefined) {
      throw notStarted('tray', child.lastWords() || `it ended with code ${exitCode}.`);
    }
    if ((await lastHolder(runtime, 'tray')) === child.pid) lockedMs ??= nowMs;
    if (lockedMs !== undefined && nowMs - lockedMs >= settleMs) return true;
    if (nowMs - startedMs > deadlineMs) throw notStarted('tray', 'it did not start in time.');
    await pause(25);
  }
}
