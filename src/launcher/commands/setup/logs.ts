import type { Command } from '../../command.ts';
import { exitCodes } from '../../exit-codes.ts';
import { whichSetUp } from './which-set-up.ts';

export const collectGuestLogs: Command = {
  group: 'setup',
  name: 'logs',
  summary: 'copy the logs of the guest’s agent and installer to this computer, while the guest runs',
  takesWorkspace: true,
  examples: ['xpane setup logs --workspace xp-mode', 'xpane setup logs --workspace xp-mode --json'],
  async run({ start, output, callOptions }, input) {
    const client = await start();
    const { id, name } = await whichSetUp(client, input, callOptions);
    const { files } = await client.call('collectGuestLogs', { workspace: id }, callOptions);
    const found = files.map(({ file }) => file);
    const text = found.length > 0 ? found.join('\n') : `The guest of ${name} has no logs.`;
    output.result({ workspace: id, files }, text);
    return exitCodes.ok;
  },
};
