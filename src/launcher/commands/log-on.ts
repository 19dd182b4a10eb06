import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { tray } from './tray.ts';

/** What the desktop starts when the user logs in, see `autostart`. */
export const logOn: Command = {
  name: 'log-on',
  summary: 'show the tray icon, and start the workspaces that are to start at log-on',
  examples: ['xpane log-on'],
  async run(context, input) {
    const client = await context.start();
    await client.call('logOn', {}, context.callOptions);
    const code = await tray.run(context, input);
    // Somebody was quicker: there is an icon.
    return code === exitCodes.alreadyRunning ? exitCodes.ok : code;
  },
};
