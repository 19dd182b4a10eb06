import type { WorkspacePhase } from '../api/state.ts';
import { type Command, workspaceOf } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { ifRunning } from '../if-running.ts';
import { withProgress } from '../progress.ts';

export const suspend: Command = {
  name: 'suspend',
  summary: 'put the guest to rest with all that is open in it; the next start goes on there',
  takesWorkspace: true,
  examples: ['xpane suspend', 'xpane suspend --json'],
  async run({ connect, output, callOptions }, input) {
    const client = await ifRunning(connect());
    if (!client) {
      output.result({ phase: 'stopped' }, 'XPane is not running.');
      return exitCodes.ok;
    }
    const work = client.call('suspend', workspaceOf(input), callOptions);
    const { phase } = await withProgress(client, output, input.workspace, work);
    output.result({ phase }, inWords(phase));
    return exitCodes.ok;
  },
};

function inWords(phase: WorkspacePhase): string {
  return phase === 'suspended' ? 'The guest is suspended.' : 'The guest is not running.';
}
