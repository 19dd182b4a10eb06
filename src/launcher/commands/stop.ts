import { type Command, forceOf, workspaceOf } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { ifRunning } from '../if-running.ts';
import { withProgress } from '../progress.ts';

export const stop: Command = {
  name: 'stop',
  summary: 'shut the guest down; the service stays',
  takesWorkspace: true,
  takesForce: 'do not ask applications: what is not saved is lost',
  examples: ['xpane stop', 'xpane stop --force'],
  async run({ connect, output, callOptions }, input) {
    const client = await ifRunning(connect());
    if (client) {
      const work = client.call('stop', { ...workspaceOf(input), ...forceOf(input) }, callOptions);
      await withProgress(client, output, input.workspace, work);
    }
    output.result({ phase: 'stopped' }, client ? 'The guest is shut down.' : 'XPane is not running.');
    return exitCodes.ok;
  },
};
