import { type Command, workspaceOf } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withProgress } from '../progress.ts';

export const restart: Command = {
  name: 'restart',
  summary: 'shut the guest down and start it again',
  takesWorkspace: true,
  examples: ['xpane restart'],
  async run({ start, output, callOptions }, input) {
    const client = await start();
    const work = client.call('restart', workspaceOf(input), callOptions);
    await withProgress(client, output, input.workspace, work);
    output.result({ phase: 'running' }, 'The guest is ready again.');
    return exitCodes.ok;
  },
};
