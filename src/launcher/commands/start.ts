import { type Command, workspaceOf } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { withProgress } from '../progress.ts';

export const start: Command = {
  name: 'start',
  summary: 'start the guest and wait until it is ready',
  takesWorkspace: true,
  examples: ['xpane start', 'xpane start --timeout 60 --json'],
  async run({ start, output, callOptions }, input) {
    const client = await start();
    const work = client.call('start', workspaceOf(input), callOptions);
    await withProgress(client, output, input.workspace, work);
    output.result({ phase: 'running' }, 'The guest is ready.');
    return exitCodes.ok;
  },
};
