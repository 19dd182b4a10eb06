import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { takeLock } from '../service-lock.ts';

export const tray: Command = {
  name: 'tray',
  summary: 'show the tray icon until it is closed; "open-tray" does so in the background',
  examples: ['xpane tray'],
  async run({ house }) {
    const lock = await takeLock(house.paths.runtime, 'tray');
    if (!lock) return exitCodes.alreadyRunning;
    try {
      return await house.runTray();
    } finally {
      lock.release();
    }
  },
};
